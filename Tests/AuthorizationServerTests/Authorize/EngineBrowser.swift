import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport

/// A browser at the engine: keeps the cookies that answers set, and submits our pages as a person would.
struct EngineBrowser {
    var fixture: EngineFixture
    var cookies = BrowserState()
    var address = "203.0.113.7"

    enum Failure: Error { case unexpected(String) }

    init(_ fixture: EngineFixture) { self.fixture = fixture }

    var request: RequestInfo { fixture.request(address: address) }

    /// The parameters of the seed flow for a client, with `changes` replacing or (when empty) removing members.
    static func parameters(_ client: Client, _ changes: [String: String] = [:]) -> [(String, String)] {
        var values = [
            "client_id": client.clientID, "redirect_uri": EngineFixture.callback, "response_type": "code", "state": "st=&te",
            "scope": "openid profile", "nonce": "n-0S6",
        ]
        if client.isPublic {
            values["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            values["code_challenge_method"] = "S256"
        }
        values.merge(changes) { $1 }
        return values.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    mutating func authorize(_ client: Client, _ changes: [String: String] = [:]) async throws -> AuthorizeOutcome {
        try await authorize(FormParameters(Self.parameters(client, changes)))
    }

    mutating func authorize(_ form: FormParameters) async throws -> AuthorizeOutcome {
        keep(try await AuthorizeEndpoint(fixture.context).begin(form, browser: cookies, in: request))
    }

    mutating func resume(_ state: String?) async throws -> AuthorizeOutcome {
        keep(try await AuthorizeEndpoint(fixture.context).resume(state: state, browser: cookies, in: request))
    }

    func visit(_ state: String?) -> PageVisit { PageVisit(state: state, browser: cookies, request: request) }

    /// Types identifier and password into the login page of a transaction.
    mutating func logIn(
        _ state: String, as identifier: String = EngineFixture.email, password: String = EngineFixture.password.revealed
    ) async throws -> PageOutcome<LoginPrompt> {
        let step = LoginStep(fixture.context)
        let csrf = try prompt(await step.show(visit(state))).page.csrf
        let submission = LoginSubmission(csrf: csrf, identifier: identifier, password: SecretString(password))
        let outcome = try await step.submit(submission, visit(state))
        if case .leave(let next) = outcome { _ = keep(next) }
        return outcome
    }

    /// `/authorize`, the login page and back, to the client's answer.
    mutating func signIn(_ client: Client, _ changes: [String: String] = [:]) async throws -> AuthorizationResponse {
        let state = try Self.state(await authorize(client, changes), at: PagePath.login)
        guard case .leave = try await logIn(state) else { throw Failure.unexpected("login refused") }
        return try Self.answer(await resume(state))
    }

    mutating func keep(_ outcome: AuthorizeOutcome) -> AuthorizeOutcome {
        switch outcome {
        case .page(_, let changes), .answer(_, let changes): keep(changes)
        }
        return outcome
    }

    mutating func keep(_ changes: BrowserChanges) {
        switch changes.session {
        case .keep: break
        case .clear: cookies.session = nil
        case .set(let value, _): cookies.session = value
        }
        if let device = changes.device { cookies.device = device }
        if let (id, value) = changes.crossOriginVerifier { cookies.crossOriginVerifiers[id] = value.isEmpty ? nil : value }
        if changes.clearsSessionTransferToken { cookies.sessionTransferToken = nil }
    }

    /// The transaction's state in the address of one of our pages.
    static func state(_ outcome: AuthorizeOutcome, at path: String) throws -> String {
        guard case .page(let address, _) = outcome, address.hasPrefix(path + "?state=") else {
            throw Failure.unexpected("\(outcome)")
        }
        return String(address.dropFirst(path.count + 7))
    }

    static func answer(_ outcome: AuthorizeOutcome) throws -> AuthorizationResponse {
        guard case .answer(let response, _) = outcome else { throw Failure.unexpected("\(outcome)") }
        return response
    }

    func prompt<Prompt>(_ outcome: PageOutcome<Prompt>) throws -> Prompt {
        guard case .show(let prompt, _) = outcome else { throw Failure.unexpected("\(outcome)") }
        return prompt
    }
}

extension AuthorizationResponse {
    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }
}

extension EngineFixture {
    /// Types of audit events so far, oldest first.
    func events() async throws -> [LogEventType] {
        try await stores.logs.list(after: nil, limit: 1000).map(\.event.type)
    }
}
