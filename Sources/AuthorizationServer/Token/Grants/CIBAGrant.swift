import OAuthProtocol
import Storage

/// `grant_type=urn:openid:params:grant-type:ciba` (CIBA 10.1, contract 15.3): polled, or asked once after a ping.
struct CIBAGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let code = try form.required("auth_req_id")
        let isAuth0 = context.profile(of: client.client) == .auth0
        let grant = DeferredGrant(
            context: context, kind: .backchannel, success: .backchannelExchanged,
            refusals: DeferredGrant.Refusals(
                unknown: OAuthError(.invalidGrant, WireText.unknownAuthReqID),
                pending: Self.spelled(OAuthError(.authorizationPending, WireText.backchannelPending), 400),
                tooFast: { Self.tooFast($0) },
                denied: OAuthError(.accessDenied, WireText.backchannelDenied),
                // Auth0 tells expiry and refusal apart no more than this (contract 15.3).
                expired: OAuthError(isAuth0 ? .accessDenied : .expiredToken, WireText.backchannelDenied)))
        return try await grant.respond(to: code, from: client, in: request)
    }

    private static func spelled(_ error: OAuthError, _ status: Int) -> OAuthError {
        var copy = error
        copy.auth0Status = status
        return copy
    }

    private static func tooFast(_ interval: Lifetime) -> OAuthError {
        let error = OAuthError(.slowDown, WireText.backchannelTooFast(seconds: interval.seconds), retryAfter: interval)
        return spelled(error.with(member: "interval", .integer(interval.seconds)), 400)
    }
}
