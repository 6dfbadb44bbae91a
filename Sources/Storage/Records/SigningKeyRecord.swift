package import OAuthProtocol

/// A signing key of a tenant as it is kept (contract 3.2).
package struct SigningKeyRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable { case current, next, previous, revoked }

    /// 21 URL-safe characters.
    package var kid: String
    /// `RS256`, `PS256`, `ES256` or `EdDSA`: the only algorithm that the key signs with.
    package var algorithm: String
    package var state: State
    /// PKCS #8 DER; sealed at rest. Empty once revoked.
    package var privateKey: SecretBytes
    /// The self-signed certificate, DER.
    package var certificate: [UInt8]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        kid: String, algorithm: String, state: State, privateKey: SecretBytes, certificate: [UInt8], createdAt: Timestamp
    ) {
        (self.kid, self.algorithm, self.state) = (kid, algorithm, state)
        (self.privateKey, self.certificate) = (privateKey, certificate)
        (self.createdAt, updatedAt) = (createdAt, createdAt)
    }
}
