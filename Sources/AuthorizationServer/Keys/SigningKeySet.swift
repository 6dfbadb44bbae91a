package import JOSE
package import OAuthProtocol
import Storage

/// The signing keys of a tenant at one moment: immutable, replaced whole (architecture section 7).
package struct SigningKeySet: Sendable {
    /// Signs.
    package let current: SigningKey
    /// Published ahead of its use, so that caches of the key set know it by then.
    package let next: SigningKey?
    /// What tokens may be signed with: current, next, previous.
    package let verification: [VerificationKey]
    /// The document of `/.well-known/jwks.json` (contract 3.2).
    package let jwks: JSONObject

    /// `nil` when no record is `current`. Keys whose id is in `known` are not parsed again. Throws when a stored private
    /// key cannot be read.
    init?(_ records: [SigningKeyRecord], known: [SigningKey]) throws {
        var byState: [SigningKeyRecord.State: SigningKey] = [:]
        for record in records where record.state != .revoked && byState[record.state] == nil {
            byState[record.state] = try known.first { $0.kid == record.kid } ?? SigningKey(record)
        }
        guard let current = byState[.current] else { return nil }
        self.current = current
        next = byState[.next]
        keys = [current, byState[.next], byState[.previous]].compactMap(\.self)
        verification = keys.map(\.verificationKey)
        jwks = ["keys": .array(keys.map { .object($0.jwk) })]
    }

    /// Current, next, previous.
    let keys: [SigningKey]
}

extension SigningKey {
    /// Reads a stored key. Throws when the bytes are no PKCS #8 RSA key.
    init(_ record: SigningKeyRecord) throws {
        self.init(
            kid: record.kid, algorithm: .rs256, privateKey: try RSAPrivateKey(pkcs8DER: record.privateKey.revealed),
            certificate: record.certificate)
    }
}
