import OAuthProtocol
import Storage

/// What an `mfa_token` stands for: a login that waits for its second factor (contract 9.6). Good until it succeeds.
struct MFAToken: Sendable {
    let hash: TokenHash
    /// Whose login it is and what it gets.
    let access: GrantedAccess
    let method: FirstFactor.Method
    /// The key that a public client proved to hold with the first factor; it must prove it with the second too.
    let boundKey: Confirmation?

    var clientID: String { access.clientID }
    var userID: String { access.userID }
}

/// Issues, reads and uses up `mfa_token`s.
struct MFATokens: Sendable {
    private static let lifetime: Lifetime = .minutes(10)

    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func issue(for login: FirstFactor, at now: Timestamp) async throws -> String {
        let handle = TimedHandle.make(.mfaToken, until: now + Self.lifetime, in: context)
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .mfaToken, keyHash: TokenHash(of: handle.text), codeMAC: [],
                payload: SecretString(Self.payload(login).serializedString), attempts: 1, lifetime: (now, handle.expiresAt)))
        return handle.text
    }

    /// The login behind a token. Throws `expiredToken` for one that was used or is too old, `invalidMFAToken` for anything else,
    /// another client's included.
    func find(_ text: String, of client: Client?, at now: Timestamp) async throws -> MFAToken {
        guard let row = try await context.stores.oneTimeCodes.find(.mfaToken, key: TokenHash(of: text), at: now) else {
            throw TimedHandle.genuine(text, .mfaToken, in: context) == nil ? Self.malformed("unknown") : Self.expired
        }
        guard let token = MFAToken(row) else { throw Self.malformed("unreadable") }
        if let client, !token.clientID.isExactly(client.clientID) { throw Self.malformed("another client's") }
        // A user who is gone is the grants' to refuse.
        if let user = try await context.stores.users.find(token.userID), !user.isUnchanged(since: row.createdAt) {
            throw Self.expired
        }
        return token
    }

    /// Of any number of concurrent calls exactly one returns; the others throw `expiredToken`.
    func consume(_ token: MFAToken, at now: Timestamp) async throws {
        guard try await context.stores.oneTimeCodes.consume(.mfaToken, key: token.hash, at: now) != nil else {
            throw Self.expired
        }
    }

    private static var expired: OAuthError {
        var error = OAuthError(.expiredToken, WireText.mfaTokenExpired)
        error.auth0Status = 401
        return error
    }

    private static func malformed(_ reason: String) -> OAuthError {
        OAuthError(.invalidMFAToken, WireText.malformedMFAToken, auditReason: "mfa_token: \(reason)")
    }

    // MARK: Payload

    private static func payload(_ login: FirstFactor) -> JSONObject {
        var payload: JSONObject = [
            "client": .string(login.access.clientID), "user": .string(login.access.userID),
            "scope": .string(login.access.scopes.description), "method": .string(login.method.rawValue),
        ]
        payload["audience"] = login.access.audience.map { .string($0) }
        payload["gty"] = login.access.gty.map { .string($0) }
        payload["act"] = login.access.details.actor.map { .string($0) }
        if let key = SenderConstraint.boundKey(of: login.client, login.proved) {
            payload["key"] = .object([key.method.rawValue: .string(key.thumbprint)])
        }
        return payload
    }
}

extension MFAToken {
    init?(_ row: OneTimeCode) {
        guard let payload = (try? JSONValue.parse(Array(row.payload.revealed.utf8)))?.object,
            let clientID = payload["client"]?.string, let userID = payload["user"]?.string,
            let scopes = payload["scope"]?.string.flatMap(Scopes.init(parsing:)),
            let method = payload["method"]?.string.flatMap(FirstFactor.Method.init(rawValue:))
        else { return nil }
        var access = GrantedAccess(
            clientID: clientID, userID: userID, audience: payload["audience"]?.string, scopes: scopes)
        (access.gty, access.details.actor) = (payload["gty"]?.string, payload["act"]?.string)
        let key = payload["key"]?.object?.members.first
        let confirmation = key.flatMap { key in
            Confirmation.Method(rawValue: key.name).flatMap { name in
                key.value.string.map { Confirmation(method: name, thumbprint: $0) }
            }
        }
        (hash, self.access, self.method, boundKey) = (row.keyHash, access, method, confirmation)
    }
}
