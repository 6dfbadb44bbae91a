import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import WebUI

/// `/u/email-verification`.
enum EmailVerificationRoute {
    /// A `HEAD` is a program that looks at links in mails: it must not use them up.
    @Sendable static func open(_ call: TenantCall) async throws -> Response {
        guard !call.isHead else { return Response(status: .ok) }
        let query = try call.queryParameters()
        let isVerified = try await EmailVerificationStep(call.context).open(
            ticket: try query.optional("ticket"), email: try query.optional("email"), in: call.info)
        guard isVerified else {
            let text = "It was used before or is too old. If you can log in, your account works all the same."
            return call.page(MessagePage(call.frame, title: "This link does not work", text: text), status: .badRequest)
        }
        let text = "Thank you, your email address is verified. You can close this window."
        return call.page(MessagePage(call.frame, title: "Email verified", text: text))
    }
}
