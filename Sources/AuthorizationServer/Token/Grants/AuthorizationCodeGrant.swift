import OAuthProtocol
import Storage

/// `grant_type=authorization_code` (RFC 6749 section 4.1.3, contract 7.2).
///
/// The order is the defence: everything that changes state comes after the proof of possession, so a thief without the
/// verifier or key can neither burn the code nor revoke what it issued, and before signing, so that a lost answer costs a new
/// login at worst and never a second token.
struct AuthorizationCodeGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private struct Parameters {
        let code: String
        let redirectURI: String?
        let codeVerifier: String?
        let resource: String?

        init(_ form: FormParameters) throws(OAuthError) {
            code = try form.required("code")
            redirectURI = try form.optional("redirect_uri")
            codeVerifier = try form.optional("code_verifier")
            resource = try form.optional("resource")
        }
    }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let parameters = try Parameters(form)
        let code = try await find(parameters, client.client)
        return try await UserFailure.naming(code.access.userID) {
            try checkRedirectURI(parameters.redirectURI, of: code)
            try checkPossession(parameters.codeVerifier, of: code, client.client)
            try checkResource(parameters.resource, of: code, client.client, in: request)
            return try await respond(to: code, from: client, in: request)
        }
    }

    /// Whoever asks has the code and, where there is one, its verifier.
    private func respond(
        to code: AuthorizationCode, from authenticated: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let client = authenticated.client
        let (granted, api) = try await UserTokenIssuing.current(code.access, of: client, in: context)
        let proved = try await SenderConstraint(context).confirmation(
            for: authenticated, api: api, requiring: Self.boundKey(of: code), in: request)
        try await checkUnused(code, client, in: request)
        try checkUnexpired(code, client, at: request.now)
        try await TransferredSessions(context).check(code.access, orRefuse: Self.invalidCode("the session was revoked"))
        let user = try await GrantedUser(context).find(code.access.userID, orRefuse: Self.invalidCode("the user is gone"))
        let access = Self.access(granted, client: client, api: api, proved)
        let refreshToken = try NewRefreshToken.ifDue(forOnlineOr: access, client: client, in: context, at: request.now)
        let event = request.event(.codeExchanged, client: client, user: user).granting(access)
        let sid = SessionBinding.requiredSession(of: access, client: client, in: context)
        try await redeem(code, issuing: refreshToken, during: sid, at: request.now, recording: event)
        var grant = UserTokenIssuing.Grant(
            access: access, api: api, refreshToken: refreshToken?.value, nonce: code.nonce, channel: .tokenEndpoint)
        grant.confirmation = proved.confirmation
        var response = try await UserTokenIssuing(context, client: client, user: user).response(grant, in: request)
        response.dpopNonce = proved.freshNonce
        return response
    }

    /// The code, if it is this client's. An unknown code and another client's are told apart only in the audit log.
    private func find(_ parameters: Parameters, _ client: Client) async throws -> AuthorizationCode {
        guard let code = try await context.stores.authorizationCodes.find(TokenHash(of: parameters.code)) else {
            throw Self.invalidCode("unknown code")
        }
        guard code.access.clientID.isExactly(client.clientID) else { throw Self.invalidCode("another client's code") }
        return code
    }

    /// RFC 6749 section 4.1.3: required, and identical, when the authorization request had one.
    private func checkRedirectURI(_ sent: String?, of code: AuthorizationCode) throws(OAuthError) {
        guard let expected = code.redirectURI else { return }
        guard let sent, sent.isExactly(expected) else {
            throw OAuthError(.invalidGrant, WireText.redirectURIDiffers(sent: sent ?? "null", expected: expected))
        }
    }

    /// PKCE (RFC 7636 section 4.6).
    private func checkPossession(
        _ verifier: String?, of code: AuthorizationCode, _ client: Client
    ) throws(OAuthError) {
        guard let value = code.codeChallenge else { return try checkUnchallenged(verifier, client) }
        // RFC 7636 section 4.3: without a method it is `plain`.
        let method = code.codeChallengeMethod.map(CodeChallenge.Method.init(rawValue:)) ?? .plain
        guard let verifier, let method, try CodeChallenge(value: value, method: method).matches(verifier: verifier) else {
            throw OAuthError(.invalidGrant, WireText.failedCodeVerifier)
        }
    }

    /// Contract 7.2: an unasked verifier is tolerated from first parties, in Auth0's profile; a public client proves
    /// possession, or nobody does.
    private func checkUnchallenged(_ verifier: String?, _ client: Client) throws(OAuthError) {
        let refusesUnasked = !client.isFirstParty || context.profile(of: client).rules.refusesUnaskedVerifier
        let isUnproven = client.isPublic && context.settings.requirePKCEForPublicClients
        guard verifier == nil || !refusesUnasked, !isUnproven else {
            throw OAuthError(.invalidGrant, WireText.failedCodeVerifier, auditReason: "the code has no code_challenge")
        }
    }

    /// A code is good for what it was granted for (RFC 8707 section 2.2). Auth0's profile passes the parameter over (contract 7.2).
    private func checkResource(
        _ resource: String?, of code: AuthorizationCode, _ client: Client, in request: RequestInfo
    ) throws(OAuthError) {
        guard let resource, context.settings.resourceParameterCompatibility, context.profile(of: client).rules.refusesExcess else {
            return
        }
        guard AudienceResolution(context).isGranted(resource, by: code.access, in: request) else {
            throw OAuthError(.invalidTarget, WireText.malformedParameter("resource"), auditReason: "another resource than granted")
        }
    }

    /// RFC 9449 section 10.
    private static func boundKey(of code: AuthorizationCode) -> Confirmation? {
        code.dpopJKT.map { Confirmation(method: .jkt, thumbprint: $0) }
    }

    /// A replay revokes what the first use issued (RFC 9700 section 2.1.1).
    private func checkUnused(_ code: AuthorizationCode, _ client: Client, in request: RequestInfo) async throws {
        guard code.usedAt != nil else { return }
        let event = request.event(.codeExchangeFailed, client: client, description: "the code was used before")
            .granting(code.access)
        try await TransferredSessions(context).tellingClients(of: code.access.userID, in: request) {
            try await context.stores.authorizationCodes.revokeIssued(by: code.hash, at: request.now, recording: event)
        }
        throw AuditedFailure(error: Self.invalidCode("the code was used before"))
    }

    /// The profile may have become stricter since the code was made.
    private func checkUnexpired(_ code: AuthorizationCode, _ client: Client, at now: Timestamp) throws(OAuthError) {
        let longest = Lifetime(seconds: context.profile(of: client).rules.maximumCodeLifetime)
        guard min(code.expiresAt, code.createdAt + longest) > now else { throw Self.invalidCode("the code has expired") }
    }

    /// `offline_access` and `online_access` are judged again: the client or the API may have changed since `/authorize`.
    private static func access(
        _ granted: GrantedAccess, client: Client, api: ResourceServer?, _ proved: ProvedPossession
    ) -> GrantedAccess {
        var access = granted
        access.details.boundKey = SenderConstraint.boundKey(of: client, proved)
        let scopes = granted.scopes
        if !RefreshTokenPolicy.allows(requested: scopes, flow: .authorizationCode, client: client, api: api) {
            access.scopes = access.scopes.subtracting([Scopes.offlineAccess])
        }
        access.details.isOnline = OnlineRefreshTokens.isDue(for: access, client: client, api: api) ? true : nil
        access.scopes = access.scopes.subtracting([Scopes.onlineAccess])
        return access
    }

    private func redeem(
        _ code: AuthorizationCode, issuing token: NewRefreshToken?, during sid: String?, at now: Timestamp,
        recording event: LogEvent
    ) async throws {
        let outcome = try await context.stores.authorizationCodes.redeem(
            code.hash, issuing: token?.family, during: sid, at: now, recording: event)
        switch outcome {
        case .redeemed: return
        case .alreadyUsed: throw Self.invalidCode("the code was used by a concurrent request")
        case .missing: throw Self.invalidCode("the code was deleted meanwhile")
        case .sessionEnded: throw Self.invalidCode("the session has ended")
        }
    }

    private static func invalidCode(_ reason: String) -> OAuthError {
        OAuthError(.invalidGrant, WireText.invalidAuthorizationCode, auditReason: reason)
    }
}
