package import OAuthProtocol

/// An entry of the audit log, with Auth0's type codes (management contract 13).
package struct LogEvent: Sendable, Equatable {
    /// `s`, `fp`, `seacft` … (management contract 13.3).
    package var type: LogEventType
    package var date: Timestamp
    package var description: String?
    package var clientID: String?
    package var clientName: String?
    package var connection: String?
    package var userID: String?
    package var userName: String?
    package var ip: String
    package var userAgent: String
    package var hostname: String
    package var audience: String?
    package var scope: String?
    /// Type-specific members. Never a secret.
    package var details: JSONObject = [:]

    package init(_ type: LogEventType, date: Timestamp, ip: String, userAgent: String, hostname: String) {
        (self.type, self.date, self.ip, self.userAgent, self.hostname) = (type, date, ip, userAgent, hostname)
    }
}

/// A stored event with its id. Ids sort in time order as strings.
package struct LogRecord: Sendable, Equatable {
    package var id: String
    package var event: LogEvent
    package init(id: String, event: LogEvent) { (self.id, self.event) = (id, event) }
}

/// The codes that this program emits (management contract 13.3).
package enum LogEventType: String, Sendable, CaseIterable {
    case loginSucceeded = "s"
    case loginFailed = "f"
    /// Something about a login that did not stop it.
    case loginWarning = "w"
    case wrongPassword = "fp"
    case unknownUser = "fu"
    case silentAuthSucceeded = "ssa"
    case silentAuthFailed = "fsa"
    case signupSucceeded = "ss"
    case signupFailed = "fs"
    case logoutSucceeded = "slo"
    case logoutFailed = "flo"
    case codeExchanged = "seacft"
    case codeExchangeFailed = "feacft"
    case clientCredentialsExchanged = "seccft"
    case clientCredentialsFailed = "feccft"
    case passwordExchanged = "sepft"
    case passwordExchangeFailed = "fepft"
    case refreshTokenExchanged = "sertft"
    case refreshTokenExchangeFailed = "fertft"
    case refreshTokenReused = "ferrt"
    case refreshTokenRevoked = "srrt"
    case emailVerified = "sv"
    case emailVerificationFailed = "fv"
    case verificationMailSent = "svr"
    case passwordChangeRequested = "scpr"
    case passwordChangeRequestFailed = "fcpr"
    case passwordChanged = "scp"
    case passwordChangeFailed = "fcp"
    case accountBlockedForAddress = "limit_wc"
    case addressBlocked = "limit_mu"
    case apiLimit = "api_limit"
    case managementSucceeded = "sapi"
    case deviceCodeExchanged = "sede"
    case deviceCodeExchangeFailed = "fede"
    case deviceRequestFailed = "fdeaz"
    case deviceActivationFailed = "fdeac"
    case deviceConfirmationCancelled = "fdecc"
    case backchannelStarted = "ciba_start_succeeded"
    case backchannelStartFailed = "ciba_start_failed"
    case backchannelExchanged = "ciba_exchange_succeeded"
    case backchannelExchangeFailed = "ciba_exchange_failed"
    case tokenExchanged = "secte"
    case tokenExchangeFailed = "fecte"
    case assertionExchanged = "sejwtb"
    case assertionExchangeFailed = "fejwtb"
    case otpExchanged = "seoobft"
    case otpExchangeFailed = "feoobft"
    case passwordlessExchangeFailed = "fepotpft"
    case mfaOTPExchanged = "seotpft"
    case mfaOTPExchangeFailed = "feotpft"
    case mfaRecoveryExchanged = "sercft"
    case mfaRecoveryExchangeFailed = "fercft"
    case passkeyExchanged = "sepkft"
    case passkeyExchangeFailed = "fepkft"
    case codeSent = "cls"
    case textMessageSent = "cs"
    case mfaEnrolled = "gd_enrollment_complete"
    case mfaUnenrolled = "gd_unenroll"
    case mfaChallengeStarted = "gd_start_auth"
    /// The user refused on another device, as with a push notification.
    case authenticationRejected = "gd_auth_rejected"
    case clientRegistered = "sdcr"
    case clientRegistrationFailed = "fdcr"
    case backchannelLogoutSucceeded = "oidc_backchannel_logout_succeeded"
    case backchannelLogoutFailed = "oidc_backchannel_logout_failed"
    case accessTokenRevoked = "srat"
    case requestPushed = "spar"
    case requestPushFailed = "fpar"
    case crossOriginAuthenticated = "scoa"
    case crossOriginAuthenticationFailed = "fcoa"
    case federatedTokenExchanged = "seta"
    case federatedTokenExchangeFailed = "feta"
    case universalLogoutSucceeded = "universal_logout_succeeded"
    case universalLogoutFailed = "universal_logout_failed"
}
