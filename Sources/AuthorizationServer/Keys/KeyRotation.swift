import JOSE
package import OAuthProtocol
import Storage

/// Changes of a tenant's signing keys (contract 3.2). Keys are generated here, off the request path except for a tenant's
/// very first request.
package struct KeyRotation: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// For every algorithm that has keys: `current` becomes `previous` and keeps verifying, `next` signs from now on, a new
    /// `next` is published; an older `previous` is revoked. False when another process rotated RS256 at the same time: nothing of
    /// it was changed by this call. `host` names the new keys in their certificates.
    package func rotate(host: String, now: Timestamp) async throws -> Bool {
        let keys = try await context.environment.signingKeys.keySet(for: context, host: host, now: now)
        var isRotated = false
        for algorithm in keys.algorithms {
            guard let current = keys.current(for: algorithm) else { continue }
            let newNext = try await generate(.next, algorithm, host: host, now: now)
            let done = try await context.stores.signingKeys.rotate(from: current.kid, newNext: newNext, at: now)
            if algorithm == .rs256 { isRotated = done }
        }
        context.environment.signingKeys.invalidate(context.stores.tenant)
        return isRotated
    }

    /// Revokes a previous key: tokens signed with it are refused from now on. False when it is not a previous key.
    package func revoke(_ kid: String, now: Timestamp) async throws -> Bool {
        let revoked = try await context.stores.signingKeys.revoke(kid, at: now)
        context.environment.signingKeys.invalidate(context.stores.tenant)
        return revoked
    }

    /// Makes the first two keys of an algorithm. Harmless when another process does so at the same time.
    func bootstrap(_ algorithm: SignatureAlgorithm, host: String, now: Timestamp) async throws {
        let current = try await generate(.current, algorithm, host: host, now: now)
        let next = try await generate(.next, algorithm, host: host, now: now)
        _ = try await context.stores.signingKeys.bootstrap(current: current, next: next)
    }

    private func generate(
        _ state: SigningKeyRecord.State, _ algorithm: SignatureAlgorithm, host: String, now: Timestamp
    ) async throws -> SigningKeyRecord {
        try await Self.generate(KeyDraft(
            kid: newKeyID(), algorithm: algorithm, state: state, serial: newSerial(), host: host, now: now))
    }

    /// 21 characters, as Auth0's are.
    private func newKeyID() -> String { context.environment.randomness.alphanumeric(21) }

    /// 16 bytes, positive and without leading zero when read as an ASN.1 INTEGER.
    private func newSerial() -> [UInt8] {
        var serial = context.environment.randomness.bytes(16)
        serial[0] = (serial[0] & 0x3F) | 0x40
        return serial
    }

    /// What a new key is made from.
    private struct KeyDraft: Sendable {
        let kid: String
        let algorithm: SignatureAlgorithm
        let state: SigningKeyRecord.State
        let serial: [UInt8]
        let host: String
        let now: Timestamp
    }

    /// Takes a tenth of a second of computing, more or less: never on the caller's executor.
    @concurrent
    private static func generate(_ draft: KeyDraft) async throws -> SigningKeyRecord {
        let key = try PrivateKey.generate(for: draft.algorithm)
        // Certificates wrap the keys of algorithms that existing libraries read them from; none knows Ed25519 there.
        let certificate = draft.algorithm == .edDSA ? [] : try SelfSignedCertificate.make(
            for: key, commonName: draft.host, serial: draft.serial, notBefore: draft.now, lifetime: .days(3650))
        return SigningKeyRecord(
            kid: draft.kid, algorithm: draft.algorithm.rawValue, state: draft.state, privateKey: key.pkcs8DER,
            certificate: certificate, createdAt: draft.now)
    }
}
