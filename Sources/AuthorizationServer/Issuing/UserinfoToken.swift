import Crypto
import OAuthProtocol
import Storage

/// The opaque access token for `/userinfo` alone (contract 9.1): its content sealed with AES-GCM under a key derived from a
/// master key, so that nothing is stored and nothing can be read or changed. The tenant is authenticated with it.
struct UserinfoToken: Sendable, Equatable {
    var userID: String
    var clientID: String
    var scopes: Scopes
    var sid: String?
    var expiresAt: Timestamp

    init(_ access: GrantedAccess, expiresAt: Timestamp) {
        (userID, clientID, scopes) = (access.userID, access.clientID, access.scopes)
        (sid, self.expiresAt) = (access.sid, expiresAt)
    }

    private static let version: UInt8 = 1
    private static let keyPurpose = "martlet userinfo token v1"
    private static let nonceLength = 12
    private static let headerLength = 1 + 4

    /// The token's text. Throws when the master key cannot seal.
    func sealed(in context: TenantContext) throws -> String {
        let ring = context.environment.masterKeys
        guard let key = ring.derivedKey(id: ring.current.id, salt: [], purpose: Self.keyPurpose),
            let keyID = Self.bytes(ofKeyID: ring.current.id)
        else { throw SealingError.unknownKey(ring.current.id) }
        let header = [Self.version] + keyID
        let nonce = try AES.GCM.Nonce(data: context.environment.randomness.bytes(Self.nonceLength))
        let box = try AES.GCM.seal(
            encoded, using: key, nonce: nonce, authenticating: Self.associated(header, context.stores.tenant))
        guard let combined = box.combined else { throw SealingError.failed }
        return Base64URL.encode(header + combined)
    }

    /// The content of a token of this tenant; `nil` for anything else. Expiry is the caller's to judge.
    init?(opening text: String, in context: TenantContext) {
        guard let bytes = Base64URL.decode(text), bytes.count > Self.headerLength, bytes[0] == Self.version else { return nil }
        let header = Array(bytes.prefix(Self.headerLength))
        let keyID = Self.keyID(ofBytes: header.dropFirst())
        guard let key = context.environment.masterKeys.derivedKey(id: keyID, salt: [], purpose: Self.keyPurpose),
            let box = try? AES.GCM.SealedBox(combined: bytes.dropFirst(Self.headerLength)),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Self.associated(header, context.stores.tenant))
        else { return nil }
        self.init(decoding: Array(plain))
    }

    private static func associated(_ header: [UInt8], _ tenant: TenantID) -> [UInt8] {
        header + Array(tenant.rawValue.utf8)
    }

    // Content: expiry (8 bytes), then subject, client, session and scopes, each with a length of two bytes.

    private var encoded: [UInt8] {
        var result = withUnsafeBytes(of: expiresAt.milliseconds.bigEndian, Array.init)
        for text in [userID, clientID, sid ?? "", scopes.description] {
            result += withUnsafeBytes(of: UInt16(clamping: text.utf8.count).bigEndian, Array.init)
            result += text.utf8.prefix(Int(UInt16.max))
        }
        return result
    }

    private init?(decoding bytes: [UInt8]) {
        var rest = bytes[...]
        guard rest.count >= 8 else { return nil }
        expiresAt = Timestamp(milliseconds: Int64(bitPattern: rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }))
        rest = rest.dropFirst(8)
        guard let userID = Self.takeText(&rest), let clientID = Self.takeText(&rest), let sid = Self.takeText(&rest),
            let scopeText = Self.takeText(&rest), let scopes = Scopes(parsing: scopeText), rest.isEmpty
        else { return nil }
        (self.userID, self.clientID, self.scopes) = (userID, clientID, scopes)
        self.sid = sid.isEmpty ? nil : sid
    }

    private static func takeText(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.count >= 2 else { return nil }
        let length = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return String(decoding: rest.prefix(length), as: UTF8.self)
    }

    /// A key id is eight hexadecimal digits.
    private static func bytes(ofKeyID id: String) -> [UInt8]? {
        guard id.utf8.count == 8, let number = UInt32(id, radix: 16) else { return nil }
        return withUnsafeBytes(of: number.bigEndian, Array.init)
    }

    private static func keyID(ofBytes bytes: ArraySlice<UInt8>) -> String {
        let digits = String(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
