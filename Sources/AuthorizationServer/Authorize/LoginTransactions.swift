import OAuthProtocol
import Storage

/// A transaction that the browser at hand began: only `LoginTransactions.resume` and `.open` make one.
struct BoundTransaction: Sendable {
    /// The `state` of our own pages, not the client's.
    let state: String
    /// The browser's device cookie.
    let device: String
    let record: LoginTransaction
}

/// Authorization requests that wait for the user (contract 4.6).
struct LoginTransactions: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Keeps the request, bound to the browser's device cookie; makes that cookie when the browser has none. `session`: the one
    /// that the user signed in to with this very request.
    func open(
        _ authorize: AuthorizeRequest, browser: BrowserState, signedInTo session: BrowserSession? = nil, at now: Timestamp
    ) async throws -> (transaction: BoundTransaction, changes: BrowserChanges) {
        var changes = BrowserChanges()
        let device = DeviceCookie.accepted(browser.device) ?? DeviceCookie.make(context.environment.randomness)
        if browser.device != device { changes.device = device }
        let state = Base64URL.encode(context.environment.randomness.bytes(32))
        var record = LoginTransaction(
            stateHash: TokenHash(of: state), browserHash: TokenHash(of: device), clientID: authorize.client.clientID,
            parameters: RequestResolution.kept(authorize.form, authorize.origin), createdAt: now,
            expiresAt: now + context.settings.transactionLifetime)
        record.requestURIHash = authorize.origin.pushed
        (record.authenticatedAt, record.sid) = (session?.authTime, session?.sid)
        try await context.stores.transactions.insert(record)
        return (BoundTransaction(state: state, device: device, record: record), changes)
    }

    /// The transaction of `state` if it is alive and this browser's. Throws `AuthorizeFailure.transactionLost` otherwise:
    /// a link that somebody sent does not let another browser go on where its maker began.
    func resume(_ state: String?, browser: BrowserState, at now: Timestamp) async throws -> BoundTransaction {
        guard let state else { throw await lost(of: nil) }
        let hash = TokenHash(of: state)
        guard let record = try await context.stores.transactions.find(hash, at: now) else {
            throw await lost(of: try await context.stores.transactions.clientID(of: hash))
        }
        guard let device = browser.device, TokenHash(of: device) == record.browserHash else {
            throw await lost(of: record.clientID)
        }
        return BoundTransaction(state: state, device: device, record: record)
    }

    /// The request as it was sent, checked again: the client or API may have changed meanwhile.
    func request(of transaction: BoundTransaction, in request: RequestInfo) async throws -> AuthorizeRequest {
        let record = transaction.record
        var jkt: String?
        if let hash = record.requestURIHash { jkt = try await context.stores.pushedRequests.find(hash)?.dpopJKT }
        let resolved = try RequestResolution.restored(record.parameters, pushed: record.requestURIHash, dpopJKT: jkt)
        return try await AuthorizeSteps(context, in: request).prepare(stored: resolved)
    }

    /// Ends the transaction. Throws `.transactionLost` for all but one of concurrent calls: only that one may answer.
    func consume(_ transaction: BoundTransaction) async throws {
        guard try await context.stores.transactions.consume(transaction.record.stateHash) else {
            throw await lost(of: transaction.record.clientID)
        }
    }

    /// Where the users of a lost or expired transaction begin again: at the client, unless that would send whoever follows a
    /// link of ours to a stranger's page (contract 4.2); else at the tenant's own place, if it has one.
    func lost(of clientID: String?) async -> AuthorizeFailure {
        var client: Client?
        // Where to go on matters less than that the transaction is over.
        if let clientID { client = try? await context.clientIfAvailable(clientID) }
        let route = client?.isProtectedFromOpenRedirects == true ? nil : client?.initiateLoginURI
        return .transactionLost(loginRoute: route ?? context.settings.defaultRedirectionURI)
    }
}

/// The cookie that names a browser, so that steps of a login cannot move to another one (architecture section 8).
package enum DeviceCookie {
    package static func make(_ randomness: Randomness) -> String { Base64URL.encode(randomness.bytes(32)) }

    /// The value if it is one of ours by form.
    package static func accepted(_ value: String?) -> String? {
        guard let value, value.utf8.count == 43, Base64URL.decode(value)?.count == 32 else { return nil }
        return value
    }
}
