import OAuthProtocol
import Storage

/// `grant_type=password` (RFC 6749 section 4.3, contract 7.5) against the tenant's default directory.
struct PasswordGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let exchange = try PasswordExchange(context, form, from: client, as: .password)
        guard let name = context.settings.defaultDirectory,
            let connection = try await context.stores.connections.find(name: name)
        else { throw OAuthError(.serverError, WireText.noDefaultConnection) }
        return try await exchange.respond(through: connection, in: request)
    }
}

/// `grant_type=http://auth0.com/oauth/grant-type/password-realm`: the client names the connection (contract 7.5).
struct PasswordRealmGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let exchange = try PasswordExchange(context, form, from: client, as: .passwordRealm)
        let realm = try form.required("realm")
        guard let connection = try await context.stores.connections.find(name: realm) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        return try await exchange.respond(through: connection, in: request)
    }
}

/// What the two password grants share once the connection is known.
private struct PasswordExchange {
    private let context: TenantContext
    private let authenticated: AuthenticatedClient
    private let form: FormParameters
    private let username: String
    private let password: SecretString
    private let scopes: Scopes

    /// Throws `unauthorizedClient` for third parties, who must never see a password.
    init(
        _ context: TenantContext, _ form: FormParameters, from client: AuthenticatedClient, as type: GrantType
    ) throws(OAuthError) {
        guard client.client.isFirstParty else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(type.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        (self.context, authenticated, self.form) = (context, client, form)
        username = try form.required("username")
        password = try form.requiredPassword("password")
        scopes = try TokenParameters.scopes(in: form)
    }

    private var client: Client { authenticated.client }

    func respond(through connection: Connection, in request: RequestInfo) async throws -> TokenResponse {
        guard connection.isEnabled(for: client) else { throw OAuthError(.invalidRequest, WireText.connectionDisabled) }
        // Everything that needs no password is refused first: a malformed request spends no guess.
        let api = try await AudienceResolution(context).resolveWithMultifactor(form, for: client, in: request).api
        let proved = try await SenderConstraint(context).confirmation(for: authenticated, api: api, in: request)
        let attempt = PasswordAttempt(identifier: username, password: password, connection: connection, client: client)
        let user = try await PasswordLogin(context).authenticate(attempt, in: request)
        var access = try await access(of: user, to: api)
        try await MFAGate(context).check(
            FirstFactor(access: access, user: user, client: client, method: .password, proved: proved), in: request)
        access.details.boundKey = SenderConstraint.boundKey(of: client, proved)
        let refreshToken = try NewRefreshToken.ifDue(for: access, client: client, in: context, at: request.now)
        try await record(access, refreshToken, user, in: request)
        var grant = UserTokenIssuing.Grant(access: access, api: api, refreshToken: refreshToken?.value, channel: .tokenEndpoint)
        grant.confirmation = proved.confirmation
        var response = try await UserTokenIssuing(context, client: client, user: user).response(grant, in: request)
        response.dpopNonce = proved.freshNonce
        return response
    }

    private func access(of user: User, to api: ResourceServer?) async throws -> GrantedAccess {
        var permitted = api
        if let api { permitted = try await UserPermissions(context).limiting(api, to: user.userID) }
        let granted = ScopeDecision.decide(requested: scopes, flow: .password, client: client, api: permitted)
        var access = GrantedAccess(
            clientID: client.clientID, userID: user.userID, audience: api?.identifier, scopes: granted)
        access.gty = "password"
        access.grantID = NewGrant.id(context)
        return access
    }

    private func record(
        _ access: GrantedAccess, _ refreshToken: NewRefreshToken?, _ user: User, in request: RequestInfo
    ) async throws {
        let event = request.event(.passwordExchanged, client: client, user: user).granting(access)
        if let refreshToken {
            try await context.stores.refreshTokens.insert(refreshToken.family, recording: event)
        } else {
            try await context.stores.logs.record(event)
        }
    }
}
