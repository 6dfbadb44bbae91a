package import OAuthProtocol
import Storage

/// What a hosted page of Lock or auth0.js posts to `/login/callback`, in the words of WS-Federation.
package struct HostedLoginResult: Sendable {
    /// Opaque, good once, for a minute.
    package let result: SecretString
    /// JSON text that names the transaction.
    package let wctx: String

    package var fields: [(name: String, value: String)] {
        [("wa", "wsignin1.0"), ("wresult", result.revealed), ("wctx", wctx)]
    }
}

/// `POST /usernamepassword/login` and `POST /login/callback` (contract 13.5): a login page of the tenant's own, on our host, checks
/// a password by script and then posts the result, which signs in and goes on with the login transaction.
///
/// Both steps need the transaction's `state` and the cookie of the browser that began it, so neither a result nor a state is
/// worth anything elsewhere. `_csrf` and `_intstate`, which SDKs send along, prove nothing beyond that and are not read.
package struct HostedLogin: Sendable {
    private let context: TenantContext
    private static let lifetime: Lifetime = 60

    package init(_ context: TenantContext) { self.context = context }

    // MARK: POST /usernamepassword/login

    /// Throws `DatabaseConnectionError` for a refused password (contract 1.3), `OAuthError` for a malformed request and one outside
    /// of a transaction.
    package func respond(
        to form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> HostedLoginResult {
        let clientID = try form.required("client_id", maximumBytes: 512)
        let (username, password) = (try form.required("username"), SecretString(try form.required("password")))
        let (state, name) = (try form.required("state"), try form.optional("connection"))
        let transaction = try await transaction(state, browser, at: request.now)
        guard transaction.record.clientID.isExactly(clientID), let client = try await context.client(clientID) else {
            throw OAuthError(.invalidRequest, WireText.unknownClient(clientID))
        }
        let connection = try await LoginConnection(context).resolve(named: name, for: client)
        let attempt = PasswordAttempt(identifier: username, password: password, connection: connection, client: client)
        let user = try await refusing { try await PasswordLogin(context).authenticate(attempt, in: request) }
        let result = try await issue(to: user, for: state, at: request.now)
        let wctx: JSONObject = [
            "strategy": .string(connection.strategy), "tenant": .string(context.stores.tenant.rawValue),
            "connection": .string(connection.name), "client_id": .string(clientID), "protocol": "oauth2",
            "state": .string(state),
        ]
        return HostedLoginResult(result: result, wctx: wctx.serializedString)
    }

    /// The call is a script's, so a lost transaction is an answer and no page.
    private func transaction(
        _ state: String, _ browser: BrowserState, at now: Timestamp
    ) async throws -> BoundTransaction {
        do {
            return try await LoginTransactions(context).resume(state, browser: browser, at: now)
        } catch is AuthorizeFailure {
            throw OAuthError(.invalidRequest, WireText.transactionLost)
        }
    }

    /// A refusal in the shape of the database endpoints.
    private func refusing(_ login: () async throws -> User) async throws -> User {
        do {
            return try await login()
        } catch let error as OAuthError {
            if let refused = DatabaseConnectionError(refusedLogin: error) { throw refused }
            throw error
        }
    }

    private func issue(to user: User, for state: String, at now: Timestamp) async throws -> SecretString {
        let handle = context.environment.randomness.handle()
        let payload: JSONObject = ["user": .string(user.userID)]
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .loginResult, keyHash: Self.key(handle, state), codeMAC: [],
                payload: SecretString(payload.serializedString), attempts: 1, lifetime: (now, now + Self.lifetime)))
        return SecretString(handle)
    }

    /// Part of the key, so that with another transaction a result is not even found.
    private static func key(_ handle: String, _ state: String) -> TokenHash {
        TokenHash(of: "\(handle.utf8.count):\(handle)\(state)")
    }

    // MARK: POST /login/callback

    /// Signs in, and leads to `/authorize/resume`. Throws `AuthorizeFailure`: `shownToUser` for a result that is wrong, used or too
    /// old; `OAuthError` for a malformed form, `endpointDisabled` for the response of a SAML identity provider.
    package func redeem(
        _ form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        guard !form.contains("SAMLResponse") else { throw OAuthError(.endpointDisabled, WireText.endpointDisabled) }
        let result = try form.required("wresult", maximumBytes: 512)
        guard let state = try form.object("wctx")?["state"]?.string else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("wctx"))
        }
        let visit = PageVisit(state: state, browser: browser, request: request)
        let outcome: PageOutcome<Never> = try await Interaction.run(visit, context) { interaction in
            let user = try await user(of: result, state, interaction)
            return .leave(try await interaction.signIn(user))
        }
        switch outcome {
        case .leave(let next): return next
        case .show(let nothing, _): switch nothing {}
        }
    }

    private func user(of result: String, _ state: String, _ interaction: Interaction) async throws -> User {
        let client = interaction.authorize.client
        let key = Self.key(result, state)
        guard let code = try await context.stores.oneTimeCodes.consume(.loginResult, key: key, at: interaction.request.now),
            let payload = (try? JSONValue.parse(Array(code.payload.revealed.utf8)))?.object,
            let userID = payload["user"]?.string, let user = try await context.stores.users.find(userID),
            user.isUnchanged(since: code.createdAt)
        else {
            let refusal = OAuthError(.invalidRequest, WireText.loginResultRefused)
            try await context.stores.logs.record(
                interaction.request.event(.loginFailed, client: client, description: refusal.description))
            throw AuthorizeFailure.shownToUser(refusal, clientID: client.clientID)
        }
        guard !user.blocked else { throw OAuthError(.userBlocked, WireText.userBlocked) }
        return user
    }
}

extension DatabaseConnectionError {
    /// `nil` for what is not about the user's password.
    fileprivate init?(refusedLogin error: OAuthError) {
        let names: [(OAuthError.Kind, name: String, code: String, status: Int)] = [
            (.invalidGrant, "ValidationError", "invalid_user_password", 401),
            (.userBlocked, "UnauthorizedError", "unauthorized", 401),
            (.tooManyAttempts, "AnomalyDetected", "too_many_attempts", 429),
        ]
        guard let wire = names.first(where: { $0.0 == error.kind }) else { return nil }
        self.init(name: wire.name, code: wire.code, description: .string(error.description), status: wire.status)
        retryAfter = error.retryAfter
    }
}
