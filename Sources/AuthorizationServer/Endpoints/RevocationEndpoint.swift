package import OAuthProtocol
import Storage

/// `POST /oauth/revoke` (RFC 7009, contract 11).
package struct RevocationEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Revokes the refresh token with its family, and with the tenant's flag the whole grant. Returns normally as well, having
    /// done nothing, for a token that is unknown, forged, revoked already, another client's, or an access token.
    /// Throws `invalidRequest` and `invalidClient`.
    package func respond(to form: FormParameters, authorization: String?, in request: RequestInfo) async throws {
        for name in ["client_id", "client_secret", "token", "token_type_hint"] { _ = try form.optional(name) }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request).client
        do {
            let token = try form.required("token")
            // A token that was revoked before proves nothing any more: it must not end the rest of the grant either.
            guard let family = try await family(of: token, client), family.revokedAt == nil else { return }
            try await revoke(family, client, in: request)
        } catch var error as OAuthError {
            error.profile = client.wireProfile
            throw error
        }
    }

    /// The family that the token names, if the token is genuine and the client's own. Any generation will do: whoever wants a
    /// used token gone wants its successors gone.
    private func family(of token: String, _ client: Client) async throws -> RefreshTokenFamily? {
        guard let value = RefreshTokenValue(token), let family = try await context.stores.refreshTokens.find(value.familyID)
        else { return nil }
        let isGenuine = value.isGenuine(in: family, masterKeys: context.environment.masterKeys)
        return isGenuine && family.access.clientID.isExactly(client.clientID) ? family : nil
    }

    private func revoke(_ family: RefreshTokenFamily, _ client: Client, in request: RequestInfo) async throws {
        let event = request.event(.refreshTokenRevoked, client: client).granting(family.access)
            .with(detail: "familyId", .string(Base64URL.encode(family.id.bytes)))
        let store = context.stores.refreshTokens
        if context.settings.revokeRefreshTokenGrant {
            _ = try await store.revokeGrant(of: family.id, at: request.now, recording: event)
        } else {
            _ = try await store.revoke(family.id, at: request.now, recording: event)
        }
    }
}
