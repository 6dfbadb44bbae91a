import OAuthProtocol
import Storage

/// The answer that every grant in a user's name ends in: access token, refresh token if there is one, and an ID token when
/// `openid` was granted (contract 7).
struct UserTokenIssuing {
    /// What was decided and stored; only signing is left.
    struct Grant {
        var access: GrantedAccess
        var api: ResourceServer?
        var refreshToken: SecretString?
        var nonce: String?
        var channel: Issuance.Channel
    }

    private let context: TenantContext
    private let client: Client
    private let user: User

    init(_ context: TenantContext, client: Client, user: User) {
        (self.context, self.client, self.user) = (context, client, user)
    }

    /// The API that a grant is for, as it is now. Throws `accessDenied` when it was deleted.
    func api(of access: GrantedAccess) async throws -> ResourceServer? {
        try await Self.api(of: access, in: context)
    }

    static func api(of access: GrantedAccess, in context: TenantContext) async throws -> ResourceServer? {
        guard let identifier = access.audience else { return nil }
        guard let api = try await context.stores.resourceServers.find(identifier: identifier) else {
            throw OAuthError(.accessDenied, WireText.serviceNotFound(identifier))
        }
        return api
    }

    func response(_ grant: Grant, in request: RequestInfo) async throws -> TokenResponse {
        let issuer = TokenIssuer(context)
        let issuance = Issuance(access: grant.access, client: client, api: grant.api, channel: grant.channel)
        let token = try await issuer.accessToken(issuance, in: request)
        var response = TokenResponse(token, granting: grant.access.scopes)
        response.refreshToken = grant.refreshToken?.revealed
        if grant.access.scopes.contains(Scopes.openid) {
            response.idToken = try await issuer.idToken(
                for: grant.access, client: client, user: user, bindings: IDTokenBindings(nonce: grant.nonce), in: request)
        }
        return response
    }
}
