package import OAuthProtocol
import Storage

/// `GET /passwordless/verify_redirect` (contract 20.2): the link of the mail signs the browser in and goes on as `/authorize`
/// with the `authParams` of the start.
package struct PasswordlessLink: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    private static let path = "passwordless/verify_redirect"
    private static let repeated = ["scope", "response_type", "redirect_uri", "state"]

    /// What a link says.
    struct Content {
        let client: Client
        let connection: Connection
        let identifier: PasswordlessIdentifier
        let code: String
    }

    static func url(_ content: Content, authParams: JSONObject, at issuer: Issuer) -> String {
        var pairs = repeated.compactMap { name in authParams[name]?.string.map { (name, $0) } }
        pairs += [
            ("verification_code", content.code), ("connection", content.connection.name),
            ("client_id", content.client.clientID), ("email", content.identifier.text),
        ]
        return "\(issuer.url(path))?\(PercentEncoding.encodePairs(pairs))"
    }

    /// Throws `AuthorizeFailure.shownToUser` for a link that is wrong, used or too old.
    package func open(
        _ form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        guard let visit = try await content(of: form) else { throw Self.isOver(nil) }
        let codes = PasswordlessCodes(context, of: visit.connection, for: visit.client)
        let subject = AttemptSubject(
            connection: visit.connection.name, account: visit.identifier.text, address: request.address)
        let brake = GuessingBrake(context)
        if try await brake.take(.passwordlessCode, for: subject, at: request.now) != nil { throw Self.isOver(visit.client) }
        guard let authParams = try await codes.accept(
            visit.code, .passwordlessLink, for: visit.identifier, at: request.now)
        else { throw Self.isOver(visit.client) }
        try await brake.giveBack(.passwordlessCode, for: subject)
        return try await signIn(visit, authParams, browser, in: request)
    }

    /// `nil` when the link is not one of ours.
    private func content(of form: FormParameters) async throws -> Content? {
        guard let id = try? form.optional("client_id"), let name = try? form.optional("connection"),
            let email = try? form.optional("email"), let code = try? form.optional("verification_code", maximumBytes: 128),
            let identifier = PasswordlessIdentifier(.email, email), let client = try await context.client(id),
            let connection = try await context.stores.connections.find(name: name), connection.isEnabled(for: client),
            PasswordlessStrategy(of: connection) == .email
        else { return nil }
        return Content(client: client, connection: connection, identifier: identifier, code: code)
    }

    private func signIn(
        _ visit: Content, _ authParams: JSONObject, _ browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let user: User
        do {
            user = try await PasswordlessUsers(context, of: visit.connection).proven(
                visit.identifier, allowsSignup: true,
                orRefuse: OAuthError(.invalidRequest, WireText.linkIsOver), in: request)
        } catch let error as OAuthError {
            throw AuthorizeFailure.shownToUser(error, clientID: visit.client.clientID)
        }
        var event = request.event(.loginSucceeded, client: visit.client, user: user)
        event.connection = visit.connection.name
        let begun = try await BrowserSessions(context).begin(
            for: user, replacing: browser, amr: ["otp"], recording: event, in: request)
        guard case .set(let cookie, _) = begun.change else { throw Self.isOver(visit.client) }
        let signedIn = BrowserState(session: cookie, device: browser.device)
        let outcome = try await AuthorizeEndpoint(context).begin(
            Self.form(authParams, visit.client), browser: signedIn, in: request)
        return outcome.changing { changes in
            (changes.session, changes.browserState) = (begun.change, begun.session.browserState)
        }
    }

    /// What of `authParams` makes no sense behind a login that just happened, or is not the client's to say here.
    private static let dropped = ["client_id", "prompt", "connection", "request", "request_uri", "login_hint", "id_token_hint"]

    private static func form(_ authParams: JSONObject, _ client: Client) -> FormParameters {
        var form = FormParameters()
        form.append("client_id", client.clientID)
        for member in authParams.members where !dropped.contains(where: member.name.isExactly) {
            if let text = member.value.string { form.append(member.name, text) }
        }
        if authParams["response_type"] == nil { form.append("response_type", "code") }
        return form
    }

    private static func isOver(_ client: Client?) -> AuthorizeFailure {
        .shownToUser(OAuthError(.invalidRequest, WireText.linkIsOver), clientID: client?.clientID)
    }
}

extension AuthorizeOutcome {
    /// The outcome with further changes to the browser's cookies.
    func changing(_ change: (inout BrowserChanges) -> Void) -> AuthorizeOutcome {
        switch self {
        case .page(let path, var changes):
            change(&changes)
            return .page(path: path, changes: changes)
        case .answer(let response, var changes):
            change(&changes)
            return .answer(response, changes: changes)
        }
    }
}
