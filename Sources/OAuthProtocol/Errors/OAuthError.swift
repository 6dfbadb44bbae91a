/// A refusal that the client may see, in the words of the specifications.
///
/// The core throws these anywhere; it never names a status. `WireProfile` decides the wire code and the status by
/// `kind` and by the endpoint's family, and one place in `HTTPServer` writes the answer.
package struct OAuthError: Error, Sendable {
    /// What went wrong, finer than the wire code: Auth0 answers `access_denied` both for a bad client and a bad audience.
    package enum Kind: String, Sendable, CaseIterable {
        /// A parameter is missing, repeated, too long or of the wrong type.
        case invalidRequest
        /// The body is longer than the endpoint takes (RFC 9126 section 2.3).
        case requestTooLarge
        /// The client is unknown or its credential is wrong.
        case invalidClient
        /// The client may not use this grant or response type.
        case unauthorizedClient
        /// A code, refresh token or password is wrong, expired, used, revoked or another client's.
        case invalidGrant
        case unsupportedGrantType, unsupportedResponseType, invalidScope, invalidTarget
        /// The user, an API or a rule refused.
        case accessDenied
        /// The user is blocked (contract 1.4 `unauthorized`).
        case userBlocked
        /// `prompt=none` found that a screen is needed (OIDC Core 3.1.2.6).
        case loginRequired, consentRequired, interactionRequired
        /// A bearer token is missing, malformed, expired or lacks the scope (RFC 6750 section 3.1).
        case invalidToken, insufficientScope
        /// Too many wrong passwords for one account or one address.
        case tooManyAttempts
        /// More requests than the endpoint's bucket or the hashing queue takes.
        case tooManyRequests
        case methodNotAllowed, endpointDisabled
        /// The user has yet to approve, or was asked about too often (RFC 8628 section 3.5, CIBA 11).
        case authorizationPending, slowDown
        /// A device code, `auth_req_id` or `mfa_token` has expired.
        case expiredToken
        /// A second factor is needed, or is needed but not enrolled (contract 17).
        case mfaRequired, unsupportedChallengeType, associationRequired
        /// An MFA token cannot be read (contract 7.7: 401).
        case invalidMFAToken
        /// A token exchange, `request_uri` or request object failed (RFC 9101 section 7, RFC 9126).
        case invalidRequestObject, invalidRequestURI, requestNotSupported, requestURINotSupported
        /// RFC 9396 section 5.
        case invalidAuthorizationDetails
        /// RFC 7591 section 3.2.2.
        case invalidRedirectURI, invalidClientMetadata, invalidSoftwareStatement, unapprovedSoftwareStatement
        /// RFC 9449 sections 5 and 8.
        case invalidDPoPProof, useDPoPNonce
        /// CIBA 13.
        case unknownUserID, invalidBindingMessage, invalidUserCode, missingUserCode, expiredLoginHintToken
        /// OIDC Core 3.1.2.6.
        case accountSelectionRequired
        /// OIDC Unmet Authentication Requirements 1.0.
        case unmetAuthenticationRequirements
        /// Contract 20.3.
        case invalidConnection
        /// There are no tokens of the user at the identity provider, or the provider no longer takes them (contract 18).
        case federatedTokenNotFound
        /// What the request's address or body names is not there.
        case notFound
        case serverError, temporarilyUnavailable
    }

    package var kind: Kind
    /// Public text, written by us, never taken from another error. Kept in `WireText` when clients compare it.
    package var description: String
    /// Further members of the JSON body, such as `error_uri` (contract 1.2).
    package var members: [(name: String, value: JSONValue)]
    /// Seconds for `Retry-After`.
    package var retryAfter: Lifetime?
    /// Logged, never sent.
    package var cause: (any Error)?
    /// The true reason for the audit log when the client gets a vaguer one.
    package var auditReason: String?
    /// A status that this grant answers with instead of the table's, in the `auth0` profile only (contract 7.7, 15.3).
    package var auth0Status: Int?
    /// A fresh `DPoP-Nonce` to send along.
    package var dpopNonce: String?
    /// How the answer is spelled: the profile of the client that asked, once it is known.
    package var profile: WireProfile = .auth0

    package init(
        _ kind: Kind, _ description: String, auditReason: String? = nil, retryAfter: Lifetime? = nil,
        cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.description = description
        self.auditReason = auditReason
        self.retryAfter = retryAfter
        self.cause = cause
        members = []
    }

    package func with(member name: String, _ value: JSONValue) -> OAuthError {
        var copy = self
        copy.members.append((name, value))
        return copy
    }
}

/// A refusal in the shape of `/dbconnections/*` (contract 1.3, shape B).
package struct DatabaseConnectionError: Error, Sendable {
    package var name: String
    package var code: String
    /// A sentence, or the object of `PasswordStrengthError` (contract 13.3).
    package var description: JSONValue
    package var status: Int
    /// Further members such as `message` and `policy`.
    package var members: [(name: String, value: JSONValue)]
    /// Seconds for `Retry-After`.
    package var retryAfter: Lifetime?

    package init(
        name: String, code: String, description: JSONValue, status: Int = 400,
        members: [(name: String, value: JSONValue)] = []
    ) {
        self.name = name
        self.code = code
        self.description = description
        self.status = status
        self.members = members
    }
}
