import AuthorizationServer
import HTTPTypes
import Hummingbird
import JOSE
import NIOCore

/// The current signing certificate in each form (contract 3.2). A new form is one line here.
enum CertificateRoutes {
    private struct Form: Sendable {
        let path: String
        let type: String
        let write: @Sendable (CertificateForms) throws -> [UInt8]
    }

    private static let forms: [Form] = [
        Form(path: "/pem", type: "application/x-pem-file") { Array($0.pem.utf8) },
        // RFC 2585 section 4.
        Form(path: "/cer", type: "application/pkix-cert") { $0.der },
        Form(path: "/rawpem", type: "application/x-pem-file") { Array(try $0.publicKeyPEM().utf8) },
        // RFC 8551 section 3.2.2.
        Form(path: "/pb7", type: "application/pkcs7-mime; smime-type=certs-only") { try $0.pkcs7() },
        Form(path: "/fingerprint", type: "text/plain; charset=utf-8") { Array($0.fingerprint.utf8) },
    ]

    static let routes: [Route] = forms.map { form in
        Route.metadata(at: form.path) { call in try await answer(call, form) }.limited(by: .jwks)
    }

    private static func answer(_ call: TenantCall, _ form: Form) async throws -> Response {
        let certificate = try await CertificateEndpoint(call.context).certificate(in: call.info)
        var response = Response.content(ByteBuffer(bytes: try form.write(certificate)), type: form.type)
        response.headers[.cacheControl] = MetadataRoutes.cacheControl
        return response
    }
}
