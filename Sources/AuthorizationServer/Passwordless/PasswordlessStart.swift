package import OAuthProtocol
import Storage

/// `POST /passwordless/start` (contract 20.1): mails a link or a code, or sends a code to a telephone.
package struct PasswordlessStart: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What the client asked for, checked.
    private struct Asked {
        let connection: Connection
        let strategy: PasswordlessStrategy
        let identifier: PasswordlessIdentifier
        let sendsLink: Bool
        let authParams: JSONObject
    }

    /// The same body whether or not there is such a user. Throws `OAuthError` with the codes of contract 20.1.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        try Self.checkNames(form)
        guard let id = try? ClientAuthenticator.presentedClientID(in: form, authorization: authorization), !id.isEmpty else {
            throw Self.bad("client_id", WireText.missingClientID)
        }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            return try await start(form, client.client, in: client.trustedView(of: request))
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            throw error
        }
    }

    private func start(_ form: FormParameters, _ client: Client, in request: RequestInfo) async throws -> JSONObject {
        try client.requireCredentialEndpoints()
        let asked = try await asked(form, client)
        guard asked.sendsLink || client.grantTypes.contains(.passwordlessOTP) else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.passwordlessOTP.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        try await Self.takeStart(context, in: request)
        let users = PasswordlessUsers(context, of: asked.connection)
        let user = try await users.find(asked.identifier)
        let codes = PasswordlessCodes(context, of: asked.connection, for: client)
        // Made in any case, so that only the message itself depends on the user.
        let code = try await codes.make(
            asked.sendsLink ? .passwordlessLink : .passwordless, for: asked.identifier, payload: asked.authParams,
            at: request.now)
        if users.canSignIn(user, asked.identifier, allowsSignup: true) {
            try await send(code, asked, client, in: request)
            var event = request.event(asked.sendsLink ? .codeSent : .textMessageSent, client: client, user: user)
            event.connection = asked.connection.name
            try await context.stores.logs.record(event)
        }
        return Self.body(asked, id: codes.publicID(of: asked.identifier))
    }

    /// Starts from one address are few (contract 1.5).
    static func takeStart(_ context: TenantContext, in request: RequestInfo) async throws {
        let subject = AttemptSubject(address: request.address)
        try await GuessingBrake(context).require(.passwordlessFromAddress, for: subject, telling: request)
    }

    private func send(_ code: String, _ asked: Asked, _ client: Client, in request: RequestInfo) async throws {
        let messages = CodeMessages(context, in: request)
        let lifetime = context.settings.passwordless.codeLifetime
        if asked.sendsLink {
            let content = PasswordlessLink.Content(
                client: client, connection: asked.connection, identifier: asked.identifier, code: code)
            let link = PasswordlessLink.url(content, authParams: asked.authParams, at: request.issuer)
            _ = await messages.send(link: link, validFor: lifetime, to: asked.identifier.text)
            return
        }
        let isSent = await messages.send(code, validFor: lifetime, to: asked.identifier.destination)
        guard isSent || asked.strategy == .email else {
            throw OAuthError(.invalidRequest, WireText.textMessageFailed)
                .with(member: "error", .string("sms_provider_error"))
        }
    }

    private static func body(_ asked: Asked, id: String) -> JSONObject {
        switch asked.identifier.kind {
        case .email: ["_id": .string(id), "email": .string(asked.identifier.text), "email_verified": false]
        case .phone:
            [
                "_id": .string(id), "phone_number": .string(asked.identifier.text), "phone_verified": false,
                "request_language": .null,
            ]
        }
    }

    // MARK: Parameters

    /// What may be sent; `captcha` and `auth0Client` are SDKs' own.
    private static let names = [
        "client_id", "client_secret", "client_assertion", "client_assertion_type", "connection", "email", "phone_number",
        "send", "authParams", "organization", "captcha", "auth0Client",
    ]

    private static func checkNames(_ form: FormParameters) throws(OAuthError) {
        if let foreign = form.names(beyond: names) { throw bad("request", WireText.propertiesNotAllowed(foreign)) }
    }

    private func asked(_ form: FormParameters, _ client: Client) async throws -> Asked {
        let (connection, strategy) = try await connection(form, client)
        let identifier = try Self.identifier(form, strategy)
        let send = try form.optional("send") ?? (strategy == .email ? "link" : "code")
        guard ["link", "code"].contains(where: send.isExactly) else {
            throw Self.bad("request", WireText.malformedParameter("send"))
        }
        guard let authParams = try? form.object("authParams") ?? [:] else {
            throw Self.bad("authParams", WireText.malformedParameter("authParams"))
        }
        return Asked(
            connection: connection, strategy: strategy, identifier: identifier,
            sendsLink: strategy == .email && send.isExactly("link"), authParams: authParams)
    }

    private func connection(_ form: FormParameters, _ client: Client) async throws -> (Connection, PasswordlessStrategy) {
        guard let name = try? form.optional("connection") else {
            throw Self.bad("connection", WireText.missingParameter("connection"))
        }
        guard let connection = try await context.stores.connections.find(name: name) else {
            throw Self.bad("connection", WireText.connectionNotFound)
        }
        guard connection.isEnabled(for: client) else { throw Self.bad("connection", WireText.connectionDisabled) }
        guard let strategy = PasswordlessStrategy(of: connection) else {
            throw Self.bad("connection", WireText.connectionNotPasswordless)
        }
        return (connection, strategy)
    }

    private static func identifier(
        _ form: FormParameters, _ strategy: PasswordlessStrategy
    ) throws(OAuthError) -> PasswordlessIdentifier {
        let name = strategy == .email ? "email" : "phone_number"
        guard let typed = try? form.optional(name) else { throw bad(name, WireText.missingParameter(name)) }
        guard let identifier = PasswordlessIdentifier(strategy.identifierKind, typed) else {
            throw bad(name, WireText.malformedParameter(name))
        }
        return identifier
    }

    private static func bad(_ what: String, _ text: String) -> OAuthError {
        OAuthError(.invalidRequest, text).with(member: "error", .string("bad.\(what)"))
    }
}
