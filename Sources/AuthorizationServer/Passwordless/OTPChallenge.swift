package import OAuthProtocol
import Storage

/// `POST /otp/challenge` (contract 20.3): sends a code to a user of a database, or of a passwordless connection, and answers an
/// `auth_session` whether or not there is such a user.
package struct OTPChallenge: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `OAuthError`, spelled for the client's profile.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            let session = try await challenge(form, client.client, in: client.trustedView(of: request))
            return ["auth_session": .string(session)]
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            throw error
        }
    }

    private func challenge(_ form: FormParameters, _ client: Client, in request: RequestInfo) async throws -> String {
        guard client.grantTypes.contains(.passwordlessOTP) else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.passwordlessOTP.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let connection = try await connection(form, client)
        let identifier = try identifier(form, connection)
        let channel = try Self.channel(form, identifier)
        let allowsSignup = try Self.flag("allow_signup", form)
        try await PasswordlessStart.takeStart(context, in: request)
        let users = PasswordlessUsers(context, of: connection)
        let user = try await users.find(identifier)
        let session = OTPSession(
            clientID: client.clientID, connection: connection.name, identifier: identifier, allowsSignup: allowsSignup)
        // Made in any case, so that only the message itself depends on the user.
        let (handle, code) = try await session.open(in: context, at: request.now)
        if users.canSignIn(user, identifier, allowsSignup: allowsSignup) {
            _ = await CodeMessages(context, in: request).send(
                code, validFor: context.settings.passwordless.codeLifetime, to: identifier.destination(by: channel))
            var event = request.event(.textMessageSent, client: client, user: user)
            event.connection = connection.name
            try await context.stores.logs.record(event)
        }
        return handle
    }

    private func connection(_ form: FormParameters, _ client: Client) async throws -> Connection {
        let name = try form.required("connection")
        guard let connection = try await context.stores.connections.find(name: name), serves(connection) else {
            throw OAuthError(.invalidConnection, WireText.connectionNotFound)
        }
        guard connection.isEnabled(for: client) else {
            throw OAuthError(.invalidConnection, WireText.connectionDisabled)
        }
        return connection
    }

    private func serves(_ connection: Connection) -> Bool {
        PasswordlessStrategy(of: connection) != nil
            || context.environment.connections.passwordConnection(strategy: connection.strategy) != nil
    }

    /// Exactly one of `email` and `phone_number`, of the kind that the connection knows its users by.
    private func identifier(_ form: FormParameters, _ connection: Connection) throws(OAuthError) -> PasswordlessIdentifier {
        let (email, phone) = (try form.optional("email"), try form.optional("phone_number"))
        guard (email == nil) != (phone == nil) else { throw Self.invalid("email", WireText.oneIdentifier) }
        let field = email == nil ? "phone_number" : "email"
        let kind: PasswordlessIdentifier.Kind = email == nil ? .phone : .email
        let isKnown = PasswordlessStrategy(of: connection).map { $0.identifierKind == kind } ?? true
        guard isKnown, let identifier = PasswordlessIdentifier(kind, email ?? phone ?? "") else {
            throw Self.invalid(field, WireText.malformedParameter(field))
        }
        return identifier
    }

    /// A mail cannot be spoken.
    private static func channel(_ form: FormParameters, _ identifier: PasswordlessIdentifier) throws(OAuthError) -> PhoneChannel {
        guard let method = try form.optional("delivery_method") else { return .text }
        guard let channel = PhoneChannel(rawValue: method), channel == .text || identifier.kind == .phone else {
            throw invalid("delivery_method", WireText.malformedParameter("delivery_method"))
        }
        return channel
    }

    private static func flag(_ name: String, _ form: FormParameters) throws(OAuthError) -> Bool {
        let values = form.values(name)
        switch values.first {
        case nil: return false
        case .json(.bool(let flag)) where values.count == 1: return flag
        case .text("true") where values.count == 1: return true
        case .text("false") where values.count == 1: return false
        case .json, .text: throw invalid(name, WireText.malformedParameter(name))
        }
    }

    private static func invalid(_ field: String, _ message: String) -> OAuthError {
        let fault: JSONObject = ["field": .string(field), "message": .string(message)]
        return OAuthError(.invalidRequest, message).with(member: "validation_errors", .array([.object(fault)]))
    }
}

/// What an `auth_session` of `/otp/challenge` stands for.
struct OTPSession: Sendable {
    let clientID: String
    let connection: String
    let identifier: PasswordlessIdentifier
    let allowsSignup: Bool

    init(clientID: String, connection: String, identifier: PasswordlessIdentifier, allowsSignup: Bool) {
        (self.clientID, self.connection) = (clientID, connection)
        (self.identifier, self.allowsSignup) = (identifier, allowsSignup)
    }

    /// Stores a new code. Returns the handle for the client and the code for the user.
    func open(in context: TenantContext, at now: Timestamp) async throws -> (handle: String, code: String) {
        let (handle, code) = (context.environment.randomness.handle(), context.environment.randomness.digits())
        let key = TokenHash(of: handle)
        let settings = context.settings.passwordless
        let payload: JSONObject = [
            "client": .string(clientID), "connection": .string(connection), "kind": .string(identifier.kind.rawValue),
            "identifier": .string(identifier.text), "signup": .bool(allowsSignup),
        ]
        try await context.stores.oneTimeCodes.put(
            OneTimeCode(
                purpose: .otpChallenge, keyHash: key,
                codeMAC: OneTimeCodeMAC.make(of: code, for: .otpChallenge, key: key, in: context),
                payload: SecretString(payload.serializedString), attempts: settings.attempts,
                lifetime: (now, now + settings.codeLifetime)))
        return (handle, code)
    }

    init?(_ code: OneTimeCode) {
        guard let payload = (try? JSONValue.parse(Array(code.payload.revealed.utf8)))?.object,
            let clientID = payload["client"]?.string, let connection = payload["connection"]?.string,
            let kind = payload["kind"]?.string.flatMap(PasswordlessIdentifier.Kind.init(rawValue:)),
            let identifier = payload["identifier"]?.string.flatMap({ PasswordlessIdentifier(kind, $0) })
        else { return nil }
        self.init(
            clientID: clientID, connection: connection, identifier: identifier,
            allowsSignup: payload["signup"]?.bool ?? false)
    }
}
