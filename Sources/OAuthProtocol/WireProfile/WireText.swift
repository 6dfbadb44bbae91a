/// Every sentence that clients or SDKs may compare (contract 22.2) or that is a judgement of ours ([K], [R] in the
/// contract). Kept in one table so that a text changes in one place.
package enum WireText {
    // Contract 22.2: compared literally by SDKs.
    package static let invalidRefreshToken = "Unknown or invalid refresh token."
    package static let userOfRefreshTokenDeleted = "The refresh_token was generated for a user who doesn't exist anymore."
    package static let wrongEmailOrPassword = "Wrong email or password."
    package static let wrongUsernameOrPassword = "Wrong username or password."  // [K]
    package static let multifactorRequired = "Multifactor authentication required"
    package static let unauthorized = "Unauthorized"
    package static let userBlocked = "user is blocked"
    package static let invalidAuthorizationCode = "Invalid authorization code"
    package static let failedCodeVerifier = "Failed to verify code verifier"

    // Contract 4.3, 7.1: [D], [W] or [K].
    package static let loginRequired = "Login required"
    package static let consentRequired = "Consent required"
    package static let interactionRequired = "Interaction required"
    package static let userDeclined = "User did not authorize the request"  // [K]
    package static let bothAccessScopes = "Cannot request both online_access and offline_access scopes"
    package static let noAudience = "No audience parameter was provided, and no default audience has been configured"  // [K]
    package static let noDefaultConnection = "Authorization server not configured with default connection."  // [K]
    package static let connectionNotFound = "the connection was not found"
    package static let connectionDisabled = "the connection was disabled"
    package static let tooManyAttempts =
        "Your account has been blocked after multiple consecutive login attempts. Please try again later or reset your password."
    package static let suspiciousAddress =
        "We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator."
    package static let tooManyRequests = "Too many requests. Please retry later; check the X-RateLimit-* and Retry-After headers."
    package static let passwordResetSent = "We've just sent you an email to reset your password."
    package static let serverError = "An unexpected error occurred."
    package static let temporarilyUnavailable = "The service is temporarily unavailable. Please try again."  // [R]
    package static let noGrantedScope = "None of the requested scopes has been granted."  // [R]
    package static let severalClientCredentials = "Only one way of client authentication may be used."  // [R]
    package static let sessionTransferNotAllowed = "The client may not create session transfer tokens."  // [R]
    package static let nestedSessionTransfer =  // [R]
        "A refresh token that was issued in a transferred session cannot create session transfer tokens."
    package static let noBearerToken = "No access token was sent."  // [R]
    package static let invalidBearerToken = "The access token is invalid, expired or not meant for this endpoint."  // [R]
    package static let transactionLost =
        "You may have pressed the back button, refreshed during login, opened too many login dialogs, or there is some issue with cookies, since we couldn't find your session. Try logging in again from the application and if the problem persists please contact the administrator."
    /// Where `error_uri` of a disabled grant points (contract 1.2: our own documentation, not Auth0's).
    package static let grantTypesURI = "https://martlet.dev/docs/grant-types"

    // Proof of possession (contract 16): [R] unless marked.
    package static let useDPoPNonce = "Authorization server requires nonce in DPoP proof"  // [D]
    package static let invalidDPoPProof = "The DPoP proof is missing, invalid or was used before."
    package static let proofOfPossessionRequired = "A proof of possession is required."
    package static let proofOfPossessionRefused = "The client needs a proof of possession and the API does not accept one."
    package static let tokenNeedsProof = "response_type must not return an access token: it needs a proof of possession."
    package static let certificateRequired = "The client certificate is missing or another one than the token is bound to."
    package static let endpointDisabled = "This endpoint is switched off."

    // The authorization endpoint, logout and the pages: [R] unless marked.
    package static let tokensInQuery = "response_mode 'query' is not allowed when a token is returned from /authorize"
    package static let plainChallengeRefused = "code_challenge_method must be S256"
    package static let promptNoneWithOthers = "prompt 'none' must not be combined with another value"
    package static let organizationNotAllowed = "parameter organization is not allowed for this client"
    package static let noConnections = "no connections enabled for the client"  // [K]
    package static let noWebOrigin = "This response_mode needs a redirect_uri with a web origin"
    package static let pageExpired = "This page has expired. Please try again."
    package static let passwordsDiffer = "The two passwords differ. Please type the new password twice."
    package static let resetLinkExpired = "This link has expired or was used before. Please ask for a new one."
    package static let missingClientID = "missing client_id parameter"
    package static let invalidSignup = "Invalid sign up"
    package static let userExists = "The user already exists."
    package static let publicSignupDisabled = "Public signup is disabled"  // [K]
    package static let registrationDisabled = "Dynamic client registration is not enabled."  // [R]
    package static let softwareStatementRequired = "A software statement is required."  // [R]
    package static let softwareStatementRefused = "The software statement is not accepted."  // [R]
    package static let approvalIsOver = "This request has expired or was answered already."  // [R]
    package static let unknownDeviceCode = "Invalid or expired device code."  // [K]
    package static let devicePending = "User has yet to authorize device code."
    package static let deviceDenied = "User cancelled the confirmation prompt."
    package static func pollingTooFast(seconds: Int64) -> String {
        "You are polling faster than the specified interval of \(seconds) seconds."
    }
    package static let unknownAuthReqID = "Invalid or expired auth_req_id"  // [R]
    package static let backchannelPending = "The end-user authorization is pending"
    package static let backchannelDenied = "The end-user denied the authorization request or it has been expired"
    package static func backchannelTooFast(seconds: Int64) -> String {
        "You are polling faster than allowed. Try again in \(seconds) seconds."
    }
    package static let openidRequired = "openid scope must be requested"
    package static let unknownUserID = "User ID is malformed or unknown"
    package static let oneHint = "Exactly one of login_hint, id_token_hint and login_hint_token must be sent."  // [R]
    package static let invalidAssertion = "The assertion is not valid."  // [R]
    package static let resourceOfAssertion = "resource must name one of the APIs that the assertion is for."  // [R]
    package static let invalidSubjectToken = "The subject_token is not valid."  // [R]
    package static let federatedTokenNotFound = "Federated connection Refresh Token not found."  // [W]
    package static let identityProviderFailed = "The identity provider of the connection did not answer as it should."  // [R]
    package static let invalidRevocationToken = "The token of the identity provider is missing, invalid or was used before."  // [R]
    package static let malformedSubject = "The body must name one subject of the format iss_sub."  // [R]
    package static let unknownSubject = "The subject is no user of this connection."  // [R]
    package static let actorNeedsBoth = "actor_token and actor_token_type must be sent together."  // [R]
    package static let actorChainTooLong = "The chain of actors is too long; the limit is 4."  // [K]
    package static let invalidRequestObject = "The request object is not valid."  // [R]
    package static let invalidRequestURI = "The request_uri is unknown, expired or was used before."  // [R]
    package static let pushedRequestRequired = "This client must push its authorization requests."  // [R]
    package static let signedRequestRequired = "This client must sign its authorization requests."  // [R]
    package static let s256Required = "This client must use PKCE with code_challenge_method S256."  // [R]
    package static let responseTypeNotRegistered = "The response_type is not registered for this client."  // [R]
    package static let unmetContext = "The requested authentication context cannot be reached."  // [R]
    package static let clientMayNotPush = "Only confidential clients may push authorization requests."  // [R]
    package static let thirdPartyRefused = "Third-party clients may not use this endpoint."  // [R]
    package static func parametersNotAllowed(_ names: [String]) -> String {  // [R]
        "The following parameters are not allowed for third-party clients: \(names.joined(separator: ", "))"
    }
    package static func unsupportedResponseType(_ type: String) -> String { "Unsupported response type: \(type)" }
    package static func requestObjectUnsupported(_ name: String) -> String { "Parameter is not supported: \(name)" }

    // Codes, second factors and passkeys (contract 7.6, 7.7, 17, 19, 20). Compared by SDKs unless marked.
    package static let wrongEmailOrCode = "Wrong email or verification code."
    package static let wrongPhoneOrCode = "Wrong phone number or verification code."
    package static let wrongVerificationCode = "Wrong or expired verification code."  // [R]
    package static let invalidOTPCode = "Invalid otp_code."
    package static let invalidBindingCode = "Invalid binding_code."
    package static let mfaRejected = "MFA Authorization rejected."
    package static let mfaTokenExpired = "mfa_token is expired"
    package static let malformedMFAToken = "Malformed mfa_token"
    package static let notEnrolled = "User is not enrolled with guardian"
    package static let alreadyEnrolled = "User is already enrolled."
    package static let unsupportedChallenge = "The user has no factor of the requested challenge_type."  // [R]
    package static let pushNotOffered = "Push notifications are not offered: use otp, sms, voice or email."  // [R]
    package static let factorDisabled = "This factor is not enabled."  // [R]
    package static let invalidAuthSession = "The auth_session is unknown, expired or was used before."  // [R]
    package static let passkeyRefused = "The passkey could not be verified."  // [R]
    package static let linkIsOver = "This link has expired or was used before."  // [R]
    package static let connectionNotPasswordless = "the connection is not passwordless"  // [R]
    package static let textMessageFailed = "The text message could not be sent."  // [R]
    package static let oneIdentifier = "Exactly one of email and phone_number must be sent."  // [R]
    package static func insufficientScope(_ scope: String) -> String { "Insufficient scope, expected: \(scope)" }  // [R]
    package static func propertiesNotAllowed(_ names: [String]) -> String {
        "the following properties are not allowed: \(names.joined(separator: ", "))"
    }

    // Embedded login and hosted pages (contract 13.5, 21.3 to 21.5): [R] unless marked.
    package static let crossOriginNotAllowed = "Cross origin login not allowed"  // [D]
    package static let originNotAllowed = "The origin of this request is not allowed."  // [D], not literally
    package static let unknownCredentialType = "Unknown credential type parameter."  // [K]
    package static let loginTicketRefused =
        "The login_ticket is unknown, has expired, was used before or was made for another client or browser."
    package static let loginResultRefused = "This login has expired or was completed before. Please try again."
    package static let endpointRemoved = "This endpoint was removed."

    package static let unsupportedContentType =  // [R]
        "The body must be application/json or application/x-www-form-urlencoded."
    package static let notFound = "There is nothing here."  // [R]
    package static func repeatedHeader(_ name: String) -> String { "Header must not be repeated: \(name)" }  // [R]
    package static func methodNotAllowed(_ method: String) -> String { "Method not allowed: \(method)" }  // [R]
    package static func missingParameter(_ name: String) -> String { "Missing required parameter: \(name)" }
    package static func repeatedParameter(_ name: String) -> String { "Parameter must not be repeated: \(name)" }  // [R]
    package static func parameterNotAString(_ name: String) -> String { "Parameter must be a string: \(name)" }  // [R]
    package static func malformedParameter(_ name: String) -> String { "Malformed parameter: \(name)" }  // [R]
    package static let requestTooLarge = "Request is too large"  // [R]
    package static let tooManyParameters = "Request has too many parameters"  // [R]
    package static let malformedForm = "Malformed form: not valid application/x-www-form-urlencoded UTF-8"  // [R]
    package static let malformedJSON = "Malformed JSON body"  // [R]
    package static let malformedCodeChallenge =
        "Malformed parameter: code_challenge must have 43 to 128 unreserved characters"  // [R]
    package static func expiredParameter(_ name: String) -> String { "Expired parameter: \(name)" }  // [R]
    package static func parameterTooLong(_ name: String) -> String { "Parameter is too long: \(name)" }  // [R]
    package static func unsupportedGrantType(_ type: String) -> String { "Unsupported grant type: \(type)" }  // [K]
    package static func grantNotAllowed(_ type: String) -> String { "Grant type '\(type)' not allowed for the client." }
    package static func unknownClient(_ id: String) -> String { "Unknown client: \(id)" }  // [K]
    package static func callbackMismatch(_ uri: String) -> String {
        "Callback URL mismatch. \(uri) is not in the list of allowed callback URLs"
    }
    package static func redirectURIDiffers(sent: String, expected: String) -> String {  // [K]
        "The redirect URI is wrong. You sent \(sent), and we expected \(expected)"
    }
    package static func serviceNotFound(_ audience: String) -> String { "Service not found: \(audience)" }  // [K]
    package static func serviceNotEnabled(_ audience: String) -> String {  // [K]
        "Service not enabled within domain: \(audience)"
    }
    package static func noClientGrant(_ audience: String) -> String {
        "Client is not authorized to access \"\(audience)\". You need to create a \"client-grant\" associated to this API. See: https://martlet.dev/docs/client-grants"
    }
    package static func scopesNotGranted(_ scopes: [String]) -> String {  // [K]
        "Client has not been granted scopes: \(scopes.joined(separator: ", "))"
    }
    package static func logoutURLNotAllowed(_ parameter: String, _ url: String) -> String {  // [K]
        "The \"\(parameter)\" querystring parameter \"\(url)\" is not defined as a valid URL in \"Allowed Logout URLs\""
    }
}
