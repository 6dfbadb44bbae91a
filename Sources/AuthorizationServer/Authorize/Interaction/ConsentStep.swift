import OAuthProtocol
package import Storage

/// What the consent page shows (contract 6).
package struct ConsentPrompt: Sendable {
    package enum Question: Sendable, Equatable {
        /// May the client do this in the user's name?
        case consent(api: String?, scopes: [ResourceServer.Scope])
        /// Did the user really start this at the program that waits at this callback?
        case confirmCallback(uri: String)
    }

    package var page: PageContext
    package var question: Question
    /// Who is signed in: address or name.
    package var userLabel: String
    /// `authorization_details` of the request: JSON array text (RFC 9396).
    package var authorizationDetails: String?
    package var problem: PageProblem?
}

/// `/u/consent`: the user's agreement, or the confirmation of a callback that cannot be verified (contract 6.1, 6.2).
package struct ConsentStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The question that `NextStep` asks now, or on to `/authorize/resume` when there is none.
    /// Throws `AuthorizeFailure.transactionLost`.
    package func show(_ visit: PageVisit) async throws -> PageOutcome<ConsentPrompt> {
        try await Interaction.run(visit, context) { interaction in
            guard let asked = try await ask(interaction) else { return .leave(interaction.resume) }
            return .show(prompt(interaction, asked, nil), changes: BrowserChanges())
        }
    }

    /// Records the agreement; declining goes to the client as `access_denied` (contract 6.3). The token ties the answer to
    /// the user, scopes and callback that the page showed. Throws `AuthorizeFailure.transactionLost`.
    package func submit(allows: Bool, csrf: String?, _ visit: PageVisit) async throws -> PageOutcome<ConsentPrompt> {
        try await Interaction.run(visit, context) { interaction in
            guard let asked = try await ask(interaction) else { return .leave(interaction.resume) }
            guard interaction.token(.consent, more: asked.binding).matches(csrf) else {
                return .show(prompt(interaction, asked, .expired), changes: BrowserChanges())
            }
            guard allows else {
                let refusal = OAuthError(.accessDenied, WireText.userDeclined)
                throw AuthorizeFailure.sentToClient(refusal, interaction.authorize.target)
            }
            try await agree(asked, interaction)
            return .leave(interaction.resume)
        }
    }

    /// A question and whom it was put to.
    private struct Asked {
        var visitor: Visitor
        var question: ConsentPrompt.Question
        var scopes: Scopes
        var audience: String
        var details: String?

        var binding: [String] {
            [Base64URL.encode(visitor.session.cookieHash.bytes), audience, scopes.description, isConsent ? "consent" : "confirm", details ?? ""]
        }
        var isConsent: Bool {
            switch question {
            case .consent: true
            case .confirmCallback: false
            }
        }
    }

    private func ask(_ interaction: Interaction) async throws -> Asked? {
        let authorize = interaction.authorize
        let now = interaction.request.now
        guard let visitor = try await Visitor.find(interaction.browser, for: authorize, context, at: now) else { return nil }
        let situation = NextStep.Situation(visitor, interaction.transaction, context, at: now)
        let question: ConsentPrompt.Question
        switch NextStep.decide(authorize, situation) {
        case .logIn, .answer, .otherAccount, .refuse: return nil
        case .askConsent: question = .consent(api: authorize.api?.name, scopes: describedScopes(authorize))
        case .confirmCallback: question = .confirmCallback(uri: authorize.target.redirectURI.original)
        }
        return Asked(
            visitor: visitor, question: question, scopes: authorize.agreedScopes,
            audience: authorize.audience.identifier ?? "", details: authorize.authorizationDetails?.text)
    }

    private func describedScopes(_ authorize: AuthorizeRequest) -> [ResourceServer.Scope] {
        authorize.agreedScopes.values.map { scope in
            authorize.api?.scopes.first { $0.value.isExactly(scope) } ?? .standard(scope)
        }
    }

    private func agree(_ asked: Asked, _ interaction: Interaction) async throws {
        let stores = context.stores
        if asked.isConsent {
            try await stores.consents.record(
                Consent(
                    userID: asked.visitor.user.userID, clientID: interaction.authorize.client.clientID,
                    audience: asked.audience, scopes: asked.scopes, updatedAt: interaction.request.now))
        }
        _ = try await stores.transactions.markConsented(interaction.transaction.record.stateHash, at: interaction.request.now)
    }

    private func prompt(_ interaction: Interaction, _ asked: Asked, _ problem: PageProblem?) -> ConsentPrompt {
        let user = asked.visitor.user
        return ConsentPrompt(
            page: PageContext(interaction, .consent, more: asked.binding), question: asked.question,
            userLabel: user.email ?? user.username ?? user.userID, authorizationDetails: asked.details, problem: problem)
    }
}
