import JOSE
import OAuthProtocol
import Storage

/// A request object (RFC 9101; contract 15.2; conformance 10): verified, and turned into parameters.
struct RequestObject: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// What an object says, and whether somebody signed it.
    struct Content: Sendable {
        var parameters: FormParameters
        var isSigned: Bool
    }

    private static let types: Set<String> = ["jwt", "oauth-authz-req+jwt"]
    /// Claims about the object itself, which are no parameters.
    private static let ownClaims = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"]

    /// Throws `invalidRequestObject` for everything wrong with the object, `requestNotSupported` for an unsigned one that the
    /// profile or the client's registration refuses.
    func content(of compact: String, from client: Client) async throws -> Content {
        let (payload, isSigned) = try await payload(of: compact, client)
        guard payload["client_id"].map({ $0.string?.isExactly(client.clientID) ?? false }) ?? true else {
            throw Self.refusal("client_id differs")
        }
        guard payload["request"] == nil, payload["request_uri"] == nil else { throw Self.refusal("nested request") }
        var parameters = FormParameters()
        for member in payload.members where !Self.ownClaims.contains(member.name) {
            guard let text = Self.text(of: member.value) else { throw Self.refusal("malformed \(member.name)") }
            parameters.append(member.name, text)
        }
        return Content(parameters: parameters, isSigned: isSigned)
    }

    private func payload(of compact: String, _ client: Client) async throws -> (JSONObject, isSigned: Bool) {
        guard let header = try? JWS.unverified(compact).header else { throw Self.refusal("malformed") }
        if header["alg"]?.string?.isExactly("none") == true {
            guard acceptsUnsigned(client) else { throw Self.refusal("an unsigned request object is refused") }
            guard let payload = try? JWS.unsecured(compact).payload else { throw Self.refusal("malformed") }
            return (payload, false)
        }
        let verified = try await ClientSignedJWT(context).verify(compact, of: client, policy: policy(for: client), in: request)
        return (verified.payload, true)
    }

    /// Where the profile allows it, and the client registered `none` or nothing (OIDC Registration 2).
    private func acceptsUnsigned(_ client: Client) -> Bool {
        let rules = context.profile(of: client).rules
        guard !rules.requiresSignedRequests, !rules.requiresStrongSignatures, !client.requests.requireSignedRequestObject else {
            return false
        }
        return client.requests.requestObjectSigningAlg.map { $0.isExactly("none") } ?? (context.profile(of: client) != .auth0)
    }

    private func policy(for client: Client) -> ClientJWTPolicy {
        let profile = context.profile(of: client)
        var policy = ClientJWTPolicy(
            refusal: .invalidRequestObject, text: WireText.invalidRequestObject,
            algorithms: ClientJWTPolicy.algorithms(of: profile, registered: client.requests.requestObjectSigningAlg),
            audience: .anyOf([request.issuer.description]))
        policy.types = Self.types
        if profile.rules.limitsRequestObjectLifetime {
            policy.required = ["aud", "exp", "nbf", "client_id"]
            (policy.maximumLifetime, policy.maximumAge) = (.hours(1), .hours(1))
        } else if profile == .auth0 {
            policy.required = ["iss", "aud", "client_id", "response_type"]
            policy.maximumJTIBytes = 64
        }
        return policy
    }

    /// Numbers, objects and lists become the text that a query would have.
    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): String(flag)
        case .object, .array: String(decoding: value.serialized, as: UTF8.self)
        case .number, .null: nil
        }
    }

    static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidRequestObject, WireText.invalidRequestObject, auditReason: reason)
    }
}
