package import OAuthProtocol

/// Something by which a user proves who they are beside a password: a second factor (contract 17) or a passkey (contract 19).
package struct Authenticator: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case totp, email, sms, voice
        case recoveryCode = "recovery-code"
        case passkey
    }

    /// `totp|dev_…`: the kind's prefix of contract 17.2 and 16 characters; unique in the tenant.
    package var id: String
    package var userID: String
    package var kind: Kind
    /// TOTP secret; hash of a recovery code. Sealed at rest.
    package var secret: SecretBytes?
    /// Address or phone number, or the name of a passkey.
    package var name: String?
    /// Confirmed by a first use.
    package var isActive: Bool
    /// TOTP: the last step that was used; passkeys: the signature counter. Never goes back.
    package var counter: Int64
    /// Passkeys: hash of the credential id, unique in the tenant.
    package var credentialHash: TokenHash?
    /// JSON text: of a passkey, the credential; of a factor that was never used, who may confirm it.
    package var credential: String?
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp?

    package init(id: String, userID: String, kind: Kind, createdAt: Timestamp) {
        (self.id, self.userID, self.kind, self.createdAt) = (id, userID, kind, createdAt)
        (isActive, counter) = (false, 0)
    }
}
