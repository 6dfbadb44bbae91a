import JOSE
package import OAuthProtocol
import Storage

/// Changes of a tenant's signing keys (contract 3.2). Keys are generated here, off the request path except for a tenant's
/// very first request.
package struct KeyRotation: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `current` becomes `previous` and keeps verifying, `next` signs from now on, a new `next` is published; an older
    /// `previous` is revoked. False when another process rotated at the same time: nothing was changed by this call.
    /// `host` names the new key in its certificate.
    package func rotate(host: String, now: Timestamp) async throws -> Bool {
        let keys = try await context.environment.signingKeys.keySet(for: context, host: host, now: now)
        let newNext = try await Self.generate(.next, kid: newKeyID(), serial: newSerial(), host: host, now: now)
        let rotated = try await context.stores.signingKeys.rotate(from: keys.current.kid, newNext: newNext, at: now)
        context.environment.signingKeys.invalidate(context.stores.tenant)
        return rotated
    }

    /// Revokes a previous key: tokens signed with it are refused from now on. False when it is not a previous key.
    package func revoke(_ kid: String, now: Timestamp) async throws -> Bool {
        let revoked = try await context.stores.signingKeys.revoke(kid, at: now)
        context.environment.signingKeys.invalidate(context.stores.tenant)
        return revoked
    }

    /// Makes the first two keys. Harmless when another process does so at the same time.
    func bootstrap(host: String, now: Timestamp) async throws {
        let current = try await Self.generate(.current, kid: newKeyID(), serial: newSerial(), host: host, now: now)
        let next = try await Self.generate(.next, kid: newKeyID(), serial: newSerial(), host: host, now: now)
        _ = try await context.stores.signingKeys.bootstrap(current: current, next: next)
    }

    /// 21 characters, as Auth0's are.
    private func newKeyID() -> String { context.environment.randomness.alphanumeric(21) }

    /// 16 bytes, positive and without leading zero when read as an ASN.1 INTEGER.
    private func newSerial() -> [UInt8] {
        var serial = context.environment.randomness.bytes(16)
        serial[0] = (serial[0] & 0x3F) | 0x40
        return serial
    }

    /// Takes a tenth of a second of computing, more or less: never on the caller's executor.
    @concurrent
    private static func generate(
        _ state: SigningKeyRecord.State, kid: String, serial: [UInt8], host: String, now: Timestamp
    ) async throws -> SigningKeyRecord {
        let key = try RSAPrivateKey.generate()
        let certificate = try SelfSignedCertificate.make(
            for: key, commonName: host, serial: serial, notBefore: now, lifetime: .days(3650))
        return SigningKeyRecord(
            kid: kid, algorithm: SignatureAlgorithm.rs256.rawValue, state: state, privateKey: try key.pkcs8DER,
            certificate: certificate, createdAt: now)
    }
}
