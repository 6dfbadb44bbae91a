import OAuthProtocol
import Storage

/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 section 2.1, contract 18): an assertion of an issuer that the
/// tenant trusts for an access token, and nothing else. An identity assertion (Identity Assertion JWT Authorization Grant) unless
/// the issuer's record says more.
struct JWTBearerGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let assertion = try form.required("assertion", maximumBytes: 16_384)
        let asked = try TokenParameters.scopes(in: form)
        let trusted = TrustedAssertion(context, in: request)
        let verified = try await trusted.verify(assertion, as: .grant, for: client.client)
        // The name of a public client proves nothing: whoever found the assertion could use it.
        guard verified.kind != .identity || client.hasProvedSecret else {
            throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(GrantType.jwtBearer.rawValue))
                .with(member: "error_uri", .string(WireText.grantTypesURI))
        }
        let audience = try await audience(form, verified.limits, client.client, in: request)
        let scopes = verified.limits.scopes.map { asked.isEmpty ? $0 : asked.intersection($0) } ?? asked
        let exchange = UserExchange(
            flow: .delegation, success: .assertionExchanged, user: verified.user, api: audience.api, scopes: scopes)
        return try await exchange.respond(to: client, context, in: request) { _ in try await trusted.claim(verified) }
    }

    /// The assertion's API wins over the request's (contract 18); of several the request names one.
    private func audience(
        _ form: FormParameters, _ limits: AssertionLimits, _ client: Client, in request: RequestInfo
    ) async throws -> RequestedAudience {
        let resolution = AudienceResolution(context)
        guard let resources = limits.resources else { return try await resolution.resolve(form, for: client, in: request) }
        let chosen = resources.count == 1 ? resources[0] : try resolution.requested(form)
        guard let chosen, resources.contains(where: chosen.isExactly) else {
            throw OAuthError(.invalidTarget, WireText.resourceOfAssertion)
        }
        var bound = FormParameters()
        bound.append("audience", chosen)
        return try await resolution.resolve(bound, for: client, in: request)
    }
}
