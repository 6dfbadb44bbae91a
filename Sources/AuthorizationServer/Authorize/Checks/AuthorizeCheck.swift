package import OAuthProtocol
package import Storage

/// A check that only judges: one concern, one error. Checks are values in a list, in the order in which they run.
package struct AuthorizeCheck: Sendable {
    package typealias Judgement = @Sendable (AuthorizeParameters, Subject) throws(OAuthError) -> Void

    /// Whose request is judged, and under which settings.
    package struct Subject: Sendable {
        package var client: Client
        package var settings: TenantSettings
        package var profile: WireProfile
        package var origin: RequestOrigin
        /// `nil` for `/userinfo` alone, and until it is known.
        package var api: ResourceServer?

        package init(
            client: Client, settings: TenantSettings, profile: WireProfile = .auth0, origin: RequestOrigin = .plain
        ) {
            (self.client, self.settings, self.profile, self.origin) = (client, settings, profile, origin)
        }

        /// Requests count only when they were pushed (RFC 9126 section 5).
        var mustPush: Bool {
            profile.rules.requiresPushedRequests || client.requests.requirePushedAuthorizationRequests
                || settings.requirePushedAuthorizationRequests
        }

        /// Requests count only when they are signed (RFC 9101 section 10.5).
        var mustSign: Bool { profile.rules.requiresSignedRequests || client.requests.requireSignedRequestObject }
    }

    package let name: String
    package let judge: Judgement

    package init(_ name: String, _ judge: @escaping Judgement) { (self.name, self.judge) = (name, judge) }
}

/// Every check of an authorization request, in order (contract 4.1, 4.3). Pushed requests are judged by the same.
package enum AuthorizeChecks {
    package static let all: [AuthorizeCheck] = [
        .strictParameters, .requestOrigin, .responseType, .responseMode, .clientMayUseGrant, .pkce, .scope, .prompt, .maxAge, .nonce,
        .audience, .organization, .claims, .dpopJKT,
    ]

    /// What is judged after these, once the API is known.
    package static let ofAPI: [AuthorizeCheck] = [.proofOfPossession]

    /// Throws the first refusal.
    package static func run(
        _ checks: [AuthorizeCheck] = all, on parameters: AuthorizeParameters, for subject: AuthorizeCheck.Subject
    ) throws(OAuthError) {
        for check in checks { try check.judge(parameters, subject) }
    }
}
