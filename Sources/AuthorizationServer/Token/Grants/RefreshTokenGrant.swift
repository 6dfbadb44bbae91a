import OAuthProtocol
import Storage

/// `grant_type=refresh_token` (RFC 6749 section 6, contract 8): one read, one conditional write, one signature.
struct RefreshTokenGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private struct Parameters {
        let token: RefreshTokenValue
        let scopes: Scopes
        let audience: String?

        init(_ form: FormParameters, _ resolution: AudienceResolution) throws(OAuthError) {
            let text = try form.required("refresh_token")
            scopes = try TokenParameters.scopes(in: form).subtracting([Scopes.onlineAccess])
            audience = try resolution.named(form)
            guard let token = RefreshTokenValue(text) else { throw PresentedRefreshToken.refusal("malformed") }
            self.token = token
        }
    }

    private typealias Presented = PresentedRefreshToken

    /// What the new access token will be: decided once, before anything is written.
    private struct Target {
        var access: GrantedAccess
        let api: ResourceServer?
        let proved: ProvedPossession
        /// Present when the client asked for a session transfer token: as it named that.
        var transferAudience: String?
    }

    /// How often a request that lost a race looks again. Each loss means that another request won, so this is never reached
    /// but by a flood on one token.
    private static let attempts = 8

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let parameters = try Parameters(form, AudienceResolution(context))
        let presented = try await Presented.find(parameters.token, of: client.client, in: context)
        return try await UserFailure.naming(presented.family.access.userID) {
            try presented.check(at: request.now)
            let target = try await target(of: presented, parameters, from: client, in: request)
            let grant = try await exchange(presented, for: target, in: request)
            var response = try await answer(grant, presented, target, in: request)
            response.dpopNonce = target.proved.freshNonce
            return response
        }
    }

    private func answer(
        _ grant: UserTokenIssuing.Grant, _ presented: Presented, _ target: Target, in request: RequestInfo
    ) async throws -> TokenResponse {
        let issuing = UserTokenIssuing(context, client: presented.client, user: try presented.grantedUser())
        guard target.transferAudience != nil else { return try await issuing.response(grant, in: request) }
        let token = try await SessionTransferExchange(context, for: presented.client).issue(from: presented.family, in: request)
        return try await issuing.response(grant, transferring: token, in: request)
    }

    /// The proof of possession comes before everything that writes: whoever stole a bound token without its key cannot end the
    /// family by using it twice.
    private func target(
        of presented: Presented, _ parameters: Parameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> Target {
        let granted = presented.family.access
        let transfer = parameters.audience.flatMap { SessionTransferExchange.isAudience($0, at: request.issuer) ? $0 : nil }
        if transfer != nil { try SessionTransferExchange(context, for: client.client).check(granted) }
        var (access, api) = try await RefreshAudience(context, client.client, granted)
            .resolve(transfer == nil ? parameters.audience : nil, in: request)
        let proved = try await SenderConstraint(context).confirmation(
            for: client, api: transfer == nil ? api : nil, requiring: granted.details.boundKey, in: request)
        if context.profile(of: client.client).rules.refusesExcess {
            let known = granted.scopes.union(access.scopes)
            guard parameters.scopes.isSubset(of: known) else { throw OAuthError(.invalidScope, WireText.noGrantedScope) }
        }
        access.scopes = try RefreshScopes.narrow(access.scopes, to: parameters.scopes)
        return Target(access: access, api: api, proved: proved, transferAudience: transfer)
    }

    /// Decides and writes, and looks again when the family changed since it was read.
    private func exchange(
        _ found: Presented, for target: Target, in request: RequestInfo
    ) async throws -> UserTokenIssuing.Grant {
        var presented = found
        for _ in 0..<Self.attempts {
            if let grant = try await attempt(presented, for: target, in: request) { return grant }
            presented = try await Presented.find(presented.token, of: presented.client, in: context)
            try presented.check(at: request.now)
        }
        throw OAuthError(.temporarilyUnavailable, WireText.serverError, auditReason: "lost every race for the refresh token")
    }

    /// `nil` when the family changed since it was read: nothing was written.
    private func attempt(
        _ presented: Presented, for target: Target, in request: RequestInfo
    ) async throws -> UserTokenIssuing.Grant? {
        switch presented.decision(at: request.now) {
        case .refuse(let reason):
            throw Presented.refusal(reason.rawValue)
        case .reuse:
            throw try await endFamily(presented, in: request)
        case .repeatSuccessor:
            // Writes what is there already, on condition that it still is: a revocation in between wins.
            return try await carryOut(RefreshExchange(repeating: presented.family), presented, target, in: request)
        case .exchange(let exchange):
            return try await carryOut(exchange, presented, target, in: request)
        }
    }

    private func carryOut(
        _ exchange: RefreshExchange, _ presented: Presented, _ target: Target, in request: RequestInfo
    ) async throws -> UserTokenIssuing.Grant? {
        let user = try presented.grantedUser()
        try await checkSession(of: presented, at: request.now)
        var successor = presented.family
        if exchange.advancesGeneration { successor.generation += 1 }
        var event = Self.details(of: presented, on: request.event(.refreshTokenExchanged, client: presented.client, user: user))
            .granting(target.access)
        if let transfer = target.transferAudience { event.audience = transfer }
        let use = RefreshTokenUse(exchange, of: presented.family, at: request.now)
        guard try await context.stores.refreshTokens.use(use, recording: event) else { return nil }
        let isReplaced = presented.token.generation != successor.generation
        let text = isReplaced ? RefreshTokenValue.text(of: successor, masterKeys: context.environment.masterKeys) : nil
        var grant = UserTokenIssuing.Grant(access: target.access, api: target.api, refreshToken: text, channel: .refresh)
        grant.confirmation = target.proved.confirmation
        return grant
    }

    /// A refresh token that ends with its session keeps it awake (contract 8.8).
    private func checkSession(of presented: Presented, at now: Timestamp) async throws {
        let access = presented.family.access
        guard access.endsWithSession(for: presented.client) else { return }
        guard try await OnlineRefreshTokens.touchSession(of: access, in: context, at: now) else {
            throw Presented.refusal("the session has ended")
        }
    }

    /// A breach (contract 8.6 row 3): the family, the grant and the audit event in one transaction.
    private func endFamily(_ presented: Presented, in request: RequestInfo) async throws -> any Error {
        let event = request.event(
            .refreshTokenReused, client: presented.client, user: presented.user, description: "a used refresh token came again")
        let detailed = Self.details(of: presented, on: event).granting(presented.family.access)
            .with(detail: "latestCounter", .integer(presented.family.generation))
        let ended = try await TransferredSessions(context).tellingClients(of: presented.family.access.userID, in: request) {
            try await context.stores.refreshTokens.revokeForReuse(presented.family.id, at: request.now, recording: detailed)
        }
        let refusal = Presented.refusal("a used refresh token came again")
        return ended ? AuditedFailure(error: refusal) : refusal
    }

    /// Management contract 13.1.
    private static func details(of presented: Presented, on event: LogEvent) -> LogEvent {
        var copy = event
        copy.details.append("familyId", .string(Base64URL.encode(presented.family.id.bytes)))
        copy.details.append("tokenCounter", .integer(presented.token.generation))
        return copy
    }
}

extension RefreshExchange {
    /// Leaves the family as it is.
    fileprivate init(repeating family: RefreshTokenFamily) {
        (advancesGeneration, isRotating, deletesOtherNonRotating) = (false, family.isRotating, false)
        (idleExpiresAt, absoluteExpiresAt) = (family.idleExpiresAt, family.absoluteExpiresAt)
    }
}

extension RefreshTokenUse {
    fileprivate init(_ exchange: RefreshExchange, of family: RefreshTokenFamily, at now: Timestamp) {
        self.init(
            id: family.id, expectedGeneration: family.generation, advancesGeneration: exchange.advancesGeneration,
            isRotating: exchange.isRotating, now: now)
        (idleExpiresAt, absoluteExpiresAt) = (exchange.idleExpiresAt, exchange.absoluteExpiresAt)
        deletesOtherNonRotating = exchange.deletesOtherNonRotating
    }
}
