package import OAuthProtocol
import Storage

/// `POST /passkey/register` and `POST /passkey/challenge` (contract 19): begin a ceremony, which the `webauthn` grant ends.
package struct PasskeyEndpoints: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Begins the sign-up of a new user. Throws `OAuthError`, spelled for the client's profile; `invalidRequest` when somebody
    /// has the identifier.
    package func register(
        _ form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        try await answering(form, authorization, in: request) { client, request in
            let connection = try await PasskeyConnection(context).find(form, for: client)
            let newcomer = try PasskeySignup(context, connection).newcomer(form)
            let subject = AttemptSubject(address: request.address)
            try await GuessingBrake(context).require(.signupFromAddress, for: subject, at: request.now)
            try await PasskeySignup(context, connection).checkIsFree(newcomer)
            let ceremony = newCeremony(client, connection, newcomer)
            let handle = try await ceremony.open(in: context, at: request.now)
            let party = PasskeyParty(context.settings, for: client, at: request.issuer)
            return Self.answer(handle, creation(newcomer, ceremony, party))
        }
    }

    /// Begins a login with whichever passkey the user picks.
    package func challenge(
        _ form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        try await answering(form, authorization, in: request) { client, request in
            let connection = try await PasskeyConnection(context).find(form, for: client)
            let ceremony = newCeremony(client, connection, nil)
            let handle = try await ceremony.open(in: context, at: request.now)
            let party = PasskeyParty(context.settings, for: client, at: request.issuer)
            return Self.answer(
                handle,
                [
                    "challenge": .string(Base64URL.encode(ceremony.challenge)), "timeout": Self.timeout,
                    "rpId": .string(party.id), "userVerification": "preferred",
                ])
        }
    }

    private func newCeremony(_ client: Client, _ connection: Connection, _ newcomer: PasskeyNewcomer?) -> PasskeyCeremony {
        PasskeyCeremony(
            clientID: client.clientID, connection: connection.name, challenge: context.environment.randomness.bytes(32),
            newcomer: newcomer)
    }

    /// Milliseconds.
    private static let timeout = JSONValue.integer(PasskeyCeremony.lifetime.seconds * 1000)

    private static func answer(_ handle: String, _ parameters: JSONObject) -> JSONObject {
        ["auth_session": .string(handle), "authn_params_public_key": .object(parameters)]
    }

    /// `PublicKeyCredentialCreationOptions`.
    private func creation(_ newcomer: PasskeyNewcomer, _ ceremony: PasskeyCeremony, _ party: PasskeyParty) -> JSONObject {
        let algorithms = PasskeyParty.algorithms.map { JSONValue.object(["type": "public-key", "alg": .integer($0)]) }
        let user: JSONObject = [
            "id": .string(Base64URL.encode(newcomer.handle)), "name": .string(newcomer.identifier),
            "displayName": .string(newcomer.names["name"]?.string ?? newcomer.identifier),
        ]
        return [
            "challenge": .string(Base64URL.encode(ceremony.challenge)), "timeout": Self.timeout,
            "rp": .object(["id": .string(party.id), "name": .string(party.name)]), "user": .object(user),
            "pubKeyCredParams": .array(algorithms),
            "authenticatorSelection": .object(["residentKey": "required", "userVerification": "preferred"]),
        ]
    }

    /// Passkeys are for clients of the tenant's own that have the grant.
    private func answering(
        _ form: FormParameters, _ authorization: String?, in request: RequestInfo,
        _ step: (Client, RequestInfo) async throws -> JSONObject
    ) async throws -> JSONObject {
        guard context.settings.passkeys.enabled else { throw OAuthError(.endpointDisabled, WireText.endpointDisabled) }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            guard client.client.isFirstParty, client.client.grantTypes.contains(.webauthn) else {
                throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.webauthn.rawValue))
                    .with(member: "error_uri", .string(WireText.grantTypesURI))
            }
            return try await step(client.client, client.trustedView(of: request))
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            throw error
        }
    }
}

/// The database whose users a ceremony is about.
struct PasskeyConnection: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The `realm`, or the tenant's default. Throws `invalidRequest`.
    func find(_ form: FormParameters, for client: Client) async throws -> Connection {
        try await LoginConnection(context).resolve(named: try form.optional("realm"), for: client)
    }
}
