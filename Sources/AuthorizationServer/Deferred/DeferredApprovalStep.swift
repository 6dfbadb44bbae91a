package import OAuthProtocol
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

/// How the page ended.
package enum ApprovalOutcome: Sendable {
    case show(ApprovalPrompt)
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
            let name = interaction.authorize.client.name
            guard allows else {
                try await deny(asked, interaction)
                return .denied(kind: asked.deferred.kind, clientName: name)
            }
            try await approve(asked, interaction)
            return .approved(kind: asked.deferred.kind, clientName: name)
        }
    }

    /// The request and who is asked.
    private struct Asked {
        var deferred: DeferredAuthorization
        var visitor: Visitor
        var scopes: Scopes
        var api: ResourceServer?
        var binding: [String] { [visitor.session.sid, Base64URL.encode(deferred.hash.bytes), scopes.description] }
    }

    private func run(
        _ visit: PageVisit, _ body: (Interaction, Asked) async throws -> ApprovalOutcome
    ) async throws -> ApprovalOutcome {
        var outcome: ApprovalOutcome?
        let page = try await Interaction.run(visit, context) { interaction -> PageOutcome<ApprovalPrompt> in
            guard let asked = try await ask(interaction) else { return .leave(interaction.resume) }
            outcome = try await body(interaction, asked)
            return .leave(interaction.resume)
        }
        if let outcome { return outcome }
        guard case .leave(let away) = page else { throw AuthorizeFailure.transactionLost(loginRoute: nil) }
        return .leave(away)
    }

    /// `nil` when the user has to sign in first.
    private func ask(_ interaction: Interaction) async throws -> Asked? {
        let (authorize, now) = (interaction.authorize, interaction.request.now)
        guard let hash = authorize.origin.deferred, let deferred = try await context.stores.deferred.find(hash),
            let visitor = try await Visitor.find(interaction.browser, for: authorize, context, at: now),
            NextStep.decide(authorize, NextStep.Situation(visitor, interaction.transaction, context, at: now)) == .answer
        else { return nil }
        guard !visitor.user.blocked else {
            throw AuthorizeFailure.shownToUser(OAuthError(.userBlocked, WireText.userBlocked), clientID: nil)
        }
        var api = authorize.api
        if let open = api { api = try await UserPermissions(context).limiting(open, to: visitor.user.userID) }
        let flow: GrantFlow = deferred.kind == .device ? .deviceCode : .backchannel
        let scopes = ScopeDecision.decide(
            requested: deferred.access.scopes, flow: flow, client: authorize.client, api: api)
        return Asked(
            deferred: deferred, visitor: visitor, scopes: visitor.session.permitted(scopes, for: authorize.client), api: api)
    }

    private func prompt(_ interaction: Interaction, _ asked: Asked, _ problem: PageProblem?) -> ApprovalPrompt {
        let user = asked.visitor.user
        return ApprovalPrompt(
            page: PageContext(interaction, .approval, more: asked.binding), kind: asked.deferred.kind, api: asked.api?.name,
            scopes: asked.scopes.values.map { scope in
                asked.api?.scopes.first { $0.value.isExactly(scope) } ?? .standard(scope)
            },
            bindingMessage: asked.deferred.bindingMessage, userCode: interaction.authorize.origin.userCode,
            authorizationDetails: asked.deferred.access.details.authorizationDetails,
            userLabel: user.email ?? user.username ?? user.userID, problem: problem)
    }

    private func approve(_ asked: Asked, _ interaction: Interaction) async throws {
        var access = asked.deferred.access
        (access.userID, access.scopes) = (asked.visitor.user.userID, asked.scopes)
        access.grantID = NewGrant.id(context)
        access.authTime = asked.visitor.session.authTime
        if asked.deferred.kind == .device { access.sid = asked.visitor.session.sid }
        asked.visitor.session.note(in: &access.details, for: interaction.authorize.client)
        var event = interaction.request.event(.loginSucceeded, client: interaction.authorize.client, user: asked.visitor.user)
        event.description = "approved a \(asked.deferred.kind.rawValue) request"
        let isApproved = try await context.stores.deferred.approve(
            asked.deferred.hash, granting: access, at: interaction.request.now, recording: event.granting(access),
            delivering: ping(asked.deferred, interaction))
        try settle(isApproved)
    }

    private func deny(_ asked: Asked, _ interaction: Interaction) async throws {
        let event = interaction.request.event(
            .deviceConfirmationCancelled, client: interaction.authorize.client, user: asked.visitor.user)
        let isDenied = try await context.stores.deferred.deny(
            asked.deferred.hash, at: interaction.request.now, recording: event, delivering: ping(asked.deferred, interaction))
        try settle(isDenied)
    }

    private func settle(_ isDecided: Bool) throws(AuthorizeFailure) {
        context.environment.deliveryWake.ring()
        guard isDecided else {
            throw .shownToUser(OAuthError(.invalidRequest, WireText.approvalIsOver), clientID: nil)
        }
    }

    /// A client in ping mode is told of either decision (CIBA 10.2).
    private func ping(_ deferred: DeferredAuthorization, _ interaction: Interaction) -> Delivery? {
        guard let notification = deferred.notification,
            let endpoint = interaction.authorize.client.ciba.clientNotificationEndpoint
        else { return nil }
        return Delivery(
            id: context.environment.randomness.hexadecimal(24), kind: .cibaPing, clientID: deferred.clientID, url: endpoint,
            payload: notification, createdAt: interaction.request.now)
    }
}
