package import OAuthProtocol
import Storage

/// `POST /oauth/revoke` (RFC 7009, contract 11).
package struct RevocationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Revokes the refresh token with its family, and with the tenant's flag the whole grant; outside Auth0's profile also
    /// access tokens, those that a revoked refresh token issued included. Returns normally as well, having done nothing, for a
    /// token that is unknown, forged, revoked already or another client's. Throws `invalidRequest` and `invalidClient`.
    package func respond(to form: FormParameters, authorization: String?, in request: RequestInfo) async throws {
        for name in ["client_id", "client_secret", "token_type_hint"] { _ = try form.optional(name) }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request).client
        do {
            let token = try form.required("token", maximumBytes: 16_384)
            guard let value = RefreshTokenValue(token) else { return try await revokeAccessToken(token, of: client, in: request) }
            // A token that was revoked before proves nothing any more: it must not end the rest of the grant either.
            guard let family = try await family(of: value, client), family.revokedAt == nil else { return }
            try await revoke(family, client, in: request)
        } catch var error as OAuthError {
            error.profile = context.profile(of: client)
            throw error
        }
    }

    private func revokesAccessTokens(of client: Client) -> Bool { context.profile(of: client).rules.revokesAccessTokens }

    // MARK: Refresh tokens

    /// The family that the token names, if the token is genuine and the client's own. Any generation will do: whoever wants a
    /// used token gone wants its successors gone.
    private func family(of value: RefreshTokenValue, _ client: Client) async throws -> RefreshTokenFamily? {
        guard let family = try await context.stores.refreshTokens.find(value.familyID) else { return nil }
        let isGenuine = value.isGenuine(in: family, masterKeys: context.environment.masterKeys)
        return isGenuine && family.access.clientID.isExactly(client.clientID) ? family : nil
    }

    private func revoke(_ family: RefreshTokenFamily, _ client: Client, in request: RequestInfo) async throws {
        let event = request.event(.refreshTokenRevoked, client: client).granting(family.access)
            .with(detail: "familyId", .string(Base64URL.encode(family.id.bytes)))
        let store = context.stores.refreshTokens
        try await TransferredSessions(context).tellingClients(of: family.access.userID, in: request) {
            if context.settings.revokeRefreshTokenGrant {
                _ = try await store.revokeGrant(of: family.id, at: request.now, recording: event)
            } else {
                _ = try await store.revoke(family.id, at: request.now, recording: event)
            }
        }
        if revokesAccessTokens(of: client) { try await revokeIssued(by: family, in: request) }
        if family.access.details.isOnline == true { try await endSession(of: family.access, in: request) }
    }

    /// RFC 7009 section 2.1: the access tokens of the same grant go too.
    private func revokeIssued(by family: RefreshTokenFamily, in request: RequestInfo) async throws {
        let access = family.access
        guard !access.grantID.isEmpty else { return }
        var lifetime: Lifetime = .hours(24)
        if let audience = access.audience, let api = try await context.stores.resourceServers.find(identifier: audience) {
            lifetime = max(lifetime, api.tokenLifetime)
        }
        try await context.stores.revocations.revoke([.grant(access.grantID)], until: request.now + lifetime, at: request.now)
    }

    /// An online refresh token stands for its session (contract 8.8).
    private func endSession(of access: GrantedAccess, in request: RequestInfo) async throws {
        guard let sid = access.sid, let session = try await context.stores.sessions.find(sid: sid, at: request.now) else { return }
        let event = request.event(.logoutSucceeded).granting(access)
        _ = try await SessionEnd(context).end(session, recording: event, in: request)
    }

    // MARK: Access tokens

    /// By its `jti`; a token that has none by the grant or second that it was issued in.
    private func revokeAccessToken(_ text: String, of client: Client, in request: RequestInfo) async throws {
        guard revokesAccessTokens(of: client) else { return }
        let token: VerifiedAccessToken
        do {
            token = try await AccessTokenReader(context).read(text, signedBy: .tenantOrAPI, in: request)
        } catch let error as OAuthError where error.kind == .invalidToken {
            return
        }
        guard token.clientID.isExactly(client.clientID) else { return }
        // Who shares an API's secret chooses the expiry; no token that we issued lives longer.
        let end = min(token.expiresAt, request.now + RevocationKey.longestToken)
        try await context.stores.revocations.revoke([Self.key(of: token)], until: end, at: request.now)
        var event = request.event(.accessTokenRevoked, client: client)
        (event.userID, event.audience) = (token.userID, token.audiences.first)
        try await context.stores.logs.record(event)
    }

    private static func key(of token: VerifiedAccessToken) -> RevocationKey {
        if let jti = token.jti { return .token(jti: jti) }
        if let grantID = token.grantID { return .grant(grantID) }
        return AccessTokenReader.issue(of: token)
    }
}
