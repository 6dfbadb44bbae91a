import Crypto
import OAuthProtocol
import Storage

/// A refresh token as it was sent: well formed, not yet proven genuine (architecture section 6).
///
/// The text is base64url of version (1 byte), family id (16), generation (8, big-endian) and MAC (16). The MAC is
/// HMAC-SHA-256 over a label, the family's random seed and all before it, under the authentication key of a master key:
/// whoever reads the database alone cannot make a token, and the same generation always gives the same text. The label and
/// the rest have fixed lengths and the seed lies between them, so no two messages are spelled alike.
struct RefreshTokenValue: Sendable {
    let familyID: RefreshTokenFamilyID
    let generation: Int64
    private let mac: [UInt8]

    private static let version: UInt8 = 1
    private static let macLength = 16
    private static let bodyLength = 1 + 16 + 8
    private static let label = Array("martlet refresh token v1".utf8)

    /// `nil` unless the text is exactly what this program writes: alphabet, length, version, a generation from one on.
    init?(_ text: String) {
        guard text.utf8.count == 55, let bytes = Base64URL.decode(text) else { return nil }
        guard bytes.count == Self.bodyLength + Self.macLength, bytes[0] == Self.version,
            let familyID = RefreshTokenFamilyID(bytes: Array(bytes[1..<17]))
        else { return nil }
        let number = bytes[17..<25].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let generation = Int64(exactly: number), generation > 0 else { return nil }
        (self.familyID, self.generation) = (familyID, generation)
        mac = Array(bytes[Self.bodyLength...])
    }

    /// Whether this server made the token for the family. False as well when the ring lacks the family's key.
    func isGenuine(in family: RefreshTokenFamily, masterKeys: MasterKeyRing) -> Bool {
        guard family.id == familyID, let key = masterKeys.key(family.keyID) else { return false }
        return Self.isEqual(mac, Self.mac(over: Self.body(familyID, generation), of: family, key))
    }

    /// The family's current token. `nil` when the ring lacks the family's key.
    static func text(of family: RefreshTokenFamily, masterKeys: MasterKeyRing) -> SecretString? {
        guard let key = masterKeys.key(family.keyID) else { return nil }
        let body = body(family.id, family.generation)
        return SecretString(Base64URL.encode(body + mac(over: body, of: family, key)))
    }

    private static func body(_ id: RefreshTokenFamilyID, _ generation: Int64) -> [UInt8] {
        var body = [version]
        body.reserveCapacity(bodyLength + macLength)
        body += id.bytes
        withUnsafeBytes(of: generation.bigEndian) { body += $0 }
        return body
    }

    private static func mac(over body: [UInt8], of family: RefreshTokenFamily, _ key: MasterKeyRing.Key) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: label + family.seed.revealed + body, using: key.authenticationKey)
        return Array(code.prefix(macLength))
    }

    /// Takes the same time wherever the two differ.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
