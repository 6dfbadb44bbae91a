package import OAuthProtocol

/// Names access tokens that were revoked before they expire.
package enum RevocationKey: Hashable, Sendable {
    /// One token, by its `jti`.
    case token(jti: String)
    /// All tokens of a grant.
    case grant(String)
    /// All tokens of a browser session.
    case session(sid: String)
    /// Tokens of dialects without `jti`: what was issued to a client for a user and audience in one second (a replayed code).
    case issue(clientID: String, userID: String, audience: String, issuedAt: Int64)
    /// All tokens that a user was given up to an instant: in a revocation that of the revocation, in a question that of the
    /// token's issue. What the user is given later is good.
    case user(String, issuedBy: Timestamp)

    /// No access token lives longer, so a revocation need not either (the contract's greatest `token_lifetime`).
    package static let longestToken: Lifetime = .days(30)

    /// What rows hold the hash of. Each part is length-prefixed, so that no two keys read the same.
    package var text: String {
        let parts: [String] = switch self {
        case .token(let jti): ["jti", jti]
        case .grant(let id): ["grant", id]
        case .session(let sid): ["sid", sid]
        case .issue(let client, let user, let audience, let time): ["issue", client, user, audience, String(time)]
        case .user(let id, _): ["user", id]
        }
        return parts.map { "\($0.utf8.count):\($0)" }.joined()
    }
}
