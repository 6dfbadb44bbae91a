import Crypto
package import OAuthProtocol
import Storage

/// The nonces of DPoP proofs (RFC 9449 section 8): the code of a window of five minutes under a master key, so that nothing is
/// stored and every node knows every node's nonces. Made under the current key, accepted under every key of the ring.
package struct DPoPNonce: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    private static let label = Array("martlet dpop nonce v1".utf8)
    private static let window: Int64 = 300
    private static let length = 16

    /// How long a nonce is accepted at least and at most.
    static let maximumAge = Lifetime(seconds: 2 * window)

    /// 22 URL-safe characters.
    package func current(at now: Timestamp) -> String {
        text(of: Self.number(at: now), under: context.environment.masterKeys.current)
    }

    /// Whether the nonce is of the window of `now` or the one before; or after, made by a node whose clock is ahead.
    package func accepts(_ nonce: String, at now: Timestamp) -> Bool {
        let number = Self.number(at: now)
        return context.environment.masterKeys.all.contains { key in
            [number, number - 1, number + 1].map { Self.isEqual(text(of: $0, under: key), nonce) }.contains(true)
        }
    }

    private static func number(at now: Timestamp) -> Int64 { now.seconds / window }

    private func text(of number: Int64, under key: MasterKeyRing.Key) -> String {
        let tenant = Array(context.stores.tenant.rawValue.utf8)
        let message = Self.label + withUnsafeBytes(of: number.bigEndian, Array.init) + tenant
        let code = HMAC<SHA256>.authenticationCode(for: message, using: key.authenticationKey)
        return Base64URL.encode(Array(code.prefix(Self.length)))
    }

    /// Takes the same time wherever the two differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
