package import OAuthProtocol
package import Storage

/// `POST /co/authenticate` (contract 21.3): a page of the client's own asks for a password or code and gets a `login_ticket`,
/// with which the browser goes on to `/authorize`. Whether the page's origin may ask is for the HTTP layer to judge.
package struct CrossOriginAuthentication: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Records `scoa` or `fcoa`, beside what checking a password records. Throws `OAuthError` in Auth0's spelling, whatever the
    /// client's profile: no other specification knows this endpoint.
    package func respond(to form: FormParameters, in request: RequestInfo) async throws -> CrossOriginLogin {
        let credentials = try CrossOriginCredentials(form)
        guard let client = try await context.client(credentials.clientID) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(credentials.clientID))
        }
        do {
            guard client.mayAuthenticateCrossOrigin else { throw Self.notAllowed }
            let proven = try await prove(credentials, client, in: request)
            let login = try await LoginTickets(context).issue(proven, to: client, at: request.now)
            try await context.stores.logs.record(
                request.event(.crossOriginAuthenticated, client: client, user: proven.user))
            return login
        } catch let error as OAuthError {
            let reason = error.auditReason ?? error.description
            try await context.stores.logs.record(
                request.event(.crossOriginAuthenticationFailed, client: client, description: reason))
            throw Self.spelled(error)
        }
    }

    private func prove(
        _ credentials: CrossOriginCredentials, _ client: Client, in request: RequestInfo
    ) async throws -> LoginTickets.Login {
        switch credentials.proof {
        case .password(let password, let realm):
            guard let name = realm ?? context.settings.defaultDirectory else {
                throw OAuthError(.invalidRequest, WireText.noDefaultConnection)
            }
            let connection = try await LoginConnection(context).named(name, for: client)
            let attempt = PasswordAttempt(
                identifier: credentials.username, password: password, connection: connection, client: client)
            let user = try await PasswordLogin(context).authenticate(attempt, in: request)
            return LoginTickets.Login(user: user, amr: ["pwd"])
        case .code(let code, let realm):
            guard client.grantTypes.contains(.passwordlessOTP) else { throw Self.notAllowed }
            let guess = try await PasswordlessGuess.named(
                credentials.username, at: realm, client: client, context, in: request)
            try await guess.accept(code)
            let user = try await PasswordlessUsers(context, of: guess.connection).proven(
                guess.identifier, allowsSignup: true, orRefuse: guess.refusal, in: request)
            return LoginTickets.Login(user: user, amr: ["otp"])
        }
    }

    private static var notAllowed: OAuthError {
        var error = OAuthError(.unauthorizedClient, WireText.crossOriginNotAllowed)
        error.auth0Status = 401
        return error
    }

    /// What the token endpoint calls `invalid_grant` and `unauthorized` has other names here.
    private static func spelled(_ error: OAuthError) -> OAuthError {
        if error.kind == .invalidGrant { return OAuthError(.accessDenied, error.description, auditReason: error.auditReason) }
        guard error.kind == .userBlocked else { return error }
        return OAuthError(.accessDenied, error.description).with(member: "error", .string("blocked_user"))
    }
}

extension Client {
    /// Third parties must never see a password.
    package var mayAuthenticateCrossOrigin: Bool { crossOriginAuthentication && isFirstParty }
}
