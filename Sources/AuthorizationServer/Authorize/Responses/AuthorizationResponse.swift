package import OAuthProtocol
import Storage

/// Where and how the answer to an authorization request travels. Only `AuthorizeSteps.matchRedirectURI` makes one, from a
/// client and a redirect URI that is registered for it: whoever holds this value may redirect there.
package struct ResponseTarget: Sendable {
    package let redirectURI: RedirectURI
    package let mode: ResponseMode
    /// Returned unchanged (RFC 6749 section 4.1.2).
    package let state: String?
    package let clientID: String
    package let clientName: String
    /// How errors are spelled for this client.
    package let profile: WireProfile
    /// Refusals stay here, on our error page (contract 4.2 step 3).
    package let keepsRefusals: Bool

    init(matched redirectURI: RedirectURI, mode: ResponseMode, state: String?, client: Client, profile: WireProfile) {
        (self.redirectURI, self.mode, self.state) = (redirectURI, mode, state)
        (clientID, clientName, self.profile) = (client.clientID, client.name, profile)
        keepsRefusals = client.isProtectedFromOpenRedirects
    }

    /// A page of our own in the place of a callback.
    init(ownPage page: RedirectURI, for client: Client) {
        (redirectURI, mode, state, profile) = (page, .query, nil, .auth0)
        (clientID, clientName, keepsRefusals) = (client.clientID, client.name, false)
    }
}

/// The answer of the authorization endpoint: members in the contract's order, `state` last (contract 4.3, 4.4).
package struct AuthorizationResponse: Sendable {
    package let target: ResponseTarget
    package let parameters: [(name: String, value: String)]
    /// Present when this is a refusal, spelled for the client.
    package let error: OAuthError?

    package init(target: ResponseTarget, parameters: [(name: String, value: String)]) {
        self.target = target
        self.parameters = Self.appendingState(of: target, to: parameters)
        error = nil
    }

    package init(refusal: OAuthError, target: ResponseTarget) {
        var refusal = refusal
        refusal.profile = target.profile
        (self.target, error) = (target, refusal)
        let code = target.profile.wireError(for: refusal.kind, at: .page).code
        parameters = Self.appendingState(of: target, to: [("error", code), ("error_description", refusal.description)])
    }

    /// The same answer with other parameters; only `ResponseSigning` makes one.
    init(_ response: AuthorizationResponse, parameters: [(name: String, value: String)]) {
        (target, error, self.parameters) = (response.target, response.error, parameters)
    }

    private static func appendingState(
        of target: ResponseTarget, to parameters: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        guard let state = target.state else { return parameters }
        return parameters + [("state", state)]
    }

    /// How the answer is delivered: a redirect, or a page that posts it (contract 4.4). No refusal reaches the callback of a
    /// client whose target keeps them.
    package var delivery: Delivery {
        if error != nil, target.keepsRefusals { return .errorPage }
        let pairs = parameters.map { ($0.name, $0.value) }
        return switch target.mode {
        case .query, .jwt, .queryJWT: .redirect(to: target.redirectURI.adding(query: pairs))
        case .fragment, .fragmentJWT: .redirect(to: target.redirectURI.adding(fragment: pairs))
        case .formPost, .formPostJWT: .formPost(action: target.redirectURI.original)
        case .webMessage: .webMessage(targetOrigin: target.redirectURI.origin ?? "")
        }
    }

    package enum Delivery: Sendable, Equatable {
        case redirect(to: String)
        /// An auto-submitting form with `parameters` as hidden fields (OAuth 2.0 Form Post Response Mode).
        case formPost(action: String)
        /// A script that posts `parameters` to the opener or parent at exactly this origin.
        case webMessage(targetOrigin: String)
        /// Our own page, which shows `error`.
        case errorPage
    }
}
