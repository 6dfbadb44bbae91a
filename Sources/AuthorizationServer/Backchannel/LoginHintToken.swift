import JOSE
import OAuthProtocol
import Storage

/// A `login_hint_token` (CIBA 7.1): a JWT for us, signed with a key of this issuer or of one that the tenant trusts. It names
/// the user by `sub_id` of the format `iss_sub` (RFC 9493 section 3.2.1), or as JWTs do, by `iss` and `sub`.
struct LoginHintToken: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    private static let skew: Lifetime = 10

    /// `nil` when the token is good and there is no such user. Throws `expiredLoginHintToken` for one that was good once, and
    /// `invalidRequest` for all that is not to be trusted.
    func user(_ compact: String, for client: Client) async throws -> User? {
        let claimed = (try? JWS.unverified(compact))?.payload["iss"]?.string
        guard let claimed, claimed.isExactly(request.issuer.description) else {
            return try await foreignUser(compact, claimed, client)
        }
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        guard let payload = (try? JWS.verify(compact, keys: keys.verification))?.payload else { throw Self.refusal("bad signature") }
        // The same keys sign access tokens and logout tokens, which name users for other purposes.
        guard ["scope", "azp", "client_id", "events"].allSatisfy({ payload[$0] == nil }) else { throw Self.refusal("no hint") }
        let subject = try judged(payload)
        guard subject.issuer.isExactly(claimed) else { return nil }
        return try await ownUser(subject.name, client)
    }

    /// Only users of the issuer's connection: an issuer cannot speak for another's users.
    private func foreignUser(_ compact: String, _ claimed: String?, _ client: Client) async throws -> User? {
        let trust = TrustedAssertion(context, in: request)
        guard let issuer = claimed.flatMap({ trust.issuer($0, nil, client) }) else { throw Self.refusal("no trusted issuer") }
        guard var payload = try? await trust.signatureChecked(compact, of: issuer).payload else {
            throw Self.refusal("bad signature")
        }
        let subject = try judged(payload)
        if subject.issuer.isExactly(issuer.issuer) {
            payload["sub"] = .string(subject.name)
            return try await trust.user(payload, issuer)
        }
        guard subject.issuer.isExactly(request.issuer.description) else { return nil }
        return try await ownUser(subject.name, client).flatMap { $0.connection.isExactly(issuer.connection) ? $0 : nil }
    }

    private func ownUser(_ subject: String, _ client: Client) async throws -> User? {
        guard let userID = try await SubjectIdentifier(context).userID(from: subject, for: client) else { return nil }
        return try await context.stores.users.find(userID)
    }

    // MARK: Claims

    private struct Subject {
        let issuer: String
        let name: String
    }

    /// Whom the token names, once it is for us and of now.
    private func judged(_ payload: JSONObject) throws(OAuthError) -> Subject {
        let named = payload["aud"]?.string.map { [$0] } ?? (payload["aud"]?.array ?? []).compactMap(\.string)
        let ours = [request.issuer.description, request.issuer.url("bc-authorize")]
        guard named.contains(where: { name in ours.contains { $0.isExactly(name) } }) else { throw Self.refusal("aud") }
        let latest = (request.now + Self.skew).seconds
        for name in ["nbf", "iat"] {
            guard payload[name].map({ $0.integer.map { $0 <= latest } ?? false }) ?? true else { throw Self.refusal(name) }
        }
        guard let end = payload["exp"]?.integer else { throw Self.refusal("exp") }
        guard let subject = Self.subject(payload) else { throw Self.refusal("names nobody") }
        guard end > request.now.seconds else {
            throw OAuthError(.expiredLoginHintToken, WireText.expiredParameter("login_hint_token"))
        }
        return subject
    }

    private static func subject(_ payload: JSONObject) -> Subject? {
        var members = payload
        if let id = payload["sub_id"] {
            guard let object = id.object, object["format"]?.string?.isExactly("iss_sub") == true else { return nil }
            members = object
        }
        guard let issuer = members["iss"]?.string, let name = members["sub"]?.string, !name.isEmpty else { return nil }
        return Subject(issuer: issuer, name: name)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(
            .invalidRequest, WireText.malformedParameter("login_hint_token"), auditReason: "login_hint_token: \(reason)")
    }
}
