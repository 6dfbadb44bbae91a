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
        /// The key that the access token is bound to.
        var confirmation: Confirmation?
    }

    private let context: TenantContext
    private let client: Client
    private let user: User

    init(_ context: TenantContext, client: Client, user: User) {
        (self.context, self.client, self.user) = (context, client, user)
    }

    /// What was granted, as far as it still may be: the API, and of the scopes those that it still defines and its policy
    /// still leaves to the client (contract 9.2). `offline_access` is not judged here. Throws `accessDenied` when the API was
    /// deleted or its policy refuses the client now.
    static func current(
        _ access: GrantedAccess, of client: Client, in context: TenantContext
    ) async throws -> (access: GrantedAccess, api: ResourceServer?) {
        guard let identifier = access.audience else { return (access, nil) }
        let open = try await AudienceResolution(context).api(identifier, for: client)
        let api = try await UserPermissions(context).limiting(open, to: access.userID)
        var current = access
        current.scopes = ScopeDecision.remaining(of: access.scopes, at: api)
        return (current, api)
    }

    func response(_ grant: Grant, in request: RequestInfo) async throws -> TokenResponse {
        let issuer = TokenIssuer(context)
        let issuance = Issuance(
            access: grant.access, client: client, api: grant.api, channel: grant.channel, confirmation: grant.confirmation)
        let token = try await issuer.accessToken(issuance, in: request)
        var response = TokenResponse(token, granting: grant.access.scopes)
        response.refreshToken = grant.refreshToken?.revealed
        if let details = grant.access.details.authorizationDetails.flatMap({ try? JSONValue.parse(Array($0.utf8)) }) {
            response.extra.append(("authorization_details", details))
        }
        response.idToken = try await idToken(grant, in: request)
        return response
    }

    /// The answer with a session transfer token in the place of the access token (contract 8.5).
    func response(_ grant: Grant, transferring token: SecretString, in request: RequestInfo) async throws -> TokenResponse {
        var response = TokenResponse(sessionTransfer: token)
        response.refreshToken = grant.refreshToken?.revealed
        response.idToken = try await idToken(grant, in: request)
        return response
    }

    private func idToken(_ grant: Grant, in request: RequestInfo) async throws -> String? {
        guard grant.access.scopes.contains(Scopes.openid) else { return nil }
        return try await TokenIssuer(context).idToken(
            for: grant.access, client: client, user: user, bindings: IDTokenBindings(nonce: grant.nonce), in: request)
    }
}
