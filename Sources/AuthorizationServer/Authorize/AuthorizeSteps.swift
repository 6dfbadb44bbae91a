package import OAuthProtocol
import Storage

/// From a form to a checked request: the table of contents of `/authorize` (contract 4.2). Each step returns a new type;
/// their order decides what is shown to the user and what is sent to the client.
package struct AuthorizeSteps: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    package init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Throws `AuthorizeFailure`; anything else is unexpected and happened before a callback was known.
    package func prepare(_ form: FormParameters) async throws -> AuthorizeRequest {
        let raw = try RawAuthorizeRequest(form)
        let client = try await resolveClient(raw)
        let target = try matchRedirectURI(raw, client)
        // From here on the client learns of failures.
        return try await AuthorizeFailure.reporting(to: target) {
            let parameters = try AuthorizeParameters(form)
            try AuthorizeChecks.run(on: parameters, for: .init(client: client, settings: context.settings))
            return try await complete(raw, parameters, client, target)
        }
    }

    private func resolveClient(_ raw: RawAuthorizeRequest) async throws -> Client {
        guard let client = try await context.stores.clients.find(raw.clientID) else {
            throw AuthorizeFailure.shownToUser(
                OAuthError(.invalidRequest, WireText.unknownClient(raw.clientID)), clientID: nil)
        }
        return client
    }

    /// Contract 2.3: a registered callback, or the first one when the request names none.
    private func matchRedirectURI(_ raw: RawAuthorizeRequest, _ client: Client) throws(AuthorizeFailure) -> ResponseTarget {
        guard let sent = raw.redirectURI ?? client.callbacks.first else {
            throw .shownToUser(OAuthError(.invalidRequest, WireText.missingParameter("redirect_uri")), clientID: client.clientID)
        }
        guard let uri = RedirectURI(sent), isRegistered(uri, client) else {
            throw .shownToUser(refused(.unauthorizedClient, WireText.callbackMismatch(sent), client), clientID: client.clientID)
        }
        let mode = negotiatedMode(raw.form)
        // These two answer by a page that names where it posts to: a script needs an origin, a form a web address
        // (contract 4.2 step 4).
        if mode == .webMessage || mode == .formPost, uri.origin == nil {
            throw .shownToUser(refused(.invalidRequest, WireText.noWebOrigin, client), clientID: client.clientID)
        }
        return ResponseTarget(matched: uri, mode: mode, state: raw.state, client: client)
    }

    private func isRegistered(_ uri: RedirectURI, _ client: Client) -> Bool {
        // Wildcards are for clients of the tenant's own (contract 2.4).
        let callbacks = client.isFirstParty ? client.callbacks : client.callbacks.filter { !RedirectURI.hasPlaceholder($0) }
        if callbacks.contains(where: { uri.matches(registered: $0) }) { return true }
        return DevelopmentLoopback(context.settings).accepts(uri, for: client)
    }

    private func refused(_ kind: OAuthError.Kind, _ text: String, _ client: Client) -> OAuthError {
        var error = OAuthError(kind, text)
        error.profile = client.wireProfile
        return error
    }

    /// The mode in which even a refusal of the mode itself travels: as asked where that is safe, otherwise the default.
    private func negotiatedMode(_ form: FormParameters) -> ResponseMode {
        let type = (try? form.optional("response_type", maximumBytes: 128)).flatMap { $0 }.flatMap { ResponseType(parsing: $0) }
        let issuesTokens = type?.issuesInFrontChannel ?? false
        let asked = (try? form.optional("response_mode", maximumBytes: 128)).flatMap { $0 }.flatMap { ResponseMode(rawValue: $0) }
        guard let asked, !(asked == .query && issuesTokens) else { return issuesTokens ? .fragment : .query }
        return asked
    }

    /// The steps that need stores or keys.
    private func complete(
        _ raw: RawAuthorizeRequest, _ parameters: AuthorizeParameters, _ client: Client, _ target: ResponseTarget
    ) async throws -> AuthorizeRequest {
        let audience = try await AudienceResolution(context).resolve(raw.form, for: client, in: request)
        let hint = try await hintedUser(parameters, client)
        let connection = try await LoginConnection(context).resolve(named: parameters.connection, for: client)
        return AuthorizeRequest(
            client: client, target: target, parameters: parameters, responseType: parameters.responseType ?? [],
            redirectURIAsSent: raw.redirectURI, scopes: parameters.scopes ?? Scopes(), prompts: parameters.prompts ?? [],
            challenge: try challenge(parameters), audience: audience, hintedUserID: hint, connection: connection,
            form: AuthorizeParameters.known(raw.form))
    }

    private func challenge(_ parameters: AuthorizeParameters) throws(OAuthError) -> CodeChallenge? {
        guard let value = parameters.codeChallenge, let method = parameters.challengeMethod,
            parameters.responseType?.contains(.code) == true
        else { return nil }
        return try CodeChallenge(value: value, method: method)
    }

    private func hintedUser(_ parameters: AuthorizeParameters, _ client: Client) async throws -> String? {
        guard let text = parameters.idTokenHint else { return nil }
        let hint = try await VerifiedIDTokenHint.verify(text, context, in: request)
        guard hint.clientID.isExactly(client.clientID) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("id_token_hint"), auditReason: "another client's")
        }
        return hint.userID
    }
}
