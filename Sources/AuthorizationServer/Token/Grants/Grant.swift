package import OAuthProtocol
import Storage

/// One way to a token: what is particular to a `grant_type`. The endpoint has checked the client and that it may use the
/// grant. A grant records its success in the transaction that makes it, and throws every refusal.
protocol Grant: Sendable {
    init(_ context: TenantContext)
    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse
}

/// The grants that the token endpoint knows. A new grant is one file and one line here.
package enum GrantTable {
    struct Entry: Sendable {
        let type: GrantType
        /// The audit code of a refusal (management contract 13.3).
        let failure: LogEventType
        let make: @Sendable (TenantContext) -> any Grant
    }

    static let entries: [Entry] = [
        Entry(type: .authorizationCode, failure: .codeExchangeFailed) { AuthorizationCodeGrant($0) },
        Entry(type: .refreshToken, failure: .refreshTokenExchangeFailed) { RefreshTokenGrant($0) },
        Entry(type: .clientCredentials, failure: .clientCredentialsFailed) { ClientCredentialsGrant($0) },
        Entry(type: .password, failure: .passwordExchangeFailed) { PasswordGrant($0) },
        Entry(type: .passwordRealm, failure: .passwordExchangeFailed) { PasswordRealmGrant($0) },
        Entry(type: .deviceCode, failure: .deviceCodeExchangeFailed) { DeviceCodeGrant($0) },
        Entry(type: .tokenExchange, failure: .tokenExchangeFailed) { TokenExchangeGrant($0) },
        Entry(type: .jwtBearer, failure: .assertionExchangeFailed) { JWTBearerGrant($0) },
        Entry(type: .federatedConnectionAccessToken, failure: .federatedTokenExchangeFailed) { FederatedConnectionGrant($0) },
        Entry(type: .ciba, failure: .backchannelExchangeFailed) { CIBAGrant($0) },
        Entry(type: .passwordlessOTP, failure: .passwordlessExchangeFailed) { PasswordlessOTPGrant($0) },
        Entry(type: .mfaOTP, failure: .mfaOTPExchangeFailed) { MFAOTPGrant($0) },
        Entry(type: .mfaOOB, failure: .otpExchangeFailed) { MFAOOBGrant($0) },
        Entry(type: .mfaRecoveryCode, failure: .mfaRecoveryExchangeFailed) { MFARecoveryCodeGrant($0) },
        Entry(type: .webauthn, failure: .passkeyExchangeFailed) { WebAuthnGrant($0) },
    ]

    static func entry(for type: GrantType) -> Entry? { entries.first { $0.type.rawValue.isExactly(type.rawValue) } }

    /// Every `grant_type` that the endpoint answers.
    package static var types: [GrantType] { entries.map(\.type) }
}
