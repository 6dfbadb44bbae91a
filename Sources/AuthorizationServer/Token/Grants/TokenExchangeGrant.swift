import OAuthProtocol
import Storage

/// `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693, contract 18): on behalf of a user whose access token the
/// client received, or for a token of an issuer that the tenant trusts.
struct TokenExchangeGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
    /// Types that belong to others: an exchange of our own cannot use them (contract 18).
    private static let reserved = [
        "http://auth0.com", "https://auth0.com", "http://okta.com", "https://okta.com", "urn:ietf", "urn:auth0", "urn:okta",
    ]

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let subject = try form.required("subject_token", maximumBytes: 16_384)
        let type = try form.required("subject_token_type", maximumBytes: 512)
        if let wanted = try form.optional("requested_token_type", maximumBytes: 512), !wanted.isExactly(Self.accessTokenType) {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("requested_token_type"))
        }
        if type.isExactly(Self.accessTokenType) {
            return try await OnBehalfOf(context).respond(to: subject, form, from: client, in: request)
        }
        let isReserved = Self.reserved.contains { type.utf8.starts(with: $0.utf8) }
        guard !isReserved, context.settings.trustedIssuers.contains(where: { $0.subjectTokenType?.isExactly(type) == true }) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("subject_token_type"))
        }
        return try await custom(subject, type, form, client, in: request)
    }

    // MARK: Custom exchange

    private func custom(
        _ subject: String, _ type: String, _ form: FormParameters, _ client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let audience = try await audience(form, client.client, in: request)
        let actor = try await actor(form, of: client.client, in: request)
        let trusted = TrustedAssertion(context, in: request)
        let verified = try await trusted.verify(subject, as: .subjectToken(type: type), for: client.client)
        var exchange = UserExchange(
            flow: actor == nil ? .tokenExchange : .delegation, success: .tokenExchanged, user: verified.user, api: audience.api,
            scopes: try TokenParameters.scopes(in: form))
        exchange.actor = actor
        var response = try await exchange.respond(to: client, context, in: request) { judged in
            try await trusted.claim(verified)
            try await MFAGate(context).check(
                FirstFactor(
                    access: judged.access, user: verified.user, client: client.client, method: .exchange, proved: judged.proved),
                in: request)
        }
        response.extra.append(("issued_token_type", .string(Self.accessTokenType)))
        return response
    }

    /// Nobody is there to agree, so only what needs no consent can be asked for: by the tenant's own clients, at APIs that let
    /// those skip it (contract 6.1).
    private func audience(
        _ form: FormParameters, _ client: Client, in request: RequestInfo
    ) async throws -> RequestedAudience {
        guard client.isFirstParty else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.tokenExchange.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let resolution = AudienceResolution(context)
        let audience = try await resolution.resolve(form, for: client, in: request)
        if let api = audience.api, !api.skipConsentForVerifiableFirstPartyClients {
            throw resolution.refused(api.identifier, client, reason: "the API asks for consent")
        }
        return audience
    }

    /// Both or neither (RFC 8693 section 2.1): an access token of ours that says who acts. Only the client that it was issued to
    /// may present it: who merely received it, as an API does, must not act in its name.
    private func actor(_ form: FormParameters, of client: Client, in request: RequestInfo) async throws -> String? {
        let token = try form.optional("actor_token", maximumBytes: 16_384)
        let type = try form.optional("actor_token_type", maximumBytes: 512)
        guard let token, let type else {
            guard token == nil, type == nil else { throw OAuthError(.invalidRequest, WireText.actorNeedsBoth) }
            return nil
        }
        guard type.isExactly(Self.accessTokenType), let read = try? await AccessTokenReader(context).read(token, in: request),
            read.clientID.isExactly(client.clientID)
        else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("actor_token"))
        }
        return try ActorChain.prepending(read.subject, to: read.payload["act"])
    }
}

/// On behalf of: an API, as a client, asks for a token for another API in the name of the user who called it (contract 18).
private struct OnBehalfOf {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to subject: String, _ form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let received = try await ReceivedAccessToken.read(
            subject, shownBy: client, for: .tokenExchange, context, in: request)
        return try await exchange(received, form, client, in: request)
    }

    private func exchange(
        _ received: ReceivedAccessToken, _ form: FormParameters, _ client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let token = received.token
        let audience = try await AudienceResolution(context).resolve(form, for: client.client, in: request)
        guard let api = audience.api else { throw OAuthError(.invalidRequest, WireText.missingParameter("audience")) }
        var exchange = UserExchange(
            flow: .delegation, success: .tokenExchanged, user: received.user, api: try await permitted(api, client.client),
            scopes: try TokenParameters.scopes(in: form))
        exchange.actor = try ActorChain.prepending(client.client.clientID, to: token.payload["act"])
        exchange.sid = token.sid
        var response = try await exchange.respond(to: client, context, in: request)
        response.extra.append(("issued_token_type", .string(TokenExchangeGrant.accessTokenType)))
        return response
    }

    /// With the scopes of the client's own grant for that API and no more: a user's token does not widen what the client may do.
    private func permitted(_ api: ResourceServer, _ client: Client) async throws -> ResourceServer {
        guard let grant = try await context.stores.clientGrants.find(clientID: client.clientID, audience: api.identifier) else {
            throw OAuthError(.accessDenied, WireText.noClientGrant(api.identifier))
        }
        var limited = api
        limited.scopes.removeAll { !grant.scope.contains($0.value) }
        return limited
    }
}
