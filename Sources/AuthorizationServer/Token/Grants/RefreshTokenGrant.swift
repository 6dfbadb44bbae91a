import OAuthProtocol
import Storage

/// `grant_type=refresh_token` (RFC 6749 section 6, contract 8): one read, one conditional write, one signature.
struct RefreshTokenGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    private struct Parameters {
        let token: String
        let scopes: Scopes

        init(_ form: FormParameters) throws(OAuthError) {
            token = try form.required("refresh_token")
            scopes = try TokenParameters.scopes(in: form)
        }
    }

    /// A token that was found genuine, with what it stands for.
    private struct Presented {
        let token: RefreshTokenValue
        let family: RefreshTokenFamily
        let user: User?
        let client: Client
    }

    /// How often a request that lost a race looks again. Each loss means that another request won, so this is never reached
    /// but by a flood on one token.
    private static let attempts = 8

    func respond(
        to form: FormParameters, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let parameters = try Parameters(form)
        guard let token = RefreshTokenValue(parameters.token) else { throw Self.invalidToken("malformed") }
        for _ in 0..<Self.attempts {
            let presented = try await find(token, client.client)
            if let grant = try await exchange(presented, narrowedTo: parameters.scopes, in: request) {
                let user = try Self.user(of: presented)
                return try await UserTokenIssuing(context, client: client.client, user: user).response(grant, in: request)
            }
        }
        throw OAuthError(.temporarilyUnavailable, WireText.serverError, auditReason: "lost every race for the refresh token")
    }

    /// A forged token and another client's are refused and change nothing: neither proves that the token leaked from its
    /// owner (contract 8.7).
    private func find(_ token: RefreshTokenValue, _ client: Client) async throws -> Presented {
        guard let found = try await context.stores.refreshTokens.findWithUser(token.familyID) else {
            throw Self.invalidToken("unknown refresh token")
        }
        guard token.isGenuine(in: found.family, masterKeys: context.environment.masterKeys) else {
            throw Self.invalidToken("forged refresh token")
        }
        guard found.family.access.clientID.isExactly(client.clientID) else {
            throw Self.invalidToken("another client's refresh token")
        }
        return Presented(token: token, family: found.family, user: found.user, client: client)
    }

    /// Decides and writes. `nil` when the family changed since it was read: nothing was written, look again.
    private func exchange(
        _ presented: Presented, narrowedTo scopes: Scopes, in request: RequestInfo
    ) async throws -> UserTokenIssuing.Grant? {
        // Deleting a user revokes the families, but the client is told what happened (contract 8.7).
        if presented.user == nil, presented.token.generation == presented.family.generation { throw Self.userIsGone }
        let decision = RefreshDecision.decide(
            presentedGeneration: presented.token.generation, family: presented.family, client: presented.client,
            now: request.now)
        switch decision {
        case .refuse(let reason):
            throw Self.invalidToken(reason.rawValue)
        case .reuse:
            throw try await endFamily(presented, in: request)
        case .repeatSuccessor:
            // Writes what is there already, on condition that it still is: a revocation in between wins.
            return try await carryOut(RefreshExchange(repeating: presented.family), presented, scopes, in: request)
        case .exchange(let exchange):
            return try await carryOut(exchange, presented, scopes, in: request)
        }
    }

    private func carryOut(
        _ exchange: RefreshExchange, _ presented: Presented, _ scopes: Scopes, in request: RequestInfo
    ) async throws -> UserTokenIssuing.Grant? {
        var successor = presented.family
        let user = try Self.user(of: presented)
        let (current, api) = try await UserTokenIssuing.current(successor.access, of: presented.client, in: context)
        successor.access.scopes = try RefreshScopes.narrow(current.scopes, to: scopes)
        if exchange.advancesGeneration { successor.generation += 1 }
        let event = Self.details(of: presented, on: request.event(.refreshTokenExchanged, client: presented.client, user: user))
            .granting(successor.access)
        let use = RefreshTokenUse(exchange, of: presented.family, at: request.now)
        guard try await context.stores.refreshTokens.use(use, recording: event) else { return nil }
        let isReplaced = presented.token.generation != successor.generation
        let text = isReplaced ? RefreshTokenValue.text(of: successor, masterKeys: context.environment.masterKeys) : nil
        return UserTokenIssuing.Grant(access: successor.access, api: api, refreshToken: text, channel: .refresh)
    }

    /// A breach (contract 8.6 row 3): the family, the grant and the audit event in one transaction.
    private func endFamily(_ presented: Presented, in request: RequestInfo) async throws -> any Error {
        let event = request.event(
            .refreshTokenReused, client: presented.client, user: presented.user, description: "a used refresh token came again")
        let detailed = Self.details(of: presented, on: event).granting(presented.family.access)
            .with(detail: "latestCounter", .integer(presented.family.generation))
        let ended = try await context.stores.refreshTokens.revokeForReuse(
            presented.family.id, at: request.now, recording: detailed)
        let refusal = Self.invalidToken("a used refresh token came again")
        return ended ? AuditedFailure(error: refusal) : refusal
    }

    private static func user(of presented: Presented) throws(OAuthError) -> User {
        try GrantedUser.check(presented.user, orRefuse: userIsGone)
    }

    private static var userIsGone: OAuthError { OAuthError(.invalidGrant, WireText.userOfRefreshTokenDeleted) }

    /// Management contract 13.1.
    private static func details(of presented: Presented, on event: LogEvent) -> LogEvent {
        var copy = event
        copy.details.append("familyId", .string(Base64URL.encode(presented.family.id.bytes)))
        copy.details.append("tokenCounter", .integer(presented.token.generation))
        return copy
    }

    private static func invalidToken(_ reason: String) -> OAuthError {
        OAuthError(.invalidGrant, WireText.invalidRefreshToken, auditReason: reason)
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
