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
        let resolved = try await resolveRequest(raw, client)
        return try await prepare(resolved, for: client)
    }

    /// The request that a row kept, judged again: the client or the API may have changed since.
    func prepare(_ resolved: RequestResolution.Resolved, for client: Client) async throws -> AuthorizeRequest {
        let raw = try RawAuthorizeRequest(resolved.form)
        let target = try matchRedirectURI(raw, client)
        // From here on the client learns of failures.
        return try await AuthorizeFailure.reporting(to: target) {
            let parameters = try AuthorizeParameters(resolved.form)
            let subject = AuthorizeCheck.Subject(
                client: client, settings: context.settings, profile: context.profile(of: client), origin: resolved.origin)
            try AuthorizeChecks.run(on: parameters, for: subject)
            return try await complete(raw, parameters, subject, target)
        }
    }

    func prepare(stored resolved: RequestResolution.Resolved) async throws -> AuthorizeRequest {
        if let hash = resolved.origin.deferred {
            return try await DeferredLogin(context, in: request).authorizeRequest(
                of: hash, userCode: resolved.origin.userCode)
        }
        return try await prepare(resolved, for: try await resolveClient(try RawAuthorizeRequest(resolved.form)))
    }

    private func resolveClient(_ raw: RawAuthorizeRequest) async throws -> Client {
        do {
            if let client = try await context.client(raw.clientID) { return client }
        } catch let error as OAuthError {
            throw AuthorizeFailure.shownToUser(error, clientID: nil)
        }
        throw AuthorizeFailure.shownToUser(OAuthError(.invalidRequest, WireText.unknownClient(raw.clientID)), clientID: nil)
    }

    /// A request that is no good says nothing that may be believed. Where a query counts beside it, the failure goes to the
    /// callback of the query, if that is registered; to our page otherwise.
    private func resolveRequest(_ raw: RawAuthorizeRequest, _ client: Client) async throws -> RequestResolution.Resolved {
        do {
            return try await RequestResolution(context, in: request).resolve(raw.form, for: client)
        } catch var error as OAuthError {
            error.profile = context.profile(of: client)
            guard raw.redirectURI != nil, mayAnswerQuery(raw, client), let target = try? matchRedirectURI(raw, client) else {
                throw AuthorizeFailure.shownToUser(error, clientID: client.clientID)
            }
            throw AuthorizeFailure.sentToClient(error, target)
        }
    }

    /// Pushed requests replace the query, and strict clients have nothing in it that counts (RFC 9126 section 4).
    private func mayAnswerQuery(_ raw: RawAuthorizeRequest, _ client: Client) -> Bool {
        let (rules, requests) = (context.profile(of: client).rules, client.requests)
        let isStrict =
            rules.requiresPushedRequests || rules.requiresSignedRequests || requests.requirePushedAuthorizationRequests
            || requests.requireSignedRequestObject
        let reference = (try? raw.form.optional("request_uri")) ?? nil
        let isPushed = reference?.utf8.starts(with: RequestResolution.pushedPrefix.utf8) ?? false
        return !isStrict && !isPushed
    }

    /// Contract 2.3: a registered callback, or the one that needs no choice when the request names none.
    private func matchRedirectURI(_ raw: RawAuthorizeRequest, _ client: Client) throws(AuthorizeFailure) -> ResponseTarget {
        let profile = context.profile(of: client)
        let registered = RegisteredCallback(client: client, profile: profile, settings: context.settings)
        guard let sent = raw.redirectURI ?? registered.standard else {
            throw .shownToUser(
                refused(.invalidRequest, WireText.missingParameter("redirect_uri"), client), clientID: client.clientID)
        }
        guard let uri = RedirectURI(sent), registered.accepts(uri, sent: sent) else {
            throw .shownToUser(refused(.unauthorizedClient, WireText.callbackMismatch(sent), client), clientID: client.clientID)
        }
        let mode = negotiatedMode(raw.form)
        // These answer by a page that names where it posts to: a script needs an origin, a form a web address
        // (contract 4.2 step 4).
        if [.webMessage, .formPost, .formPostJWT].contains(mode), uri.origin == nil {
            throw .shownToUser(refused(.invalidRequest, WireText.noWebOrigin, client), clientID: client.clientID)
        }
        return ResponseTarget(matched: uri, mode: mode, state: raw.state, client: client, profile: profile)
    }

    private func refused(_ kind: OAuthError.Kind, _ text: String, _ client: Client) -> OAuthError {
        var error = OAuthError(kind, text)
        error.profile = context.profile(of: client)
        return error
    }

    /// The mode in which even a refusal of the mode itself travels: as asked where that is safe, otherwise the default.
    private func negotiatedMode(_ form: FormParameters) -> ResponseMode {
        let type = (try? form.optional("response_type", maximumBytes: 128)).flatMap { $0 }.flatMap { ResponseType(parsing: $0) }
        let issuesTokens = type?.issuesInFrontChannel ?? false
        let asked = (try? form.optional("response_mode", maximumBytes: 128)).flatMap { $0 }.flatMap { ResponseMode(rawValue: $0) }
        switch asked {
        case nil: return issuesTokens ? .fragment : .query
        case .query where issuesTokens, .queryJWT where issuesTokens: return .fragment
        case .jwt: return issuesTokens ? .fragmentJWT : .queryJWT
        case let asked?: return asked
        }
    }

    /// The steps that need stores or keys.
    private func complete(
        _ raw: RawAuthorizeRequest, _ parameters: AuthorizeParameters, _ subject: AuthorizeCheck.Subject, _ target: ResponseTarget
    ) async throws -> AuthorizeRequest {
        let client = subject.client
        let audience = try await AudienceResolution(context).resolve(raw.form, for: client, in: request)
        var subject = subject
        subject.api = audience.api
        try AuthorizeChecks.run(AuthorizeChecks.ofAPI, on: parameters, for: subject)
        let hint = try await hintedUser(parameters, client)
        let connection = try await LoginConnection(context).resolve(named: parameters.connection, for: client)
        return AuthorizeRequest(
            client: client, target: target, parameters: parameters, responseType: parameters.responseType ?? [],
            redirectURIAsSent: raw.redirectURI, scopes: parameters.scopes ?? Scopes(), prompts: parameters.prompts ?? [],
            challenge: try challenge(parameters), audience: audience, hintedUserID: hint, connection: connection,
            form: AuthorizeParameters.known(raw.form), origin: subject.origin, profile: subject.profile,
            authorizationDetails: try AuthorizationDetails(parameters.authorizationDetails, for: audience.api))
    }

    private func challenge(_ parameters: AuthorizeParameters) throws(OAuthError) -> CodeChallenge? {
        guard let value = parameters.codeChallenge, let method = parameters.challengeMethod,
            parameters.responseType?.contains(.code) == true
        else { return nil }
        return try CodeChallenge(value: value, method: method)
    }

    /// The user whom the client expects: from an ID token, or a `sub` in the claims parameter (OIDC Core 5.5.1).
    private func hintedUser(_ parameters: AuthorizeParameters, _ client: Client) async throws -> String? {
        if parameters.idTokenHint == nil, let subject = parameters.claims?.subject {
            return try await SubjectIdentifier(context).userID(from: subject, for: client) ?? subject
        }
        guard let text = parameters.idTokenHint else { return nil }
        let hint = try await VerifiedIDTokenHint.verify(text, context, in: request)
        guard hint.clientID.isExactly(client.clientID) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("id_token_hint"), auditReason: "another client's")
        }
        return hint.userID
    }
}
