import OAuthProtocol
import Storage

/// A passkey as it is kept: an `Authenticator` whose `credential` is JSON.
struct StoredPasskey: Sendable {
    var credential: WebAuthnCredential
    /// The `user.id` that the authenticator gives back.
    var userHandle: [UInt8]

    init(_ credential: WebAuthnCredential, userHandle: [UInt8]) {
        (self.credential, self.userHandle) = (credential, userHandle)
    }

    /// `nil` for anything but a passkey.
    init?(_ authenticator: Authenticator) {
        func bytes(_ json: JSONObject, _ name: String) -> [UInt8]? { json[name]?.string.flatMap { Base64URL.decode($0) } }
        guard authenticator.kind == .passkey, let text = authenticator.credential,
            let json = (try? JSONValue.parse(Array(text.utf8)))?.object, let id = bytes(json, "id"),
            let key = bytes(json, "public_key"), let handle = bytes(json, "user_handle")
        else { return nil }
        credential = WebAuthnCredential(credentialID: id, publicKey: key, signatureCount: authenticator.counter)
        credential.isBackupEligible = json["backup_eligible"]?.bool ?? false
        credential.isBackedUp = json["backed_up"]?.bool ?? false
        credential.attestationFormat = json["format"]?.string ?? "none"
        credential.aaguid = bytes(json, "aaguid") ?? []
        userHandle = handle
    }

    var text: String {
        let json: JSONObject = [
            "id": .string(Base64URL.encode(credential.credentialID)),
            "public_key": .string(Base64URL.encode(credential.publicKey)),
            "user_handle": .string(Base64URL.encode(userHandle)), "backup_eligible": .bool(credential.isBackupEligible),
            "backed_up": .bool(credential.isBackedUp), "format": .string(credential.attestationFormat),
            "aaguid": .string(Base64URL.encode(credential.aaguid)),
        ]
        return json.serializedString
    }

    /// A row for it. It is active: the ceremony that made it was its first use.
    func authenticator(of userID: String, _ randomness: Randomness, at now: Timestamp) -> Authenticator {
        let id = "passkey|dev_\(randomness.alphanumeric(16))"
        var row = Authenticator(id: id, userID: userID, kind: .passkey, createdAt: now)
        (row.isActive, row.counter) = (true, credential.signatureCount)
        (row.credentialHash, row.credential) = (Self.hash(of: credential.credentialID), text)
        return row
    }

    static func hash(of credentialID: [UInt8]) -> TokenHash { TokenHash(of: Base64URL.encode(credentialID)) }
}
