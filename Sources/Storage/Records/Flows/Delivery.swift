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
