package import OAuthProtocol

/// A short code that was sent to a user, or a challenge that awaits an answer: passwordless codes, MFA codes, `auth_session`s,
/// login tickets.
/// One row per key: a newer one replaces the older.
package struct OneTimeCode: Sendable, Equatable {
    package enum Purpose: String, Sendable, CaseIterable {
        case passwordless, passwordlessLink = "passwordless_link", mfaOutOfBand = "mfa_oob", mfaToken = "mfa_token"
        case passkeyRegistration = "passkey_registration", passkeyLogin = "passkey_login", otpChallenge = "otp_challenge"
        /// Which client asked last for a passwordless code to an address.
        case passwordlessClient = "passwordless_client"
        /// A `login_ticket` of `/co/authenticate`, whose verifier is the code.
        case loginTicket = "login_ticket"
        /// The `wresult` of `/usernamepassword/login`.
        case loginResult = "login_result"
        /// A session transfer token.
        case sessionTransfer = "session_transfer"
    }

    package var purpose: Purpose
    /// Hash of what names it: the connection and address, or the opaque handle that the client got.
    package var keyHash: TokenHash
    /// HMAC of the code under a master key (`OneTimeCodeMAC` of the engine); empty when the handle alone is the secret.
    package var codeMAC: [UInt8]
    /// JSON object text: whatever the owner needs to go on. Sealed at rest.
    package var payload: SecretString
    /// How many wrong codes are left.
    package var attemptsLeft: Int
    package var createdAt: Timestamp
    package var expiresAt: Timestamp

    package init(
        purpose: Purpose, keyHash: TokenHash, codeMAC: [UInt8], payload: SecretString, attempts: Int, lifetime: (Timestamp, Timestamp)
    ) {
        (self.purpose, self.keyHash, self.codeMAC, self.payload) = (purpose, keyHash, codeMAC, payload)
        attemptsLeft = attempts
        (createdAt, expiresAt) = lifetime
    }
}
