package import OAuthProtocol

/// A single-use link that was mailed to a user.
package struct Ticket: Sendable, Equatable {
    package enum Purpose: String, Sendable, CaseIterable {
        case passwordReset = "password_reset"
        case emailVerification = "email_verification"
    }

    package var hash: TokenHash
    package var purpose: Purpose
    package var userID: String
    package var clientID: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?

    package init(hash: TokenHash, purpose: Purpose, userID: String, clientID: String?, createdAt: Timestamp, expiresAt: Timestamp) {
        (self.hash, self.purpose, self.userID, self.clientID) = (hash, purpose, userID, clientID)
        (self.createdAt, self.expiresAt) = (createdAt, expiresAt)
    }
}
