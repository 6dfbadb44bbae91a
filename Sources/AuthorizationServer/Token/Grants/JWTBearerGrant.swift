import OAuthProtocol
import Storage

/// `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` (RFC 7523 section 2.1, contract 18): an assertion of an issuer that the
/// tenant trusts for an access token, and nothing else.
struct JWTBearerGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let assertion = try form.required("assertion", maximumBytes: 16_384)
        let asked = try TokenParameters.scopes(in: form)
        let trusted = TrustedAssertion(context, in: request)
        let verified = try await trusted.verify(assertion, subjectTokenType: nil, for: client.client)
        let audience = try await audience(form, verified.payload, client.client, in: request)
        // What the assertion allows is the most that can be asked (Identity Assertion Authorization Grant 4.4).
        let allowed = verified.payload["scope"]?.string.flatMap(Scopes.init(parsing:))
        let scopes = allowed.map { asked.isEmpty ? $0 : asked.intersection($0) } ?? asked
        let exchange = UserExchange(
            flow: .delegation, success: .assertionExchanged, user: verified.user, api: audience.api, scopes: scopes)
        return try await exchange.respond(to: client, context, in: request) { _ in try await trusted.claim(verified) }
    }

    /// The `resource` of the assertion wins over the request's (contract 18).
    private func audience(
        _ form: FormParameters, _ payload: JSONObject, _ client: Client, in request: RequestInfo
    ) async throws -> RequestedAudience {
        guard let resource = payload["resource"]?.string else {
            return try await AudienceResolution(context).resolve(form, for: client, in: request)
        }
        var bound = FormParameters()
        bound.append("audience", resource)
        return try await AudienceResolution(context).resolve(bound, for: client, in: request)
    }
}
