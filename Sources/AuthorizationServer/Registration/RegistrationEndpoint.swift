import Crypto
import JOSE
package import OAuthProtocol
import Storage

/// `POST /oidc/register` (RFC 7591, OIDC Registration 3, contract 21.1) and the management of what was registered (RFC 7592).
package struct RegistrationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Registers a client, and answers its whole configuration. Throws `OAuthError` in the `standard` profile.
    package func register(
        _ metadata: JSONObject, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        do {
            try requireSwitch()
            try requireInitialToken(authorization)
            try await takeQuota(in: request)
            return try await make(metadata, in: request)
        } catch var error as OAuthError {
            error.profile = .standard
            if error.kind != .endpointDisabled {
                let event = request.event(.clientRegistrationFailed, description: error.auditReason ?? error.description)
                try await context.stores.logs.record(event)
            }
            throw error
        }
    }

    // MARK: Who may

    func requireSwitch() throws(OAuthError) {
        guard context.settings.registration.enabled else {
            throw OAuthError(.endpointDisabled, WireText.registrationDisabled)
        }
    }

    /// Compares digests, so that time tells nothing of the token.
    private func requireInitialToken(_ authorization: String?) throws(OAuthError) {
        let hashes = context.settings.registration.initialAccessTokenHashes
        guard !hashes.isEmpty else { return }
        let token = PresentedAccessToken.bearer(in: authorization) ?? ""
        let digest = Base64URL.encode(SHA256.hash(data: Array(token.utf8)))
        guard hashes.contains(where: digest.isExactly) else { throw OAuthError(.invalidToken, WireText.noBearerToken) }
    }

    private func takeQuota(in request: RequestInfo) async throws {
        let key = "registration|\(NetworkPrefix.of(request.address))"
        let bucket = context.settings.registration.perAddress
        let decision = try await context.stores.attempts.take(key, from: bucket, at: request.now)
        request.limits.note(LimitState(of: bucket, after: decision, at: request.now))
        guard case .refused(let wait) = decision else { return }
        throw OAuthError(.tooManyRequests, WireText.tooManyRequests, retryAfter: wait)
    }

    // MARK: Making

    private func make(_ sent: JSONObject, in request: RequestInfo) async throws -> JSONObject {
        let metadata = try SoftwareStatement(context).merged(sent, at: request.now)
        var client = draft(at: request.now)
        client.registration?.address = request.address
        try ClientMetadata(metadata).apply(to: &client, context)
        settle(&client)
        try await SectorIdentifier(context).check(client, at: request.now)
        let token = Base64URL.encode(context.environment.randomness.bytes(32))
        client.registration?.accessTokenHash = Base64URL.encode(TokenHash(of: token).bytes)
        let echo = RegisteredMetadata.echo(metadata, of: client).serializedString
        client.registration?.metadata = echo
        let settings = context.settings.registration
        try await context.stores.clients.insert(client, unusedUntil: request.now + settings.unusedLifetime)
        try await context.stores.logs.record(request.event(.clientRegistered, client: client))
        return RegisteredMetadata.answer(client, accessToken: token, issuer: request.issuer)
    }

    private func draft(at now: Timestamp) -> Client {
        let (mode, randomness) = (context.settings.registration.thirdPartySecurityMode, context.environment.randomness)
        // The prefix marks strict third-party clients (contract 2.1).
        let id = mode == .strict ? "tpc_" + randomness.alphanumeric(28) : randomness.alphanumeric(32)
        var client = Client(
            clientID: id, name: ClientMetadata.unnamed, tokenEndpointAuthMethod: .clientSecretBasic, grantTypes: [], createdAt: now)
        (client.isFirstParty, client.thirdPartySecurityMode) = (false, mode)
        client.wireProfile = context.settings.defaultWireProfile == .auth0 ? .standard : nil
        client.registration = ClientRegistration(origin: .dynamic)
        return client
    }

    /// What follows from the metadata: a secret where one is used, and refresh tokens that end (contract 8.1 row 8).
    func settle(_ client: inout Client) {
        switch client.tokenEndpointAuthMethod {
        case .clientSecretPost, .clientSecretBasic, .clientSecretJWT:
            client.clientSecret = client.clientSecret ?? SecretString(Base64URL.encode(context.environment.randomness.bytes(48)))
        case .none, .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth:
            client.clientSecret = nil
        }
        client.refreshToken = .rotatingDefaults
        if !client.isPublic { client.refreshToken.rotationType = .nonRotating }
    }
}
