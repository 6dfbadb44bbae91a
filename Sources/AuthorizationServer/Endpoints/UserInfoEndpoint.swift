import JOSE
package import OAuthProtocol
import Storage

/// `GET|POST /userinfo` (OIDC Core 5.3, contract 10).
package struct UserInfoEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `sub` and the claims that the token's scopes release, as they are now. Takes the opaque token, or a JWT that names
    /// `/userinfo` in its audience; both must carry `openid`. Throws `invalidToken` for all else, also when the user was
    /// deleted or blocked since.
    package func respond(bearer token: String?, in request: RequestInfo) async throws -> JSONObject {
        guard let token, !token.isEmpty else { throw OAuthError(.invalidToken, WireText.noBearerToken) }
        let granted = try await granted(by: token, in: request)
        guard granted.scopes.contains(Scopes.openid) else { throw Self.refusal("no openid scope") }
        guard let user = try await context.stores.users.find(granted.userID), !user.blocked else {
            throw Self.refusal("the user is deleted or blocked")
        }
        var answer: JSONObject = ["sub": .string(user.userID)]
        for claim in UserClaims.claims(of: user, for: granted.scopes).members { answer.append(claim.name, claim.value) }
        return answer
    }

    private struct Granted {
        let userID: String
        let scopes: Scopes
    }

    private func granted(by token: String, in request: RequestInfo) async throws -> Granted {
        if token.utf8.contains(UInt8(ascii: ".")) { return try await verified(token, in: request) }
        guard let opened = UserinfoToken(opening: token, in: context) else { throw Self.refusal("unreadable token") }
        guard opened.expiresAt > request.now else { throw Self.refusal("expired token") }
        return Granted(userID: opened.userID, scopes: opened.scopes)
    }

    private func verified(_ token: String, in request: RequestInfo) async throws -> Granted {
        let keys = try await context.environment.signingKeys.keySet(
            for: context, host: request.issuer.host, now: request.now)
        guard let payload = try? JWS.verify(token, keys: keys.verification).payload else { throw Self.refusal("bad signature") }
        guard payload["iss"]?.string?.isExactly(request.issuer.description) == true else {
            throw Self.refusal("another issuer's token")
        }
        guard let end = payload["exp"]?.integer, end > request.now.seconds else { throw Self.refusal("expired token") }
        let endpoint = request.issuer.url("userinfo")
        let audiences = (payload["aud"]?.array ?? []).compactMap(\.string)
        guard audiences.contains(where: endpoint.isExactly) else { throw Self.refusal("another audience's token") }
        guard let userID = payload["sub"]?.string, let scopes = payload["scope"]?.string.flatMap(Scopes.init(parsing:)) else {
            throw Self.refusal("no subject or scope")
        }
        return Granted(userID: userID, scopes: scopes)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: reason)
    }
}
