package import OAuthProtocol
import Storage

/// `GET /passwordless/verify_redirect` (contract 20.2, 20.4): signs the browser in and goes on as `/authorize`, with the
/// `authParams` of the start behind a mailed link, with the query's own parameters behind a code that was typed on a page of the
/// client.
///
/// Whoever knows the code or link decides which browser is signed in: SDKs ask for it without our cookies, so that there is no
/// browser to bind it to. The client's `state` tells it of a login that it did not begin.
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

        /// Six digits are a code that was typed; a link has a longer one.
        var isTyped: Bool {
            code.utf8.count == Randomness.codeLength && code.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
    }

    static func url(_ content: Content, authParams: JSONObject, at issuer: Issuer) -> String {
        var pairs = repeated.compactMap { name in authParams[name]?.string.map { (name, $0) } }
        pairs += [
            ("verification_code", content.code), ("connection", content.connection.name),
            ("client_id", content.client.clientID), ("email", content.identifier.text),
        ]
        return "\(issuer.url(path))?\(PercentEncoding.encodePairs(pairs))"
    }

    /// Throws `AuthorizeFailure.shownToUser` for a link or code that is wrong, used or too old.
    package func open(
        _ form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        guard let visit = try await content(of: form) else { throw Self.isOver(nil) }
        do {
            let asked = visit.isTyped
                ? try await accepted(visit, asking: form, in: request) : try await accepted(visit, in: request)
            return try await signIn(visit, asked, browser, in: request)
        } catch AuthorizeFailure.sentToClient(let error, let target) {
            return try await RefusalAnswer(context, in: request).answer(error, target, consuming: nil)
        }
    }

    /// `nil` when the link is not one of ours.
    private func content(of form: FormParameters) async throws -> Content? {
        guard let id = try? form.optional("client_id"), let name = try? form.optional("connection"),
            let code = try? form.optional("verification_code", maximumBytes: 128),
            let client = try await context.client(id),
            !client.isStrictThirdParty,
            let connection = try await context.stores.connections.find(name: name), connection.isEnabled(for: client),
            let strategy = PasswordlessStrategy(of: connection),
            let typed = try? form.optional(strategy == .email ? "email" : "phone_number"),
            let identifier = PasswordlessIdentifier(strategy.identifierKind, typed)
        else { return nil }
        return Content(client: client, connection: connection, identifier: identifier, code: code)
    }

    // MARK: The request behind it

    /// Of a mailed link: what the client asked for when it was sent. Nothing of its address counts but the code.
    private func accepted(_ visit: Content, in request: RequestInfo) async throws -> FormParameters {
        do {
            let authParams = try await guess(visit, in: request).accept(visit.code, .passwordlessLink)
            let texts = authParams.members.compactMap { member in member.value.string.map { (member.name, $0) } }
            return Self.form(texts, visit.client)
        } catch is OAuthError {
            throw Self.isOver(visit.client)
        }
    }

    /// Of a typed code: what the query asks for, judged before the code is used up.
    private func accepted(
        _ visit: Content, asking query: FormParameters, in request: RequestInfo
    ) async throws -> FormParameters {
        let texts = query.entries.compactMap { entry -> (String, String)? in
            guard case .text(let text) = entry.value else { return nil }
            return (entry.name, text)
        }
        let form = Self.form(texts, visit.client)
        _ = try await AuthorizeSteps(context, in: request).prepare(form)
        do {
            try await guess(visit, in: request).accept(visit.code)
        } catch let error as OAuthError {
            throw AuthorizeFailure.shownToUser(error, clientID: visit.client.clientID)
        }
        return form
    }

    private func guess(_ visit: Content, in request: RequestInfo) -> PasswordlessGuess {
        PasswordlessGuess(for: visit.identifier, of: visit.connection, client: visit.client, context, in: request)
    }

    /// What makes no sense behind a login that just happened, or is not the client's to say here.
    private static let dropped = [
        "client_id", "prompt", "connection", "request", "request_uri", "login_hint", "id_token_hint", "login_ticket", "realm",
        "session_transfer_token",
    ]

    private static func form(_ parameters: [(String, String)], _ client: Client) -> FormParameters {
        var form = FormParameters()
        form.append("client_id", client.clientID)
        for (name, value) in parameters where !dropped.contains(where: name.isExactly) { form.append(name, value) }
        if !form.contains("response_type") { form.append("response_type", "code") }
        return form
    }

    // MARK: The login

    private func signIn(
        _ visit: Content, _ form: FormParameters, _ browser: BrowserState, in request: RequestInfo
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
        let outcome = try await AuthorizeEndpoint(context).begin(form, browser: browser.after(begun.change), in: request)
        return outcome.changing { changes in
            (changes.session, changes.browserState) = (begun.change, begun.session.browserState)
        }
    }

    private static func isOver(_ client: Client?) -> AuthorizeFailure {
        .shownToUser(OAuthError(.invalidRequest, WireText.linkIsOver), clientID: client?.clientID)
    }
}
