import OAuthProtocol
import Storage

/// A ceremony that waits for the authenticator's answer: what the `auth_session` of contract 19 stands for. Good once.
struct PasskeyCeremony: Sendable {
    static let lifetime: Lifetime = .minutes(5)

    let clientID: String
    let connection: String
    let challenge: [UInt8]
    /// The user to be made; `nil` for a login.
    var newcomer: PasskeyNewcomer?

    init(clientID: String, connection: String, challenge: [UInt8], newcomer: PasskeyNewcomer? = nil) {
        (self.clientID, self.connection) = (clientID, connection)
        (self.challenge, self.newcomer) = (challenge, newcomer)
    }

    /// Stores the ceremony. Returns the handle for the client.
    func open(in context: TenantContext, at now: Timestamp) async throws -> String {
        let handle = context.environment.randomness.handle()
        var payload: JSONObject = [
            "client": .string(clientID), "connection": .string(connection), "challenge": .string(Base64URL.encode(challenge)),
        ]
        payload["newcomer"] = newcomer.map { .object($0.json) }
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: newcomer == nil ? .passkeyLogin : .passkeyRegistration, keyHash: TokenHash(of: handle), codeMAC: [],
                payload: SecretString(payload.serializedString), attempts: 1, lifetime: (now, now + Self.lifetime)))
        return handle
    }

    /// The ceremony behind a handle, used up whether or not the answer turns out right. Another client's is left alone.
    /// `nil` when unknown, used or too old.
    static func take(
        _ handle: String, _ purpose: OneTimeCode.Purpose, by client: Client, in context: TenantContext, at now: Timestamp
    ) async throws -> PasskeyCeremony? {
        let (codes, key) = (context.stores.oneTimeCodes, TokenHash(of: handle))
        guard let found = try await codes.find(purpose, key: key, at: now), let ceremony = PasskeyCeremony(found),
            ceremony.clientID.isExactly(client.clientID), try await codes.consume(purpose, key: key, at: now) != nil
        else { return nil }
        return ceremony
    }

    private init?(_ code: OneTimeCode) {
        guard let payload = (try? JSONValue.parse(Array(code.payload.revealed.utf8)))?.object,
            let clientID = payload["client"]?.string, let connection = payload["connection"]?.string,
            let challenge = payload["challenge"]?.string.flatMap({ Base64URL.decode($0) })
        else { return nil }
        self.init(
            clientID: clientID, connection: connection, challenge: challenge,
            newcomer: payload["newcomer"]?.object.flatMap { PasskeyNewcomer($0) })
    }
}

/// Somebody who signs up with a passkey instead of a password.
struct PasskeyNewcomer: Sendable, Equatable {
    /// The `user.id` of the ceremony: 32 random bytes, which say nothing of the user.
    var handle: [UInt8]
    var email: String?
    var username: String?
    var phoneNumber: String?
    /// `name`, `given_name`, `family_name`, `nickname`, `picture`, as sent.
    var names: JSONObject = [:]
    /// JSON object text.
    var metadata = "{}"

    static let nameMembers = ["name", "given_name", "family_name", "nickname", "picture"]

    init(handle: [UInt8]) { self.handle = handle }

    init?(_ json: JSONObject) {
        guard let handle = json["handle"]?.string.flatMap({ Base64URL.decode($0) }) else { return nil }
        self.handle = handle
        (email, username) = (json["email"]?.string, json["username"]?.string)
        phoneNumber = json["phone_number"]?.string
        (names, metadata) = (json["names"]?.object ?? [:], json["metadata"]?.string ?? "{}")
    }

    var json: JSONObject {
        var json: JSONObject = [
            "handle": .string(Base64URL.encode(handle)), "names": .object(names), "metadata": .string(metadata),
        ]
        json["email"] = email.map { .string($0) }
        json["username"] = username.map { .string($0) }
        json["phone_number"] = phoneNumber.map { .string($0) }
        return json
    }

    /// What the user is known by. There is one at least.
    var identifier: String { email ?? username ?? phoneNumber ?? "" }

    func user(of connection: Connection, id: String, at now: Timestamp) -> User {
        var user = User(userID: id, connection: connection.name, email: email, createdAt: now)
        user.username = username
        user.userMetadata = metadata
        user.profile.phoneNumber = phoneNumber
        (user.profile.name, user.profile.givenName) = (names["name"]?.string, names["given_name"]?.string)
        (user.profile.familyName, user.profile.nickname) = (names["family_name"]?.string, names["nickname"]?.string)
        user.profile.picture = names["picture"]?.string
        return user
    }
}
