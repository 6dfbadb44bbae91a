import OAuthProtocol
import Storage

/// Who asks the multi-factor API: a login in progress, or a user with an access token for it (contract 17.2).
enum MultifactorCaller: Sendable {
    case login(MFAToken)
    case user(VerifiedAccessToken)

    var userID: String {
        switch self {
        case .login(let token): token.userID
        case .user(let token): token.userID
        }
    }

    var clientID: String {
        switch self {
        case .login(let token): token.clientID
        case .user(let token): token.clientID
        }
    }

    /// What went before, which decides what counts as a second factor.
    var method: FirstFactor.Method? {
        switch self {
        case .login(let token): token.method
        case .user: nil
        }
    }

    /// Reads the `Authorization` header. `scope` is what an access token needs. Throws `invalidToken` without a token or for one
    /// that is not good here, `insufficientScope`, and what `MFATokens.find` throws.
    static func find(
        _ presented: PresentedAccessToken?, needing scope: String, _ context: TenantContext, in request: RequestInfo
    ) async throws -> MultifactorCaller {
        guard let presented, let text = presented.token, !text.isEmpty else {
            throw OAuthError(.invalidToken, WireText.noBearerToken)
        }
        // Access tokens for this API are JWTs; an mfa_token has no dot.
        guard text.utf8.contains(UInt8(ascii: ".")) else {
            return .login(try await MFATokens(context).find(text, of: nil, at: request.now))
        }
        let token = try await AccessTokenReader(context).read(text, in: request)
        guard token.audiences.contains(where: { MultifactorAPI.isNamed($0, at: request.issuer) }) else {
            throw OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: "another audience's token")
        }
        guard token.scopes.contains(scope) else { throw OAuthError(.insufficientScope, WireText.insufficientScope(scope)) }
        try await ResourceProof(context).check(token, presentedAs: presented.scheme, accessToken: text, in: request)
        return .user(token)
    }

    /// Throws `invalidToken` when the user was deleted or blocked since.
    func user(in context: TenantContext) async throws -> User {
        let refusal = OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: "the user is gone")
        return try await GrantedUser(context).find(userID, orRefuse: refusal)
    }

    /// Runs a step, its failures spelled for the caller's client.
    func spelling<Result>(in context: TenantContext, _ step: (User) async throws -> Result) async throws -> Result {
        do {
            return try await step(try await user(in: context))
        } catch var error as OAuthError {
            error.profile = context.profile(of: try await context.clientIfAvailable(clientID))
            throw error
        }
    }
}
