import OAuthProtocol
import Storage

/// Access tokens of a connection's identity provider for users of ours: the stored one while it is good, else a new one for the
/// stored refresh token.
///
/// Of any number of requests at a time, on any number of nodes, one asks the provider; the others look again until it is done.
/// A refresh token that the provider replaced is stored before anybody gets the access token.
struct UpstreamTokens: Sendable {
    private let context: TenantContext
    private let upstream: UpstreamConnection
    private let request: RequestInfo

    init(_ context: TenantContext, of upstream: UpstreamConnection, in request: RequestInfo) {
        (self.context, self.upstream, self.request) = (context, upstream, request)
    }

    /// A stored access token must be good for that long; a client can do nothing with less.
    private static let margin: Lifetime = 60
    /// How long a token is taken for good whose end the provider did not tell.
    private static let assumedLifetime: Lifetime = .hours(1)
    /// Longer than the provider is waited for.
    private static let lease: Lifetime = 20
    /// Together longer than the provider is waited for.
    private static let (looks, pause): (Int, Duration) = (50, .milliseconds(150))
    /// How often it is tried to store what the provider gave once.
    private static let writes = 3

    /// An access token and the seconds that it is good for.
    struct Current: Sendable {
        let accessToken: SecretString
        let expiresIn: Int64
        let scope: String?
    }

    /// The access token of the user's account, of the account that was stored first when `account` is nil. Records `event`. Throws
    /// `federatedTokenNotFound` when there is none or the provider refuses to renew it: the user must connect again; and
    /// `temporarilyUnavailable` when the provider does not answer as it should, or for too long.
    func current(of userID: String, account: String?, recording event: LogEvent) async throws -> Current {
        for _ in 0..<Self.looks {
            let stored = try await stored(userID, account)
            if isGood(stored) {
                try await context.stores.logs.record(event)
                return try current(stored)
            }
            guard stored.refreshToken != nil else { throw Self.notFound("no refresh token of the identity provider") }
            let store = context.stores.federatedTokens
            if try await store.lease(stored, until: request.now + Self.lease, at: request.now) {
                if let renewed = try await renewed(stored, recording: event) { return try current(renewed) }
            } else {
                await context.environment.pause(Self.pause)
            }
        }
        throw OAuthError(
            .temporarilyUnavailable, WireText.identityProviderFailed, auditReason: "another request renews the token for too long",
            retryAfter: 1)
    }

    private func stored(_ userID: String, _ account: String?) async throws -> FederatedTokens {
        let sets = try await context.stores.federatedTokens.list(of: userID, at: upstream.connection.name)
        let chosen = sets.first { set in account.map(set.key.account.isExactly) ?? true }
        guard let chosen else { throw Self.notFound("no tokens of the identity provider") }
        return chosen
    }

    // MARK: Good for how long

    /// Without a refresh token there is nothing to do about a token of unknown end.
    private func end(of tokens: FederatedTokens) -> Timestamp {
        let start = tokens.refreshToken == nil ? request.now : tokens.updatedAt
        return tokens.accessExpiresAt ?? start + Self.assumedLifetime
    }

    private func isGood(_ tokens: FederatedTokens) -> Bool {
        tokens.accessToken != nil && end(of: tokens) >= request.now + Self.margin
    }

    private func current(_ tokens: FederatedTokens) throws(OAuthError) -> Current {
        guard let accessToken = tokens.accessToken else { throw Self.notFound("no access token of the identity provider") }
        let left = (end(of: tokens).milliseconds - request.now.milliseconds) / 1000
        return Current(accessToken: accessToken, expiresIn: max(1, left), scope: tokens.scope)
    }

    // MARK: Renewing

    /// `nil` when the set was changed by others meanwhile. Not part of the request: one that is given up must not lose the refresh
    /// token that the provider answers with.
    private func renewed(_ tokens: FederatedTokens, recording event: LogEvent) async throws -> FederatedTokens? {
        try await Task { try await renew(tokens, recording: event) }.value
    }

    private func renew(_ tokens: FederatedTokens, recording event: LogEvent) async throws -> FederatedTokens? {
        let store = context.stores.federatedTokens
        switch await UpstreamRefresh(context, of: upstream, in: request).renew(tokens) {
        case .renewed(let renewed):
            return try await isStored(renewed, recording: event) ? renewed : nil
        case .refused:
            guard try await store.forget(tokens) else { return nil }
            throw Self.notFound("the identity provider refused the refresh token")
        case .failed(let reason):
            try await store.release(tokens)
            throw OAuthError(
                .temporarilyUnavailable, WireText.identityProviderFailed, auditReason: reason, retryAfter: 5)
        }
    }

    private func isStored(_ renewed: FederatedTokens, recording event: LogEvent) async throws -> Bool {
        for _ in 1..<Self.writes {
            do {
                return try await context.stores.federatedTokens.renew(renewed, recording: event)
            } catch is StorageUnavailable {
                await context.environment.pause(Self.pause)
            }
        }
        return try await context.stores.federatedTokens.renew(renewed, recording: event)
    }

    private static func notFound(_ reason: String) -> OAuthError {
        OAuthError(.federatedTokenNotFound, WireText.federatedTokenNotFound, auditReason: reason)
    }
}
