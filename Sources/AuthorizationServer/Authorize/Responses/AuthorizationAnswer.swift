import OAuthProtocol
import Storage

/// Issues what an authorization request asked for (contract 4.4).
struct AuthorizationAnswer: Sendable {
    /// Everything that is decided when the answer is due.
    struct Grant: Sendable {
        var authorize: AuthorizeRequest
        var session: BrowserSession
        var user: User
        /// The user signed in within this transaction; that was recorded as `s` already.
        var isAuthenticatedHere: Bool
        /// The API with what the user may do there; filled in when the answer is made.
        var api: ResourceServer?
        var reached: ReachedContext?
    }

    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// The session's idle timer restarts and it remembers the client before anything is handed out.
    /// Members in the contract's order: `access_token`, `expires_in`, `token_type`, `id_token`, `code`, `scope`.
    func respond(_ grant: Grant) async throws -> AuthorizationResponse {
        let authorize = grant.authorize
        try await BrowserSessions(context).touch(grant.session, client: authorize.client, at: request.now)
        try await context.noteUse(of: authorize.client, at: request.now)
        let grant = try await limited(grant)
        let grantID = NewGrant.id(context)
        let code = authorize.responseType.contains(.code) ? try await issueCode(grant, grantID) : nil
        if code == nil, let event = event(grant) { try await context.stores.logs.record(event) }
        let front = access(grant, .frontChannel, grantID)
        let token = authorize.responseType.contains(.token) ? try await issueToken(front, authorize) : nil
        var parameters: [(name: String, value: String)] = []
        if let token {
            parameters += [("access_token", token.value), ("expires_in", String(token.expiresIn)), ("token_type", "Bearer")]
        }
        if authorize.responseType.contains(.idToken) {
            var bindings = IDTokenBindings(nonce: authorize.parameters.nonce, accessToken: token?.value, code: code)
            bindings.state = authorize.profile.rules.hashesState ? authorize.target.state : nil
            bindings.isOnlyToken = authorize.responseType == [.idToken]
            parameters.append(("id_token", try await issueIDToken(front, grant, bindings)))
        }
        if let code { parameters.append(("code", code)) }
        if token != nil, front.scopes != authorize.scopes { parameters.append(("scope", front.scopes.description)) }
        if let state = sessionState(grant) { parameters.append(("session_state", state)) }
        let response = AuthorizationResponse(target: authorize.target, parameters: parameters)
        return try await ResponseFinish(context, in: request).finish(response)
    }

    /// For OpenID Connect requests of clients that Auth0's SDKs do not serve (contract 4.4).
    private func sessionState(_ grant: Grant) -> String? {
        let authorize = grant.authorize
        guard authorize.profile == .standard, authorize.scopes.contains(Scopes.openid), !grant.session.browserState.isEmpty,
            let origin = authorize.target.redirectURI.origin
        else { return nil }
        return SessionState.value(
            clientID: authorize.client.clientID, origin: origin, browserState: grant.session.browserState,
            salt: Base64URL.encode(context.environment.randomness.bytes(16)))
    }

    /// With the scopes that the user's permissions leave (contract 9.2), and the context that the session reaches.
    private func limited(_ grant: Grant) async throws -> Grant {
        var limited = grant
        if let api = grant.authorize.api { limited.api = try await UserPermissions(context).limiting(api, to: grant.user.userID) }
        limited.reached = try ReachedContext(grant.authorize, grant.session, context.settings)
        return limited
    }

    private func access(_ grant: Grant, _ flow: GrantFlow, _ grantID: String) -> GrantedAccess {
        let authorize = grant.authorize
        let scopes = ScopeDecision.decide(
            requested: authorize.scopes, flow: flow, client: authorize.client, api: grant.api ?? authorize.api)
        var access = GrantedAccess(
            clientID: authorize.client.clientID, userID: grant.user.userID, audience: authorize.audience.identifier,
            scopes: scopes)
        access.sid = grant.session.sid
        access.authTime = authorize.wantsAuthTime ? grant.session.authTime : nil
        access.grantID = grantID
        access.details.authorizationDetails = authorize.authorizationDetails?.text
        access.details.claims = authorize.parameters.claimsText
        (access.details.acr, access.details.amr) = (grant.reached?.acr, grant.reached?.amr)
        access.details.isOnline = scopes.contains(Scopes.onlineAccess) ? true : nil
        return access
    }

    /// A code of 32 random bytes; only its hash is kept, with all that its redemption must match (RFC 6749 4.1.2).
    private func issueCode(_ grant: Grant, _ grantID: String) async throws -> String {
        let authorize = grant.authorize
        let code = Base64URL.encode(context.environment.randomness.bytes(32))
        var record = AuthorizationCode(
            hash: TokenHash(of: code), access: access(grant, .authorizationCode, grantID), createdAt: request.now,
            expiresAt: request.now + codeLifetime(authorize))
        record.dpopJKT = authorize.dpopJKT
        record.redirectURI = authorize.redirectURIAsSent
        record.nonce = authorize.parameters.nonce
        record.codeChallenge = authorize.challenge?.value
        record.codeChallengeMethod = authorize.challenge?.method.rawValue
        try await context.stores.authorizationCodes.insert(record, recording: event(grant))
        return code
    }

    private func codeLifetime(_ authorize: AuthorizeRequest) -> Lifetime {
        min(context.settings.authorizationCodeLifetime, Lifetime(seconds: authorize.profile.rules.maximumCodeLifetime))
    }

    private func issueToken(_ access: GrantedAccess, _ authorize: AuthorizeRequest) async throws -> IssuedAccessToken {
        try await TokenIssuer(context).accessToken(
            for: access, client: authorize.client, api: authorize.api, in: request, frontChannel: true)
    }

    private func issueIDToken(_ access: GrantedAccess, _ grant: Grant, _ bindings: IDTokenBindings) async throws -> String {
        try await TokenIssuer(context).idToken(
            for: access, client: grant.authorize.client, user: grant.user, bindings: bindings, in: request)
    }

    /// `ssa` for silent authentication, `s` for single sign-on; nothing when the sign-in was recorded by itself.
    private func event(_ grant: Grant) -> LogEvent? {
        if grant.isAuthenticatedHere, !grant.authorize.isSilent { return nil }
        let type: LogEventType = grant.authorize.isSilent ? .silentAuthSucceeded : .loginSucceeded
        let event = request.event(type, client: grant.authorize.client, user: grant.user)
        return event.granting(access(grant, .authorizationCode, ""))
    }
}
