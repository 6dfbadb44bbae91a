package import OAuthProtocol
package import Storage

/// What comes next for a checked request: decided from values alone, so that every case is a row of a test table
/// (architecture section 7, contract 4.5, 4.6, 6).
package enum NextStep: Sendable, Equatable {
    case logIn
    /// The user is asked to agree (contract 6.1).
    case askConsent
    /// The user is asked to confirm a callback that any program may claim (contract 6.2).
    case confirmCallback
    case answer
    /// Somebody else signed in than the user whom a backchannel request is for; our page says so. No client is told: who is
    /// asked may still answer.
    case otherAccount
    /// Sent to the client: `prompt=none` would have needed a screen, or the hinted user is not the one who signed in.
    case refuse(OAuthError.Kind)

    /// What is known of the user and of this transaction.
    package struct Situation: Sendable {
        /// The live session whose user exists.
        package var session: BrowserSession?
        /// What the user agreed to before, for this client and API.
        package var consent: Consent?
        /// The transaction, once there is one.
        package var transaction: LoginTransaction?
        /// The tenant's switch of contract 6.2.
        package var confirmsCallbacks: Bool
        package var now: Timestamp

        package init(
            session: BrowserSession?, consent: Consent?, transaction: LoginTransaction?, confirmsCallbacks: Bool,
            now: Timestamp
        ) {
            (self.session, self.consent, self.transaction) = (session, consent, transaction)
            (self.confirmsCallbacks, self.now) = (confirmsCallbacks, now)
        }

        /// The session is the one that this transaction authenticated.
        var isAuthenticatedHere: Bool {
            guard let session, transaction?.authenticatedAt != nil, let sid = transaction?.sid else { return false }
            return sid.isExactly(session.sid)
        }

        /// The user of the session agreed in this transaction. Who signed in later than that is another user, or was asked
        /// to prove who they are again; so is who came later with a sign-in from elsewhere, however old that is.
        var isAgreedHere: Bool {
            guard let session, let agreedAt = transaction?.consentGivenAt else { return false }
            return max(session.authTime, session.createdAt) <= agreedAt
        }
        var sawScreen: Bool { isAuthenticatedHere || isAgreedHere }
    }

    package static func decide(_ request: AuthorizeRequest, _ situation: Situation) -> NextStep {
        if let step = login(request, situation) { return step }
        // The page that shows the request asks for consent itself.
        if request.origin.deferred != nil { return .answer }
        if let step = consent(request, situation) { return step }
        return confirmation(request, situation) ?? .answer
    }

    private static func login(_ request: AuthorizeRequest, _ situation: Situation) -> NextStep? {
        guard let session = situation.session else { return request.isSilent ? .refuse(.loginRequired) : .logIn }
        let isHinted = request.hintedUserID.map { $0.isExactly(session.userID) } ?? true
        if situation.isAuthenticatedHere, !isHinted {
            return request.origin.deferred == nil ? .refuse(.loginRequired) : .otherAccount
        }
        if situation.isAuthenticatedHere { return nil }
        let insists = request.prompts.contains(.login) || request.prompts.contains(.selectAccount)
        guard insists || !isHinted || isTooOld(session, request, situation.now) else { return nil }
        return request.isSilent ? .refuse(.loginRequired) : .logIn
    }

    private static func isTooOld(_ session: BrowserSession, _ request: AuthorizeRequest, _ now: Timestamp) -> Bool {
        guard let maxAge = request.maxAge else { return false }
        // Zero asks for a new authentication even within the same millisecond (OIDC Core 3.1.2.1).
        return maxAge == 0 || session.authTime + Lifetime(seconds: maxAge) < now
    }

    private static func consent(_ request: AuthorizeRequest, _ situation: Situation) -> NextStep? {
        guard !situation.isAgreedHere else { return nil }
        let isGranted = situation.consent.map { request.agreedScopes.isSubset(of: $0.scopes) } ?? false
        let insists = request.prompts.contains(.consent)
        // What single actions are asked for is shown each time (RFC 9396 section 12).
        let asksForDetails = request.authorizationDetails != nil
        guard insists || asksForDetails || (!isGranted && !skipsConsent(request)) else { return nil }
        return request.isSilent ? .refuse(.consentRequired) : .askConsent
    }

    /// First-party clients skip consent unless the API objects; third-party clients never do (contract 6.1, 6.2).
    private static func skipsConsent(_ request: AuthorizeRequest) -> Bool {
        guard request.client.isFirstParty else { return false }
        return request.api?.skipConsentForVerifiableFirstPartyClients ?? true
    }

    private static func confirmation(_ request: AuthorizeRequest, _ situation: Situation) -> NextStep? {
        let confirms = request.client.skipsCallbackConfirmation.map { !$0 } ?? situation.confirmsCallbacks
        guard confirms, !CallbackVerifiability.isVerifiable(request.target.redirectURI) else { return nil }
        guard request.isSilent else { return situation.sawScreen ? nil : .confirmCallback }
        let isGranted = situation.consent.map { request.agreedScopes.isSubset(of: $0.scopes) } ?? false
        return .refuse(request.api != nil && !isGranted ? .consentRequired : .interactionRequired)
    }
}

/// Whether a callback can be known to reach the client: on loopback and for custom schemes any program may listen
/// (contract 6.2, RFC 8252 section 8.6).
package enum CallbackVerifiability {
    package static func isVerifiable(_ uri: RedirectURI) -> Bool { !uri.isLoopback && !uri.isCustomScheme }
}
