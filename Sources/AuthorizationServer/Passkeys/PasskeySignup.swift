import OAuthProtocol
import Storage

/// Makes a user who signs in with a passkey (contract 19).
struct PasskeySignup: Sendable {
    private let context: TenantContext
    private let connection: Connection

    init(_ context: TenantContext, _ connection: Connection) { (self.context, self.connection) = (context, connection) }

    // MARK: Parameters

    /// Throws `invalidRequest` for a malformed profile or one without the identifier that the database needs.
    func newcomer(_ form: FormParameters) throws -> PasskeyNewcomer {
        guard !connection.options.disableSignup else { throw OAuthError(.invalidRequest, WireText.publicSignupDisabled) }
        guard let profile = try form.object("user_profile") else {
            throw OAuthError(.invalidRequest, WireText.missingParameter("user_profile"))
        }
        var newcomer = PasskeyNewcomer(handle: context.environment.randomness.bytes(32))
        newcomer.email = try Self.text("email", profile, isGood: EmailAddress.isPlausible)
        newcomer.username = try Self.text("username", profile, isGood: Username.isPlausible)
        newcomer.phoneNumber = try Self.text("phone_number", profile, isGood: PhoneNumber.isPlausible)
        for name in PasskeyNewcomer.nameMembers {
            let text = try Self.text(name, profile) { $0.utf8.count <= (name == "picture" ? 2048 : 300) }
            newcomer.names[name] = text.map { .string($0) }
        }
        newcomer.metadata = try Self.metadata(form)
        try check(newcomer)
        return newcomer
    }

    /// Where names are not used, a name would be a second identifier that nobody can sign in with on purpose.
    private func check(_ newcomer: PasskeyNewcomer) throws(OAuthError) {
        let needsName = connection.options.requiresUsername
        guard newcomer.email != nil else { throw Self.malformed("email") }
        guard (newcomer.username != nil) == needsName else { throw Self.malformed("username") }
    }

    private static func text(
        _ name: String, _ profile: JSONObject, isGood: (String) -> Bool
    ) throws(OAuthError) -> String? {
        switch profile[name] {
        case nil, .null: return nil
        case .string(let text):
            let isPlain = !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            guard isPlain, isGood(text) else { throw malformed(name) }
            return text
        case .bool, .integer, .number, .array, .object: throw malformed(name)
        }
    }

    private static func metadata(_ form: FormParameters) throws(OAuthError) -> String {
        guard let object = try form.object("user_metadata") else { return "{}" }
        return try SignupEndpoint.metadata(object)
    }

    private static func malformed(_ name: String) -> OAuthError {
        OAuthError(.invalidRequest, WireText.malformedParameter("user_profile.\(name)"))
    }

    // MARK: Making

    /// Throws `invalidRequest` when another user has an identifier (contract 19).
    func checkIsFree(_ newcomer: PasskeyNewcomer) async throws {
        for identifier in [newcomer.email, newcomer.username].compactMap(\.self) {
            let found = try await context.stores.users.findCredential(connection: connection.name, identifier: identifier)
            guard found == nil else { throw Self.isTaken }
        }
    }

    /// The passkey is stored first: a row without a user is no harm, a user who cannot sign in would be.
    func create(_ newcomer: PasskeyNewcomer, with credential: WebAuthnCredential, in request: RequestInfo) async throws -> User {
        let id = "\(connection.strategy)|" + context.environment.randomness.hexadecimal(24)
        let passkey = StoredPasskey(credential, userHandle: newcomer.handle)
        let row = passkey.authenticator(of: id, context.environment.randomness, at: request.now)
        do {
            try await context.stores.authenticators.insert(row)
        } catch is StoreConflict {
            throw OAuthError(.invalidGrant, WireText.passkeyRefused, auditReason: "the credential is known already")
        }
        let user = newcomer.user(of: connection, id: id, at: request.now)
        do {
            try await context.stores.users.insert(user, passwordHash: nil)
        } catch is StoreConflict {
            _ = try await context.stores.authenticators.delete(row.id, of: id)
            throw Self.isTaken
        }
        return user
    }

    private static var isTaken: OAuthError { OAuthError(.invalidRequest, WireText.userExists) }
}
