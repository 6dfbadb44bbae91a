package import OAuthProtocol
import Storage

/// What the endpoint answers, with status 201 (RFC 9126 section 2.2).
package struct PushedAuthorizationResponse: Sendable {
    package let requestURI: String
    package let expiresIn: Int64
    /// A fresh nonce for the client's next DPoP proof, sent as a header.
    package let dpopNonce: String?

    package var json: JSONObject { ["request_uri": .string(requestURI), "expires_in": .integer(expiresIn)] }
}

/// `POST /oauth/par` (RFC 9126, contract 15.1): an authorization request that the client sends itself, authenticated and judged
/// before the browser comes.
package struct PushedAuthorizationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `OAuthError`, spelled for the client's profile once that is known; `endpointDisabled` where the tenant switched
    /// pushing off.
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> PushedAuthorizationResponse {
        guard context.settings.pushedAuthorizationRequests else {
            throw OAuthError(.endpointDisabled, WireText.endpointDisabled)
        }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            return try await push(form, client, in: request)
        } catch {
            var refusal = Self.refusal(error)
            refusal.profile = context.profile(of: client.client)
            let event = request.event(
                .requestPushFailed, client: client.client, description: refusal.auditReason ?? refusal.description)
            try await context.stores.logs.record(event)
            throw refusal
        }
    }

    private func push(
        _ form: FormParameters, _ client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> PushedAuthorizationResponse {
        let profile = context.profile(of: client.client)
        guard !client.client.isPublic || profile != .auth0 || context.settings.pushedRequestsForPublicClients else {
            throw OAuthError(.unauthorizedClient, WireText.clientMayNotPush)
        }
        // Strict third parties do not push for the sake of it (contract 4.7), but where they have to.
        let subject = AuthorizeCheck.Subject(client: client.client, settings: context.settings, profile: profile)
        guard !client.client.isStrictThirdParty || subject.mustPush else {
            throw OAuthError(.unauthorizedClient, WireText.thirdPartyRefused)
        }
        guard !form.contains("request_uri") else {
            throw OAuthError(.invalidRequest, WireText.requestObjectUnsupported("request_uri"))
        }
        let possession = try await SenderConstraint(context).proofAtPushedRequest(of: client, in: request)
        var resolved = try await resolve(form, client.client, in: request)
        // Being pushed counts from here; the row's own name does not matter to the checks.
        resolved.origin.pushed = TokenHash(of: "")
        resolved.origin.dpopJKT = possession.proofKey?.thumbprint
        _ = try await AuthorizeSteps(context, in: request).prepare(resolved, for: client.client)
        return try await store(resolved, client.client, possession.freshNonce, in: request)
    }

    private func resolve(
        _ form: FormParameters, _ client: Client, in request: RequestInfo
    ) async throws -> RequestResolution.Resolved {
        let resolution = RequestResolution(context, in: request)
        if let object = try form.optional("request", maximumBytes: 65_536) { return try await resolution.merged(object, form, client) }
        // How the client proved itself is no part of its request.
        var complete = form.without(["client_secret", "client_assertion", "client_assertion_type"])
        if !complete.contains("client_id") { complete.append("client_id", client.clientID) }
        return RequestResolution.Resolved(form: complete, origin: .plain)
    }

    private func store(
        _ resolved: RequestResolution.Resolved, _ client: Client, _ nonce: String?, in request: RequestInfo
    ) async throws -> PushedAuthorizationResponse {
        let lifetime = Lifetime(seconds: context.profile(of: client).rules.pushedRequestLifetime)
        let uri = RequestResolution.pushedPrefix + Base64URL.encode(context.environment.randomness.bytes(32))
        var record = PushedRequest(
            hash: TokenHash(of: uri), clientID: client.clientID,
            parameters: RequestResolution.kept(resolved.form, resolved.origin), createdAt: request.now,
            expiresAt: request.now + lifetime)
        record.dpopJKT = resolved.origin.dpopJKT
        try await context.stores.pushedRequests.insert(record)
        return PushedAuthorizationResponse(requestURI: uri, expiresIn: lifetime.seconds, dpopNonce: nonce)
    }

    /// There is no browser here: whom `/authorize` would tell does not matter.
    private static func refusal(_ error: any Error) -> OAuthError {
        switch error {
        case AuthorizeFailure.shownToUser(let error, _), AuthorizeFailure.sentToClient(let error, _):
            error.kind == .unauthorizedClient && error.description.hasPrefix("Callback")
                ? OAuthError(.invalidRequest, error.description) : error
        case let error as OAuthError: error
        case let error: OAuthError(unexpected: error)
        }
    }
}
