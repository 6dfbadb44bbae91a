import OAuthProtocol
package import Storage

/// What the page that approves a device or a backchannel request shows.
package struct ApprovalPrompt: Sendable {
    package var page: PageContext
    package var kind: DeferredAuthorization.Kind
    package var api: String?
    package var scopes: [ResourceServer.Scope]
    package var bindingMessage: String?
    package var userCode: String?
    package var authorizationDetails: String?
    /// Who is signed in: address or name.
    package var userLabel: String
    package var problem: PageProblem?
}

/// What the page shows to somebody else than the user who is asked. It does not say who that is.
package struct OtherAccountPrompt: Sendable {
    package var clientName: String
    /// Who is signed in: address or name.
    package var userLabel: String
    /// Where the right user signs in, in the same transaction.
    package var loginPath: String
}

/// How the page ended.
package enum ApprovalOutcome: Sendable {
    case show(ApprovalPrompt)
    case otherAccount(OtherAccountPrompt)
    case approved(kind: DeferredAuthorization.Kind, clientName: String)
    case denied(kind: DeferredAuthorization.Kind, clientName: String)
    /// Not to be decided here and now: on to login, or an answered or expired request.
    case leave(AuthorizeOutcome)
}

/// `/u/approval`: the user, signed in within this transaction's rules, decides (RFC 8628 section 3.3, CIBA 7).
package struct DeferredApprovalStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `AuthorizeFailure`.
    package func show(_ visit: PageVisit) async throws -> ApprovalOutcome {
        try await run(visit) { interaction, asked in .show(prompt(interaction, asked, nil)) }
    }

    /// Throws `AuthorizeFailure`. Of two submissions only one decides.
    package func submit(allows: Bool, csrf: String?, _ visit: PageVisit) async throws -> ApprovalOutcome {
        try await run(visit) { interaction, asked in
            guard interaction.token(.approval, more: asked.binding).matches(csrf) else {
                return .show(prompt(interaction, asked, .expired))
            }
            try await LoginTransactions(context).consume(interaction.transaction)
            guard try await decide(allows, asked, interaction) else {
                throw AuthorizeFailure.shownToUser(OAuthError(.invalidRequest, WireText.approvalIsOver), clientID: nil)
            }
            let (kind, name) = (asked.deferred.kind, interaction.authorize.client.name)
            return allows ? .approved(kind: kind, clientName: name) : .denied(kind: kind, clientName: name)
        }
    }

    /// The request and who is asked.
    private struct Asked {
        var deferred: DeferredAuthorization
        var visitor: Visitor
        var scopes: Scopes
        var api: ResourceServer?
        var binding: [String] {
            [visitor.session.cookieHash, deferred.hash].map { Base64URL.encode($0.bytes) } + [scopes.description]
        }
    }

    private func run(
        _ visit: PageVisit, _ body: (Interaction, Asked) async throws -> ApprovalOutcome
    ) async throws -> ApprovalOutcome {
        var outcome: ApprovalOutcome?
        let page = try await Interaction.run(visit, context) { interaction -> PageOutcome<ApprovalPrompt> in
            outcome = try await reach(interaction, body)
            return .leave(interaction.resume)
        }
        if let outcome { return outcome }
        guard case .leave(let away) = page else { throw AuthorizeFailure.transactionLost(loginRoute: nil) }
        return .leave(away)
    }

    /// `nil` when the user has to sign in first.
    private func reach(
        _ interaction: Interaction, _ body: (Interaction, Asked) async throws -> ApprovalOutcome
    ) async throws -> ApprovalOutcome? {
        let (authorize, now) = (interaction.authorize, interaction.request.now)
        guard let hash = authorize.origin.deferred, let deferred = try await context.stores.deferred.find(hash),
            let visitor = try await Visitor.find(interaction.browser, for: authorize, context, at: now)
        else { return nil }
        switch NextStep.decide(authorize, NextStep.Situation(visitor, interaction.transaction, context, at: now)) {
        case .answer: return try await body(interaction, try await asked(deferred, visitor, interaction))
        case .otherAccount: return .otherAccount(Self.prompt(interaction, visitor))
        case .logIn, .askConsent, .confirmCallback, .refuse: return nil
        }
    }

    private func asked(
        _ deferred: DeferredAuthorization, _ visitor: Visitor, _ interaction: Interaction
    ) async throws -> Asked {
        guard !visitor.user.blocked else {
            throw AuthorizeFailure.shownToUser(OAuthError(.userBlocked, WireText.userBlocked), clientID: nil)
        }
        let (open, api) = try await decision(interaction).grantable(deferred, at: interaction.authorize.api, to: visitor.user)
        let scopes = visitor.session.permitted(open, for: interaction.authorize.client)
        return Asked(deferred: deferred, visitor: visitor, scopes: scopes, api: api)
    }

    private func decision(_ interaction: Interaction) -> DeferredDecision {
        DeferredDecision(context, for: interaction.authorize.client, in: interaction.request)
    }

    private func decide(_ allows: Bool, _ asked: Asked, _ interaction: Interaction) async throws -> Bool {
        guard allows else { return try await decision(interaction).deny(asked.deferred, by: asked.visitor.user) }
        let session = asked.visitor.session
        var approver = DeferredDecision.Approver(user: asked.visitor.user, authTime: session.authTime)
        approver.session = session
        // A device belongs to the session that connected it; what a backchannel request gets outlives the browser.
        if asked.deferred.kind == .device { approver.sid = session.sid }
        return try await decision(interaction).approve(asked.deferred, granting: asked.scopes, by: approver)
    }

    // MARK: Prompts

    private func prompt(_ interaction: Interaction, _ asked: Asked, _ problem: PageProblem?) -> ApprovalPrompt {
        ApprovalPrompt(
            page: PageContext(interaction, .approval, more: asked.binding), kind: asked.deferred.kind, api: asked.api?.name,
            scopes: asked.scopes.values.map { scope in
                asked.api?.scopes.first { $0.value.isExactly(scope) } ?? .standard(scope)
            },
            bindingMessage: asked.deferred.bindingMessage, userCode: interaction.authorize.origin.userCode,
            authorizationDetails: asked.deferred.access.details.authorizationDetails,
            userLabel: Self.label(asked.visitor.user), problem: problem)
    }

    private static func prompt(_ interaction: Interaction, _ visitor: Visitor) -> OtherAccountPrompt {
        OtherAccountPrompt(
            clientName: interaction.authorize.client.name, userLabel: label(visitor.user),
            loginPath: PagePath.path(PagePath.login, state: interaction.transaction.state))
    }

    private static func label(_ user: User) -> String { user.email ?? user.username ?? user.userID }
}
