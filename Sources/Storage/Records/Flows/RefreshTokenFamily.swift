package import OAuthProtocol

/// 128 random bits that name a refresh-token family; base64url in rows, raw in tokens.
package struct RefreshTokenFamilyID: Hashable, Sendable {
    package let bytes: [UInt8]
    /// `nil` unless there are 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// A refresh token and all its successors: one row (architecture section 6).
package struct RefreshTokenFamily: Sendable, Equatable {
    package var id: RefreshTokenFamilyID
    package var access: GrantedAccess
    /// Number of the current token. Rotation adds one; a non-rotating token keeps its number.
    package var generation: Int64
    package var isRotating: Bool
    /// When `generation` last changed.
    package var rotatedAt: Timestamp
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp?
    /// `nil` means never.
    package var idleExpiresAt: Timestamp?
    package var absoluteExpiresAt: Timestamp?
    package var revokedAt: Timestamp?
    /// 32 random bytes: with the master key `keyID` they make the key of this family's token MACs.
    package var seed: SecretBytes
    /// The master key that the MACs are made with.
    package var keyID: String

    package init(id: RefreshTokenFamilyID, access: GrantedAccess, isRotating: Bool, createdAt: Timestamp, seed: SecretBytes, keyID: String) {
        (self.id, self.access, self.isRotating) = (id, access, isRotating)
        (generation, self.createdAt, rotatedAt) = (1, createdAt, createdAt)
        (self.seed, self.keyID) = (seed, keyID)
    }
}
