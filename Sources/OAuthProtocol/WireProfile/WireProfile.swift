/// How a client's requests are judged and answered where Auth0, the RFCs and the security profiles differ. One profile per
/// client, with a default per tenant.
///
/// Two tables and nothing else know the differences: `wireError(for:at:)` the statuses and spellings of errors
/// (contract 1.4, 24), `ProfileRules` everything else (conformance 1.1).
package enum WireProfile: String, Sendable, Codable, CaseIterable {
    /// Auth0's statuses and texts: 403 for grant errors, `access_denied` for a bad client at the token endpoint.
    case auth0
    /// The RFCs' and OpenID Connect's own. Default of clients that register themselves.
    case standard
    /// FAPI 1.0 Advanced: signed requests, detached signatures or JARM, bound tokens.
    case fapi1Advanced = "fapi1_advanced"
    /// FAPI 2.0 Security Profile: pushed requests, PKCE, bound tokens.
    case fapi2Security = "fapi2_security"
    /// FAPI 2.0 Message Signing: the security profile with signed requests and, where asked, signed responses.
    case fapi2MessageSigning = "fapi2_message_signing"
    /// FAPI-CIBA: signed backchannel authentication requests, bound tokens.
    case fapiCIBA = "fapi_ciba"
}

/// The families of endpoints that spell the same failure differently.
package enum ErrorFamily: Sendable, CaseIterable {
    /// `/oauth/token`.
    case token
    /// `/oauth/revoke` and the other back-channel endpoints.
    case clientEndpoint
    /// `/userinfo`, a resource protected by a bearer token.
    case resource
    /// Answers and pages of `/authorize`, logout and the login pages.
    case page
}

/// The wire form of one failure.
package struct WireError: Sendable, Equatable {
    package var status: Int
    package var code: String

    package init(status: Int, code: String) { (self.status, self.code) = (status, code) }
}

extension WireProfile {
    /// The status and code for a failure at an endpoint of a family.
    package func wireError(for kind: OAuthError.Kind, at family: ErrorFamily) -> WireError {
        switch self {
        case .auth0: Self.auth0Error(kind, family)
        case .standard, .fapi1Advanced, .fapi2Security, .fapi2MessageSigning, .fapiCIBA: Self.standardError(kind, family)
        }
    }
}
