package import OAuthProtocol
import Storage

/// What `/co/authenticate` answers (contract 21.3). The browser keeps the verifier as the cookie `co/verifier/{id}`.
package struct CrossOriginLogin: Sendable {
    package let ticket: SecretString
    package let verifier: SecretString
    package let id: String

    package var json: JSONObject {
        [
            "login_ticket": .string(ticket.revealed), "co_verifier": .string(verifier.revealed), "co_id": .string(id),
        ]
    }

    package var changes: BrowserChanges {
        var changes = BrowserChanges()
        changes.crossOriginVerifier = (id, verifier.revealed)
        return changes
    }
}

/// Login tickets: made by `/co/authenticate`, redeemed by `/authorize` (contract 4.1, 21.3).
///
/// A ticket is good once, for a minute, for its client, and in the browser that got the verifier with it. That keeps anybody from
/// signing somebody else's browser in with a ticket of their own (login CSRF): they cannot give that browser a cookie of ours.
package struct LoginTickets: Sendable {
    /// From the answer to the redemption, in seconds.
    package static let lifetimeSeconds: Int64 = 60
    private static let lifetime = Lifetime(seconds: lifetimeSeconds)

    /// Who proved themselves, and how (RFC 8176).
    struct Login: Sendable {
        var user: User
        var amr: [String]
    }

    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The ticket is kept as a hash, the verifier as a MAC.
    func issue(_ login: Login, to client: Client, at now: Timestamp) async throws -> CrossOriginLogin {
        let randomness = context.environment.randomness
        let (ticket, verifier, id) = (randomness.handle(), randomness.handle(), randomness.alphanumeric(20))
        let payload: JSONObject = [
            "client": .string(client.clientID), "user": .string(login.user.userID), "amr": .strings(login.amr),
            "id": .string(id),
        ]
        let key = TokenHash(of: ticket)
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .loginTicket, keyHash: key,
                codeMAC: OneTimeCodeMAC.make(of: verifier, for: .loginTicket, key: key, in: context),
                payload: SecretString(payload.serializedString), attempts: 1, lifetime: (now, now + Self.lifetime)))
        return CrossOriginLogin(ticket: SecretString(ticket), verifier: SecretString(verifier), id: id)
    }

    /// The login of the request's `login_ticket`, and the `co_id` of its verifier; `nil` when the request has none. The ticket is
    /// used up, by a wrong verifier too. Throws `invalidRequest` for one that is not good here, `userBlocked`.
    func redeem(
        _ form: FormParameters, for client: Client, _ browser: BrowserState, at now: Timestamp
    ) async throws -> (login: Login, id: String)? {
        guard let ticket = try form.optional("login_ticket", maximumBytes: 512) else { return nil }
        let (codes, key) = (context.stores.oneTimeCodes, TokenHash(of: ticket))
        guard let found = try await codes.find(.loginTicket, key: key, at: now), let content = Content(found) else {
            throw Self.refusal("unknown, used or expired")
        }
        guard content.clientID.isExactly(client.clientID), client.mayAuthenticateCrossOrigin else {
            throw Self.refusal("another client's")
        }
        guard let user = try await context.stores.users.find(content.userID), user.isUnchanged(since: found.createdAt) else {
            throw Self.refusal("the user is gone or changed")
        }
        guard try form.optional("realm").map({ $0.isExactly(user.connection) }) ?? true else {
            throw Self.refusal("another realm's")
        }
        guard let verifier = browser.crossOriginVerifiers[content.id] else { throw Self.refusal("no verifier") }
        let mac = OneTimeCodeMAC.make(of: verifier, for: .loginTicket, key: key, in: context)
        guard case .accepted = try await codes.check(.loginTicket, key: key, codeMAC: mac, at: now) else {
            throw Self.refusal("wrong verifier, or used meanwhile")
        }
        guard !user.blocked else { throw OAuthError(.userBlocked, WireText.userBlocked) }
        return (Login(user: user, amr: content.amr), content.id)
    }

    private struct Content {
        let clientID: String
        let userID: String
        let amr: [String]
        let id: String

        init?(_ code: OneTimeCode) {
            guard let payload = (try? JSONValue.parse(Array(code.payload.revealed.utf8)))?.object,
                let clientID = payload["client"]?.string, let userID = payload["user"]?.string,
                let amr = payload["amr"]?.array?.compactMap(\.string), let id = payload["id"]?.string
            else { return nil }
            (self.clientID, self.userID, self.amr, self.id) = (clientID, userID, amr, id)
        }
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidRequest, WireText.loginTicketRefused, auditReason: "login_ticket: \(reason)")
    }
}
