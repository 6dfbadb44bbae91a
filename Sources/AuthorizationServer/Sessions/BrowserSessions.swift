import OAuthProtocol
import Storage

/// The session of one browser: found, begun and kept alive (contract 5).
struct BrowserSessions: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The session of the cookie if it is alive under the lifetimes of *now*: shortening a setting ends old sessions at
    /// their next activity.
    func current(_ browser: BrowserState, at now: Timestamp) async throws -> BrowserSession? {
        guard let cookie = browser.session else { return nil }
        guard let session = try await context.stores.sessions.find(TokenHash(of: cookie), at: now) else { return nil }
        return isAlive(session, at: now) ? session : nil
    }

    private func isAlive(_ session: BrowserSession, at now: Timestamp) -> Bool {
        let settings = context.settings
        let isActive = session.lastActiveAt + settings.idleSessionLifetime > now
        return isActive && session.createdAt + settings.sessionLifetime > now
    }

    /// A new session for a user who just proved who they are. The cookie's value is new each time, and the one that the browser
    /// had before is good for nothing after the same write, so that none can be planted in advance.
    ///
    /// Who proves it again goes on in the session that they had: its `sid` and its clients stay, because those know it by its
    /// `sid` and have to hear of its end. Another user's session ends before, with all that its end leads to (contract 12.3).
    /// `amr` names how (RFC 8176).
    func begin(
        for user: User, replacing browser: BrowserState, amr: [String] = ["pwd"], recording event: LogEvent,
        in request: RequestInfo
    ) async throws -> (session: BrowserSession, change: BrowserChanges.Session) {
        var (session, cookie) = new(for: user, in: request)
        session.amr = amr
        let (old, sessions) = (browser.session.map { TokenHash(of: $0) }, context.stores.sessions)
        if let old, let former = try await former(of: user, browser, in: request) {
            var next = session
            (next.sid, next.clients) = (former.sid, former.clients)
            if try await sessions.renew(old, as: next, recording: event) { return (next, change(to: cookie)) }
            // It ended, or was renewed by another login, meanwhile.
        }
        try await sessions.begin(session, replacing: old, recording: event)
        return (session, change(to: cookie))
    }

    /// As `begin`, for a user who proved who they are elsewhere, at the time and in the way that the token says. It ends with
    /// other things than a session of theirs that the browser has already, so that one ends first. `nil` when the refresh token
    /// behind it is revoked or gone.
    func begin(
        for user: User, replacing browser: BrowserState, by token: SessionTransferToken, recording event: LogEvent,
        in request: RequestInfo
    ) async throws -> (session: BrowserSession, change: BrowserChanges.Session)? {
        if try await former(of: user, browser, in: request) != nil {
            _ = try await SessionEnd(context).end(browser, client: nil, in: request)
        }
        var (session, cookie) = new(for: user, in: request)
        (session.authTime, session.amr) = (token.signIn.authTime, token.signIn.amr)
        session.transfer = SessionTransfer(clientID: token.clientID, familyID: token.cascades ? token.familyID : nil)
        let old = browser.session.map { TokenHash(of: $0) }
        let isBegun = try await context.stores.sessions.begin(
            session, from: token.familyID, replacing: old, recording: event)
        return isBegun ? (session, change(to: cookie)) : nil
    }

    private func new(for user: User, in request: RequestInfo) -> (session: BrowserSession, cookie: String) {
        let cookie = Base64URL.encode(context.environment.randomness.bytes(32))
        let settings = context.settings
        var session = BrowserSession(
            cookieHash: TokenHash(of: cookie), sid: Base64URL.encode(context.environment.randomness.bytes(24)),
            userID: user.userID, authTime: request.now,
            idleExpiresAt: request.now + min(settings.idleSessionLifetime, settings.sessionLifetime),
            absoluteExpiresAt: request.now + settings.sessionLifetime)
        (session.address, session.userAgent) = (request.address, request.userAgent)
        session.browserState = Base64URL.encode(context.environment.randomness.bytes(16))
        return (session, cookie)
    }

    private func change(to cookie: String) -> BrowserChanges.Session {
        .set(cookie, maxAge: context.settings.persistentSession ? context.settings.sessionLifetime.seconds : nil)
    }

    /// The session of this browser in which the user can go on. Any other ends here: another user's, one that is over under the
    /// lifetimes of now, and one that was transferred, which ends with other things.
    private func former(of user: User, _ browser: BrowserState, in request: RequestInfo) async throws -> BrowserSession? {
        guard let cookie = browser.session,
            let session = try await context.stores.sessions.find(TokenHash(of: cookie), at: request.now)
        else { return nil }
        let isTheirs = session.userID.isExactly(user.userID)
        if isTheirs, session.transfer == nil, isAlive(session, at: request.now) { return session }
        _ = try await SessionEnd(context).end(browser, client: nil, in: request)
        return nil
    }

    /// Restarts the idle timer and remembers the client.
    func touch(_ session: BrowserSession, client: Client, at now: Timestamp) async throws {
        try await context.stores.sessions.touch(
            session.cookieHash, idleExpiresAt: idleEnd(of: session, at: now), client: client.clientID, at: now)
    }

    /// Restarts the idle timer of the session of that `sid`. False when it has ended, or has under the lifetimes of now.
    func touch(sid: String, at now: Timestamp) async throws -> Bool {
        let sessions = context.stores.sessions
        guard let session = try await sessions.find(sid: sid, at: now), isAlive(session, at: now) else { return false }
        return try await sessions.touch(sid: sid, idleExpiresAt: idleEnd(of: session, at: now), at: now)
    }

    /// The idle lifetime never grows beyond the one that the session began with: lengthening the setting is for new sessions.
    private func idleEnd(of session: BrowserSession, at now: Timestamp) -> Timestamp {
        let begunWith = (session.idleExpiresAt.milliseconds - session.lastActiveAt.milliseconds) / 1000
        return now + min(context.settings.idleSessionLifetime, Lifetime(seconds: begunWith))
    }
}
