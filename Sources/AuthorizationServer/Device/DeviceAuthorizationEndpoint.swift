package import OAuthProtocol
import Storage

/// `POST /oauth/device/code` (RFC 8628 section 3.1, contract 14).
package struct DeviceAuthorizationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Answers the codes. A DPoP proof, or `dpop_jkt`, binds the device code to its key. Throws `OAuthError`, spelled for the
    /// client's profile once that is known.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> DeferredAuthorizationResponse {
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            return try await begin(form, client, in: request)
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            let reason = error.auditReason ?? error.description
            try await context.stores.logs.record(
                request.event(.deviceRequestFailed, client: client.client, description: reason))
            throw error
        }
    }

    private func begin(
        _ form: FormParameters, _ authenticated: AuthenticatedClient, in request: RequestInfo
    ) async throws -> DeferredAuthorizationResponse {
        let client = authenticated.client
        guard client.grantTypes.contains(.deviceCode) else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.deviceCode.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let scopes = try TokenParameters.scopes(in: form)
        let audience = try await AudienceResolution(context).resolve(form, for: client, in: request)
        let access = GrantedAccess(clientID: client.clientID, userID: "", audience: audience.identifier, scopes: scopes)
        let key = try await SenderConstraint(context).requestedKey(form, of: authenticated, in: request)
        let code = Base64URL.encode(context.environment.randomness.bytes(32))
        let userCode = try await store(access, code, boundTo: key.jkt, in: request)
        return DeferredAuthorizationResponse(json: answer(code, userCode, request.issuer), dpopNonce: key.freshNonce)
    }

    private static let drawings = 8

    /// Draws user codes until one is free.
    private func store(
        _ access: GrantedAccess, _ code: String, boundTo jkt: String?, in request: RequestInfo
    ) async throws -> UserCode {
        let settings = context.settings.device
        for _ in 0..<Self.drawings {
            let userCode = UserCode.make(settings, context.environment.randomness)
            guard let hash = UserCode.hash(userCode.text, in: context) else { continue }
            var record = DeferredAuthorization(
                hash: TokenHash(of: code), kind: .device, userCodeHash: hash, access: access, interval: settings.interval,
                lifetime: (request.now, request.now + settings.lifetime))
            record.dpopJKT = jkt
            do {
                try await context.stores.deferred.insert(record)
                return userCode
            } catch is StoreConflict {
                continue
            }
        }
        throw OAuthError(.temporarilyUnavailable, WireText.temporarilyUnavailable, retryAfter: 1)
    }

    private func answer(_ code: String, _ userCode: UserCode, _ issuer: Issuer) -> JSONObject {
        let page = issuer.url(String(PagePath.activate.dropFirst()))
        let settings = context.settings.device
        return [
            "device_code": .string(code), "user_code": .string(userCode.text), "verification_uri": .string(page),
            "expires_in": .integer(settings.lifetime.seconds), "interval": .integer(settings.interval.seconds),
            "verification_uri_complete": .string(
                "\(page)?\(PercentEncoding.encodePairs([("user_code", userCode.text)]))"),
        ]
    }
}
