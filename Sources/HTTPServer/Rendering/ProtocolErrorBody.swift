import AuthorizationServer
import HTTPTypes
import Hummingbird
import JOSE
import OAuthProtocol

/// A protocol error as JSON (contract 1.2), with the headers that belong to it.
struct ProtocolErrorBody {
    private let error: OAuthError
    private let family: ErrorFamily
    /// The request's header: a challenge answers the scheme that was tried.
    private let authorization: String?

    init(_ error: OAuthError, _ family: ErrorFamily, authorization: String?) {
        (self.error, self.family, self.authorization) = (error, family, authorization)
    }

    var response: Response {
        var wire = error.profile.wireError(for: error.kind, at: family)
        if error.profile == .auth0, let status = error.auth0Status { wire.status = status }
        var body: JSONObject = ["error": .string(wire.code), "error_description": .string(error.description)]
        for member in error.members { body[member.name] = member.value }
        var response = Response.json(body, status: HTTPResponse.Status(code: wire.status)).with(dpopNonce: error.dpopNonce)
        if let delay = error.retryAfter { response.headers[.retryAfter] = String(delay.seconds) }
        if let challenge = challenge(wire) { response.headers[.wwwAuthenticate] = challenge }
        return response
    }

    /// Resources challenge always; other endpoints only where the profile says so, and only whoever tried `Basic`: SDKs for
    /// Auth0 stop reading a token endpoint's answer at this header (contract, golden rule 3; 24 row 3).
    private func challenge(_ wire: WireError) -> String? {
        if family == .resource { return resourceChallenge(wire) }
        guard error.kind == .invalidClient, wire.status == 401, error.profile.rules.challengesClients, tried("basic") else {
            return nil
        }
        return "Basic realm=\"OAuth\""
    }

    /// RFC 6750 section 3, RFC 9449 section 7.1.
    private func resourceChallenge(_ wire: WireError) -> String? {
        guard wire.status == 401 || wire.status == 403 else { return nil }
        let text = error.description.filter { $0.isASCII && $0 != "\"" && $0 != "\\" && !$0.isNewline }
        let reason = "error=\"\(wire.code)\", error_description=\"\(text)\""
        let isAboutProof = error.kind == .invalidDPoPProof || error.kind == .useDPoPNonce
        let algorithms = error.profile.rules.proofAlgorithms.joined(separator: " ")
        return isAboutProof || tried("dpop") ? "DPoP \(reason), algs=\"\(algorithms)\"" : "Bearer \(reason)"
    }

    private func tried(_ scheme: String) -> Bool {
        authorization?.utf8.prefix { $0 != UInt8(ascii: " ") }.map { $0 | 0x20 }.elementsEqual(scheme.utf8) ?? false
    }
}
