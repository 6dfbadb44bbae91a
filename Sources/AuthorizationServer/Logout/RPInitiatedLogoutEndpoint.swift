package import OAuthProtocol
import Storage

/// `GET|POST /oidc/logout` (OpenID Connect RP-Initiated Logout 1.0, contract 12.2).
package struct RPInitiatedLogoutEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws only what the stores throw. A request that is refused ends nothing.
    package func respond(
        to form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> LogoutOutcome {
        do {
            let logout = try await LogoutRequest(form, context, in: request)
            return try await proceed(logout, form, browser, request)
        } catch let error as OAuthError {
            try await context.stores.logs.record(request.event(.logoutFailed, description: error.description))
            return .refused(error, clientID: nil, changes: BrowserChanges())
        }
    }

    private func proceed(
        _ logout: LogoutRequest, _ form: FormParameters, _ browser: BrowserState, _ request: RequestInfo
    ) async throws -> LogoutOutcome {
        let session = try await BrowserSessions(context).current(browser, at: request.now)
        if let session, let cookie = browser.session, mustConfirm(logout, session) {
            let token = PageToken(.logout, binding: [cookie, session.sid] + logout.binding, context)
            guard token.matches(try form.optional("_csrf")) else {
                let user = try await context.stores.users.find(session.userID)
                return .confirm(
                    LogoutPrompt(
                        csrf: token.value, fields: logout.fields, clientName: logout.client?.name,
                        userLabel: user?.email ?? user?.username ?? ""))
            }
        }
        let end = try await SessionEnd(context).end(browser, client: logout.client, in: request)
        return .ended(end, then: logout.destination)
    }

    /// Unless the request proves to know the session: anybody can send a browser here (RP-Initiated Logout 6).
    private func mustConfirm(_ logout: LogoutRequest, _ session: BrowserSession) -> Bool {
        guard context.settings.confirmLogout else { return false }
        return ![logout.hint?.sid, logout.logoutHint].contains { $0?.isExactly(session.sid) ?? false }
    }
}

/// A logout request whose parts agree with one another (contract 12.2).
struct LogoutRequest: Sendable {
    let hint: VerifiedIDTokenHint?
    let logoutHint: String?
    let client: Client?
    /// Where to go, with `state`.
    let destination: LogoutDestination
    /// What was sent, in order, for the confirmation page.
    let fields: [LogoutPrompt.Field]

    private static let names = ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"]

    /// Throws `.invalidRequest` for anything malformed, contradictory or not registered.
    init(_ form: FormParameters, _ context: TenantContext, in request: RequestInfo) async throws {
        var fields: [LogoutPrompt.Field] = []
        for name in Self.names {
            guard let value = try form.optional(name, maximumBytes: 16_384) else { continue }
            fields.append(LogoutPrompt.Field(name: name, value: value))
        }
        let value = { (name: String) in fields.first { $0.name == name }?.value }
        var hint: VerifiedIDTokenHint?
        if let text = value("id_token_hint") { hint = try await VerifiedIDTokenHint.verify(text, context, in: request) }
        client = try await Self.client(value("client_id"), hint, context)
        try Self.requireAgreement(value("logout_hint"), hint)
        let addresses = LogoutAddresses(context.settings, client, profile: context.profile(of: client))
        let target = try Self.target(value("post_logout_redirect_uri"), value("state"), addresses)
        destination = LogoutDestination(target, of: client)
        (self.hint, logoutHint, self.fields) = (hint, value("logout_hint"), fields)
    }

    /// What a confirmation is bound to: another request needs another one.
    var binding: [String] { fields.flatMap { [$0.name, $0.value] } }

    private static func client(_ id: String?, _ hint: VerifiedIDTokenHint?, _ context: TenantContext) async throws -> Client? {
        if let id, let hint, !id.isExactly(hint.clientID) {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("client_id"), auditReason: "not the hint's audience")
        }
        guard let id = id ?? hint?.clientID else { return nil }
        guard let client = try await context.client(id) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(id))
        }
        return client
    }

    private static func requireAgreement(_ logoutHint: String?, _ hint: VerifiedIDTokenHint?) throws(OAuthError) {
        guard let logoutHint, let hint else { return }
        guard hint.sid?.isExactly(logoutHint) ?? false else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("logout_hint"), auditReason: "not the hint's sid")
        }
    }

    private static func target(_ sent: String?, _ state: String?, _ addresses: LogoutAddresses) throws(OAuthError) -> String? {
        let uri: RedirectURI?
        if let sent {
            uri = addresses.allowed(sent, ignoringQuery: false)
            if uri == nil {
                throw OAuthError(.invalidRequest, WireText.logoutURLNotAllowed("post_logout_redirect_uri", sent))
            }
        } else {
            uri = addresses.standard.flatMap { RedirectURI($0) }
        }
        return uri?.adding(query: state.map { [("state", $0)] } ?? [])
    }
}
