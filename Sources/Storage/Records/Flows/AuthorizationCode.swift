package import OAuthProtocol

/// An authorization code, kept by hash (RFC 6749 section 4.1.2). The row stays for a day after it has expired, so that a replay
/// can revoke what the first use issued.
package struct AuthorizationCode: Sendable, Equatable {
    package var hash: TokenHash
    package var access: GrantedAccess
    /// As sent to `/authorize`; `nil` when the request left it out (contract 2.3).
    package var redirectURI: String?
    package var nonce: String?
    package var codeChallenge: String?
    /// `S256` or `plain`.
    package var codeChallengeMethod: String?
    /// The key that must prove itself at redemption: `dpop_jkt`, or the key of a proof at the PAR endpoint (RFC 9449
    /// section 10).
    package var dpopJKT: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var usedAt: Timestamp?
    /// The refresh-token family that the redemption issued.
    package var familyID: RefreshTokenFamilyID?

    package init(hash: TokenHash, access: GrantedAccess, createdAt: Timestamp, expiresAt: Timestamp) {
        (self.hash, self.access, self.createdAt, self.expiresAt) = (hash, access, createdAt, expiresAt)
    }
}
