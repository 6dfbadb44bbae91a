import Crypto
import OAuthProtocol
import Storage

/// The codes and links of `/passwordless/start` (contract 20.1): one of each for an address and client, the newest.
struct PasswordlessCodes: Sendable {
    private let context: TenantContext
    private let connection: Connection
    private let client: Client

    init(_ context: TenantContext, of connection: Connection, for client: Client) {
        (self.context, self.connection, self.client) = (context, connection, client)
    }

    /// A new code, which ends the one before it. `payload` comes back with it.
    func make(
        _ purpose: OneTimeCode.Purpose, for identifier: PasswordlessIdentifier, payload: JSONObject, at now: Timestamp
    ) async throws -> String {
        let randomness = context.environment.randomness
        // A link is not typed, so its code need not be short.
        let code = purpose == .passwordlessLink ? randomness.alphanumeric(32) : randomness.digits()
        let key = key(of: identifier)
        let settings = context.settings.passwordless
        let record = OneTimeCode(
            purpose: purpose, keyHash: key, codeMAC: OneTimeCodeMAC.make(of: code, for: purpose, key: key, in: context),
            payload: SecretString(payload.serializedString), attempts: settings.attempts,
            lifetime: (now, now + settings.codeLifetime))
        try await context.stores.oneTimeCodes.put(record)
        if purpose == .passwordless { try await noteClient(identifier, record) }
        return code
    }

    /// The payload of a code that is right; it is used up. `nil` for a wrong, old, unknown or spent code and beyond its tries.
    func accept(
        _ code: String, _ purpose: OneTimeCode.Purpose, for identifier: PasswordlessIdentifier, at now: Timestamp
    ) async throws -> JSONObject? {
        let key = key(of: identifier)
        let mac = OneTimeCodeMAC.make(of: code, for: purpose, key: key, in: context)
        switch try await context.stores.oneTimeCodes.check(purpose, key: key, codeMAC: mac, at: now) {
        case .accepted(let record): return (try? JSONValue.parse(Array(record.payload.revealed.utf8)))?.object ?? [:]
        case .wrong, .missing: return nil
        }
    }

    /// Whether a typed code is right; a right one stays, a wrong one costs a try.
    func isRight(_ code: String, for identifier: PasswordlessIdentifier, at now: Timestamp) async throws -> Bool {
        let key = key(of: identifier)
        let mac = OneTimeCodeMAC.make(of: code, for: .passwordless, key: key, in: context)
        switch try await context.stores.oneTimeCodes.verify(.passwordless, key: key, codeMAC: mac, at: now) {
        case .accepted: return true
        case .wrong, .missing: return false
        }
    }

    private func key(of identifier: PasswordlessIdentifier) -> TokenHash {
        Self.key([client.clientID, connection.name, identifier.kind.rawValue, identifier.folded])
    }

    private static func key(_ parts: [String]) -> TokenHash {
        TokenHash(of: parts.map { "\($0.utf8.count):\($0)" }.joined())
    }

    // MARK: Whose code it is

    /// `/passwordless/verify` names no client: the newest code to an address is meant.
    private func noteClient(_ identifier: PasswordlessIdentifier, _ record: OneTimeCode) async throws {
        let payload: JSONObject = ["client": .string(client.clientID)]
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .passwordlessClient, keyHash: Self.clientKey(identifier, connection), codeMAC: [],
                payload: SecretString(payload.serializedString), attempts: 1, lifetime: (record.createdAt, record.expiresAt)))
    }

    /// The client that asked last for a code to the address. `nil` when none did lately.
    static func latestClient(
        for identifier: PasswordlessIdentifier, of connection: Connection, _ context: TenantContext, at now: Timestamp
    ) async throws -> Client? {
        let key = clientKey(identifier, connection)
        guard let found = try await context.stores.oneTimeCodes.find(.passwordlessClient, key: key, at: now),
            let id = (try? JSONValue.parse(Array(found.payload.revealed.utf8)))?.object?["client"]?.string
        else { return nil }
        return try await context.client(id)
    }

    private static func clientKey(_ identifier: PasswordlessIdentifier, _ connection: Connection) -> TokenHash {
        key([connection.name, identifier.kind.rawValue, identifier.folded])
    }

    /// The `_id` of contract 20.1: 24 hexadecimal digits that say nothing of whether there is such a user.
    func publicID(of identifier: PasswordlessIdentifier) -> String {
        let label = "martlet passwordless id v1|\(context.stores.tenant.rawValue)|\(connection.id)|\(identifier.folded)"
        let key = context.environment.masterKeys.current.authenticationKey
        let mac = HMAC<SHA256>.authenticationCode(for: Array(label.utf8), using: key)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: mac.prefix(12).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
