import Crypto
import JOSE
import OAuthProtocol
import Storage

/// What the profile and response mode add to every answer, good or bad: `iss` (RFC 9207), or one signed parameter in the place of
/// all (JARM).
struct ResponseFinish: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// JARM section 2.1 recommends ten minutes at most.
    private static let lifetime: Lifetime = 300

    func finish(_ response: AuthorizationResponse) async throws -> AuthorizationResponse {
        let target = response.target
        let client = try await context.client(target.clientID)
        if target.mode.isSigned, let client { return try await signed(response, for: client) }
        // Where the metadata promise it, no answer may lack it (RFC 9207 section 2.3).
        let isPromised = context.settings.defaultWireProfile != .auth0
        guard isPromised || target.profile.rules.includesIssuer || client?.responses.includesIssuer == true else { return response }
        return AuthorizationResponse(response, parameters: response.parameters + [("iss", request.issuer.description)])
    }

    private func signed(_ response: AuthorizationResponse, for client: Client) async throws -> AuthorizationResponse {
        var payload: JSONObject = [
            "iss": .string(request.issuer.description), "aud": .string(client.clientID),
            "exp": .integer((request.now + Self.lifetime).seconds),
        ]
        for (name, value) in response.parameters {
            let number = name == "expires_in" ? Int64(value) : nil
            payload[name] = number.map { .integer($0) } ?? .string(value)
        }
        let algorithm = try TokenAlgorithm.forResponses(of: client, response.target.profile, context.settings)
        let token = try await TokenIssuer(context).sign(payload, typ: "JWT", algorithm: algorithm, in: request)
        return AuthorizationResponse(response, parameters: [("response", token)])
    }
}

/// `session_state` of OpenID Connect Session Management 1.0, section 2: what the page behind `check_session_iframe` computes again
/// from the browser's own cookie.
package enum SessionState {
    /// Lower-case hex of SHA-256 over client id, origin, browser state and salt with single spaces, a dot, the salt.
    package static func value(clientID: String, origin: String, browserState: String, salt: String) -> String {
        let digest = SHA256.hash(data: Array("\(clientID) \(origin) \(browserState) \(salt)".utf8))
        let digits = Array("0123456789abcdef".utf8)
        let hex = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "\(String(decoding: hex, as: UTF8.self)).\(salt)"
    }
}
