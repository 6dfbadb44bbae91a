import Crypto
import OAuthProtocol
import Storage

/// An opaque handle that says when it ends: random bytes, the instant, and a MAC over both. What it stands for is kept in a row;
/// once that is gone, the MAC still tells a handle that has expired from one that never was (contract 7.7).
struct TimedHandle: Sendable {
    let text: String
    let expiresAt: Timestamp

    private static let randomLength = 24
    private static let timeLength = 8
    private static let macLength = 16

    static func make(_ purpose: OneTimeCode.Purpose, until expiresAt: Timestamp, in context: TenantContext) -> TimedHandle {
        let time = withUnsafeBytes(of: expiresAt.milliseconds.bigEndian) { Array($0) }
        let content = context.environment.randomness.bytes(randomLength) + time
        let code = mac(content, purpose, under: context.environment.masterKeys.current, context)
        return TimedHandle(text: Base64URL.encode(content + code), expiresAt: expiresAt)
    }

    /// `nil` for anything but a handle of this tenant and purpose, made under a master key of the ring.
    static func genuine(_ text: String, _ purpose: OneTimeCode.Purpose, in context: TenantContext) -> TimedHandle? {
        guard let bytes = Base64URL.decode(text), bytes.count == randomLength + timeLength + macLength else { return nil }
        let content = Array(bytes.prefix(randomLength + timeLength))
        let isGenuine = context.environment.masterKeys.all.contains { key in
            zip(mac(content, purpose, under: key, context), bytes.suffix(macLength)).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        }
        guard isGenuine else { return nil }
        let time = content.suffix(timeLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return TimedHandle(text: text, expiresAt: Timestamp(milliseconds: Int64(bitPattern: time)))
    }

    private static func mac(
        _ content: [UInt8], _ purpose: OneTimeCode.Purpose, under key: MasterKeyRing.Key, _ context: TenantContext
    ) -> [UInt8] {
        let label = "martlet timed handle v1|\(context.stores.tenant.rawValue)|\(purpose.rawValue)|"
        let code = HMAC<SHA256>.authenticationCode(for: Array(label.utf8) + content, using: key.authenticationKey)
        return Array(code.prefix(macLength))
    }
}
