package import JOSE
package import OAuthProtocol
import Storage

/// The signing keys of a tenant at one moment: immutable, replaced whole (architecture section 7). RS256 is always there; other
/// algorithms have keys of their own once the key set was asked for while the tenant lists them, or something was signed with them.
package struct SigningKeySet: Sendable {
    /// Signs with RS256.
    package let current: SigningKey
    /// Published ahead of its use, so that caches of the key set know it by then. RS256.
    package let next: SigningKey?
    /// What tokens may be signed with: current, next, previous of every algorithm.
    package let verification: [VerificationKey]
    /// The document of `/.well-known/jwks.json` (contract 3.2).
    package let jwks: JSONObject
    /// Current, next, previous of RS256, then of the other algorithms.
    let keys: [SigningKey]
    private let signing: [SignatureAlgorithm: SigningKey]

    /// The key that signs with an algorithm; `nil` when the tenant has none yet.
    package func current(for algorithm: SignatureAlgorithm) -> SigningKey? { signing[algorithm] }

    func signs(withAllOf algorithms: [SignatureAlgorithm]) -> Bool { algorithms.allSatisfy { signing[$0] != nil } }

    /// The algorithms that have keys.
    package var algorithms: [SignatureAlgorithm] { SignatureAlgorithm.allCases.filter { signing[$0] != nil } }

    /// `nil` when no RS256 record is `current`. Keys whose id is in `known` are not parsed again. Throws when a stored private
    /// key cannot be read.
    init?(_ records: [SigningKeyRecord], known: [SigningKey]) throws {
        var found: [SignatureAlgorithm: [SigningKeyRecord.State: SigningKey]] = [:]
        for record in records where record.state != .revoked {
            guard let algorithm = SignatureAlgorithm(exactly: record.algorithm), found[algorithm]?[record.state] == nil else {
                continue
            }
            found[algorithm, default: [:]][record.state] = try known.first { $0.kid == record.kid } ?? SigningKey(record, algorithm)
        }
        guard let current = found[.rs256]?[.current] else { return nil }
        self.current = current
        next = found[.rs256]?[.next]
        signing = found.compactMapValues { $0[.current] }
        keys = SignatureAlgorithm.allCases.flatMap { algorithm in
            [.current, .next, .previous].compactMap { found[algorithm]?[$0] }
        }
        verification = keys.map(\.verificationKey)
        jwks = ["keys": .array(keys.map { .object($0.jwk) })]
    }
}

extension SigningKey {
    /// Reads a stored key. Throws when the bytes are no PKCS #8 key of the algorithm.
    fileprivate init(_ record: SigningKeyRecord, _ algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey(pkcs8DER: record.privateKey.revealed)
        guard key.publicKey.algorithms.contains(algorithm) else { throw KeyError.wrongAlgorithm }
        self.init(kid: record.kid, algorithm: algorithm, privateKey: key, certificate: record.certificate)
    }
}
