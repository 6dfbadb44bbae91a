import Crypto
import OAuthProtocol
import Storage

/// The opaque access token (contract 9.1): its content sealed with AES-GCM under a key derived from a master key, so that
/// nothing is stored and nothing can be read or changed. The tenant is authenticated with it. For `/userinfo` alone, or for an
/// API whose tokens are opaque and that asks the introspection endpoint.
struct OpaqueAccessToken: Sendable, Equatable {
    var userID: String
    var clientID: String
    var scopes: Scopes
    var sid: String?
    var grantID: String?
    /// `nil` for `/userinfo` alone.
    var audience: String?
    /// The `userinfo` member of the `claims` parameter: JSON object text.
    var claims: String?
    /// The `act` claim: JSON object text.
    var actor: String?
    /// What was granted beside scopes, for the introspection endpoint: JSON array text (RFC 9396 section 9.2).
    var authorizationDetails: String?
    var confirmation: Confirmation?
    var issuedAt: Timestamp
    var expiresAt: Timestamp

    init(_ access: GrantedAccess, confirmation: Confirmation? = nil, issuedAt: Timestamp, expiresAt: Timestamp) {
        (userID, clientID, scopes) = (access.userID, access.clientID, access.scopes)
        (sid, audience) = (access.sid, access.audience)
        grantID = access.grantID.isEmpty ? nil : access.grantID
        claims = access.details.claims.flatMap { RequestedClaims(parsing: $0)?.userinfoText }
        (actor, authorizationDetails) = (access.details.actor, access.details.authorizationDetails)
        (self.confirmation, self.issuedAt, self.expiresAt) = (confirmation, issuedAt, expiresAt)
    }

    private static let version: UInt8 = 2
    private static let keyPurpose = "martlet opaque access token v2"
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

    // Content: a JSON object with short names; nobody but this type reads it.

    private var encoded: [UInt8] {
        var content: JSONObject = [
            "s": .string(userID), "c": .string(clientID), "o": .string(scopes.description), "e": .integer(expiresAt.milliseconds),
            "t": .integer(issuedAt.milliseconds),
        ]
        let texts = [("i", sid), ("g", grantID), ("a", audience), ("q", claims), ("p", actor), ("d", authorizationDetails)]
        for (name, value) in texts {
            if let value { content.append(name, .string(value)) }
        }
        if let confirmation { content.append(confirmation.method.rawValue, .string(confirmation.thumbprint)) }
        return content.serialized
    }

    private init?(decoding bytes: [UInt8]) {
        guard let content = (try? JSONValue.parse(bytes))?.object, let userID = content["s"]?.string,
            let clientID = content["c"]?.string, let scopes = content["o"]?.string.flatMap(Scopes.init(parsing:)),
            let end = content["e"]?.integer, let start = content["t"]?.integer
        else { return nil }
        (self.userID, self.clientID, self.scopes) = (userID, clientID, scopes)
        (issuedAt, expiresAt) = (Timestamp(milliseconds: start), Timestamp(milliseconds: end))
        (sid, grantID, audience) = (content["i"]?.string, content["g"]?.string, content["a"]?.string)
        (claims, actor, authorizationDetails) = (content["q"]?.string, content["p"]?.string, content["d"]?.string)
        confirmation = Confirmation.Method.allCases.lazy.compactMap { method in
            content[method.rawValue]?.string.map { Confirmation(method: method, thumbprint: $0) }
        }.first
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
