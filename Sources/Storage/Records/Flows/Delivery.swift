package import OAuthProtocol

/// A message to a client that is sent from the background and tried again: a logout token (OIDC Back-Channel Logout 2.5) or a
/// CIBA ping (CIBA 10.2).
package struct Delivery: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case backchannelLogout = "backchannel_logout"
        case cibaPing = "ciba_ping"
    }
    package enum State: String, Sendable, CaseIterable { case due, delivered, failed }

    /// 24 hexadecimal digits.
    package var id: String
    package var kind: Kind
    package var clientID: String
    package var url: String
    /// JSON object text with what the message is made of when it is sent. Sealed at rest.
    package var payload: SecretString
    package var state: State = .due
    package var attempts = 0
    package var nextAttemptAt: Timestamp
    /// What the last attempt met, for the operator.
    package var lastError: String?
    package var createdAt: Timestamp

    package init(id: String, kind: Kind, clientID: String, url: String, payload: SecretString, createdAt: Timestamp) {
        (self.id, self.kind, self.clientID, self.url) = (id, kind, clientID, url)
        (self.payload, self.createdAt, nextAttemptAt) = (payload, createdAt, createdAt)
    }
}

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

    /// What rows hold the hash of. Each part is length-prefixed, so that no two keys read the same.
    package var text: String {
        let parts: [String] = switch self {
        case .token(let jti): ["jti", jti]
        case .grant(let id): ["grant", id]
        case .session(let sid): ["sid", sid]
        case .issue(let client, let user, let audience, let time): ["issue", client, user, audience, String(time)]
        }
        return parts.map { "\($0.utf8.count):\($0)" }.joined()
    }
}
