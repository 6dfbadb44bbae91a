import OAuthProtocol
import Storage

/// `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 section 3.4, contract 14).
struct DeviceCodeGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let code = try form.required("device_code")
        let grant = DeferredGrant(
            context: context, kind: .device, success: .deviceCodeExchanged,
            refusals: DeferredGrant.Refusals(
                unknown: OAuthError(.invalidGrant, WireText.unknownDeviceCode),
                pending: OAuthError(.authorizationPending, WireText.devicePending),
                tooFast: { Self.tooFast($0) },
                denied: OAuthError(.accessDenied, WireText.deviceDenied),
                expired: OAuthError(.expiredToken, WireText.unknownDeviceCode)))
        return try await grant.respond(to: code, from: client, in: request)
    }

    /// The text names the interval that was not kept, `Retry-After` the one that counts from now on.
    private static func tooFast(_ interval: Lifetime) -> OAuthError {
        let specified = interval.seconds - DeferredPoll.slowDown.seconds
        return OAuthError(.slowDown, WireText.pollingTooFast(seconds: specified), retryAfter: interval)
    }
}
