import JOSE
package import OAuthProtocol
import Storage

/// `POST /bc-authorize` (OpenID Connect CIBA 7, contract 15.3; conformance 11): the client asks us to ask the user.
package struct BackchannelAuthenticationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Answers `auth_req_id`. A DPoP proof, or `dpop_jkt`, binds it to its key. Throws `OAuthError`, spelled for the client's
    /// profile once that is known.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> DeferredAuthorizationResponse {
        guard context.settings.backchannel.enabled else {
            throw OAuthError(.endpointDisabled, WireText.notFound)
        }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            return try await begin(form, client, in: request)
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            let reason = error.auditReason ?? error.description
            try await context.stores.logs.record(
                request.event(.backchannelStartFailed, client: client.client, description: reason))
            throw error
        }
    }

    private func begin(
        _ form: FormParameters, _ client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> DeferredAuthorizationResponse {
        guard client.client.grantTypes.contains(.ciba), !client.client.isPublic else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.ciba.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let brake = BackchannelBrake(context, for: client.client, in: request)
        try await brake.takeRequest()
        let source = try await BackchannelRequestObject(context, in: request).parameters(form, of: client.client)
        let asked = try BackchannelParameters(source, of: client.client, context)
        let audience = try await AudienceResolution(context).resolve(source, for: client.client, in: request)
        let addressee = try await BackchannelUser(context, in: request).find(asked.hint, for: client.client)
        try await brake.takeMessage(to: addressee)
        var access = GrantedAccess(
            clientID: client.client.clientID, userID: addressee.userID, audience: audience.identifier, scopes: asked.scopes)
        let details = try AuthorizationDetails(asked.authorizationDetails, for: audience.api)
        access.details.authorizationDetails = details?.text
        let key = try await SenderConstraint(context).requestedKey(source, of: client, in: request)
        let (id, ticket) = (newSecret(), newSecret())
        var record = record(of: asked, access, (id, ticket), client.client, at: request.now)
        record.dpopJKT = key.jkt
        let limit = context.settings.backchannel.pendingPerUser
        guard try await context.stores.deferred.insert(record, ifFewerWaitThan: limit) else {
            throw BackchannelBrake.tooMany(retryAfter: asked.lifetime, "requests wait for the user already")
        }
        let event = request.event(.backchannelStarted, client: client.client, user: addressee.user)
        try await context.stores.logs.record(event.granting(access))
        if let user = addressee.user {
            await BackchannelMail(context).send(ticket, asked.bindingMessage, to: user, from: client.client, in: request)
        }
        return DeferredAuthorizationResponse(json: Self.answer(id, record, asked), dpopNonce: key.freshNonce)
    }

    private func record(
        of asked: BackchannelParameters, _ access: GrantedAccess, _ names: (id: String, ticket: String), _ client: Client,
        at now: Timestamp
    ) -> DeferredAuthorization {
        var record = DeferredAuthorization(
            hash: TokenHash(of: names.id), kind: .backchannel, userCodeHash: TokenHash(of: names.ticket), access: access,
            interval: context.settings.backchannel.interval, lifetime: (now, now + asked.lifetime))
        record.bindingMessage = asked.bindingMessage
        if client.ciba.tokenDeliveryMode == .ping, let token = asked.notificationToken {
            let payload: JSONObject = ["auth_req_id": .string(names.id), "notification_token": .string(token)]
            record.notification = SecretString(payload.serializedString)
        }
        return record
    }

    private static func answer(
        _ id: String, _ record: DeferredAuthorization, _ asked: BackchannelParameters
    ) -> JSONObject {
        [
            "auth_req_id": .string(id), "expires_in": .integer(asked.lifetime.seconds),
            "interval": .integer(record.interval.seconds),
        ]
    }

    private func newSecret() -> String { Base64URL.encode(context.environment.randomness.bytes(32)) }
}
