import OAuthProtocol
import Storage

/// A browser that comes to `/authorize` with a session transfer token, in the query or in a cookie (contract 4.1, 8.5).
package struct SessionTransferArrival: Sendable {
    /// How the request goes on.
    struct Admission: Sendable {
        /// With the new session, or without any when the token was refused: then the user signs in.
        var browser: BrowserState
        var changes = BrowserChanges()
        /// A session was begun, and recorded as a login.
        var isSignedIn = false
    }

    /// Why a token opened no session, for the audit log alone: whoever sent it sees the login page whatever the reason.
    package enum Refusal: String, Error, Sendable, CaseIterable {
        case unknown = "session transfer: the token is unknown, expired or was used before"
        case otherNetwork = "session transfer: the token was used from another address than it was made at"
        case userRefused = "session transfer: the user of the token is blocked or deleted"
        case otherUser = "session transfer: the browser had a session of another user, which was ended"
        case revoked = "session transfer: the refresh token behind the token was revoked"
    }

    private let context: TenantContext
    private let client: Client
    private let request: RequestInfo

    init(_ context: TenantContext, for client: Client, in request: RequestInfo) {
        (self.context, self.client, self.request) = (context, client, request)
    }

    /// Signs the browser in with the token that it brought in a way that the client admits; without one it goes on as it came.
    /// A token that is looked at is used up, whatever comes of it. A `HEAD` is a program that looks at links: it uses nothing up.
    func admit(_ form: FormParameters, _ browser: BrowserState) async throws -> Admission {
        var admission = Admission(browser: browser)
        guard !request.method.isExactly("HEAD"), let text = token(in: form, browser) else { return admission }
        admission.changes.clearsSessionTransferToken = browser.sessionTransferToken != nil && admits(.cookie)
        let token = try await SessionTransferToken.consume(text, in: context, at: request.now)
        do {
            let user = try await user(of: token)
            admission.changes.merge(try await endForeignSession(browser, user))
            guard admission.changes.session.isKept else { throw Refusal.otherUser }
            try await signIn(user, by: token, &admission)
        } catch let refusal as Refusal {
            try await record(refusal, token)
            admission.browser.session = nil
        }
        return admission
    }

    private func admits(_ method: ClientSessionTransferRules.AuthenticationMethod) -> Bool {
        client.sessionTransfer.allowedAuthenticationMethods.contains(method)
    }

    /// A parameter that is not one string was refused before, where it counts.
    private func token(in form: FormParameters, _ browser: BrowserState) -> String? {
        let sent = (try? form.optional("session_transfer_token")).flatMap { $0 }
        if let sent, admits(.query) { return sent }
        return admits(.cookie) ? browser.sessionTransferToken : nil
    }

    private func user(of token: SessionTransferToken?) async throws -> User {
        guard let token else { throw Refusal.unknown }
        guard !bindsToNetwork || token.network.isExactly(NetworkPrefix.of(request.address)) else { throw Refusal.otherNetwork }
        guard let user = try await context.stores.users.find(token.userID), !user.blocked else { throw Refusal.userRefused }
        return user
    }

    private var bindsToNetwork: Bool {
        switch client.sessionTransfer.enforceDeviceBinding {
        case .ip, .asn: true
        case .none: false
        }
    }

    /// Nobody is moved from one account into another without noticing: the session of another user ends, and the user signs in.
    private func endForeignSession(_ browser: BrowserState, _ user: User) async throws -> BrowserChanges {
        guard let session = try await BrowserSessions(context).current(browser, at: request.now),
            !session.userID.isExactly(user.userID)
        else { return BrowserChanges() }
        return try await SessionEnd(context).end(browser, client: client, in: request).changes
    }

    private func signIn(_ user: User, by token: SessionTransferToken?, _ admission: inout Admission) async throws {
        guard let token else { throw Refusal.unknown }
        var event = request.event(.loginSucceeded, client: client, user: user, description: "session transfer")
        event.details.append("session_transfer", .object(["client_id": .string(token.clientID)]))
        let begun = try await BrowserSessions(context).begin(
            for: user, replacing: admission.browser, by: token, recording: event, in: request)
        guard let begun, case .set(let cookie, _) = begun.change else { throw Refusal.revoked }
        admission.browser.session = cookie
        (admission.changes.session, admission.changes.browserState) = (begun.change, begun.session.browserState)
        admission.isSignedIn = true
    }

    private func record(_ refusal: Refusal, _ token: SessionTransferToken?) async throws {
        var event = request.event(.loginWarning, client: client, description: refusal.rawValue)
        event.userID = token?.userID
        if let token { event.details.append("session_transfer", .object(["client_id": .string(token.clientID)])) }
        try await context.stores.logs.record(event)
    }
}
