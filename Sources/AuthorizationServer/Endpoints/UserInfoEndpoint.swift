import JOSE
package import OAuthProtocol
import Storage

/// What `/userinfo` answers.
package enum UserInfoAnswer: Sendable {
    case json(JSONObject)
    /// `application/jwt`: signed, encrypted or both (OIDC Core 5.3.2).
    case jwt(String)
}

/// `GET|POST /userinfo` (OIDC Core 5.3, contract 10).
package struct UserInfoEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `sub` and the claims that the token's scopes and the `claims` parameter release, as they are now. Takes the opaque token,
    /// or a JWT that names `/userinfo` in its audience; both must carry `openid`, and come with the key that they are bound to.
    /// Throws `invalidToken` for all else, also when the user was deleted or blocked since. `admit` is asked with the user's id once
    /// the token has proved all that it must, and what it throws is the answer: the place for a limit per user (contract 1.5).
    package func respond(
        to presented: PresentedAccessToken, in request: RequestInfo, admit: (_ userID: String) async throws -> Void = { _ in }
    ) async throws -> UserInfoAnswer {
        guard let text = presented.token, !text.isEmpty else { throw OAuthError(.invalidToken, WireText.noBearerToken) }
        let token = try await AccessTokenReader(context).read(text, in: request)
        let profile = context.profile(of: token.client)
        do {
            if presented.isParameter, !profile.rules.acceptsTokenParameter { throw Self.refusal("the token came as a parameter") }
            try await ResourceProof(context).check(token, presentedAs: presented.scheme, accessToken: text, in: request)
            try Self.requireUserInfo(token, in: request)
            try await admit(token.userID)
            return try await answer(try await claims(for: token, profile), to: token.client, in: request)
        } catch var error as OAuthError {
            error.profile = profile
            throw error
        }
    }

    private static func requireUserInfo(_ token: VerifiedAccessToken, in request: RequestInfo) throws(OAuthError) {
        let endpoint = request.issuer.url("userinfo")
        guard token.audiences.contains(where: endpoint.isExactly) else { throw refusal("another audience's token") }
        guard token.scopes.contains(Scopes.openid) else { throw refusal("no openid scope") }
    }

    private func claims(for token: VerifiedAccessToken, _ profile: WireProfile) async throws -> JSONObject {
        guard let user = try await context.stores.users.find(token.userID), !user.blocked else {
            throw Self.refusal("the user is deleted or blocked")
        }
        var answer: JSONObject = ["sub": .string(token.subject)]
        let claims = UserClaims.claims(of: user, for: token.scopes, requested: token.requestedClaims, profile: profile)
        for claim in claims.members { answer.append(claim.name, claim.value) }
        if let actor = token.payload["act"] { answer.append("act", actor) }
        let grant = CustomClaims.Grant(scopes: token.scopes, requested: token.requestedClaims)
        return CustomClaims(context.settings).adding(to: answer, .idToken, of: user, under: grant)
    }

    private func answer(_ claims: JSONObject, to client: Client, in request: RequestInfo) async throws -> UserInfoAnswer {
        let encryption = ResponseEncryption(context)
        guard let name = client.responses.userinfoSignedResponseAlg else {
            let sealed = try await encryption.userinfo(claims.serializedString, isSigned: false, for: client, in: request)
            return sealed.map(UserInfoAnswer.jwt) ?? .json(claims)
        }
        guard let algorithm = SignatureAlgorithm(exactly: name), !algorithm.isSymmetric else {
            throw TokenAlgorithm.unusable("userinfo cannot be signed with \(name)")
        }
        var payload = claims
        payload["iss"] = .string(request.issuer.description)
        payload["aud"] = .string(client.clientID)
        let signed = try await TokenIssuer(context).sign(payload, typ: "JWT", algorithm: algorithm, in: request)
        return .jwt(try await encryption.userinfo(signed, isSigned: true, for: client, in: request) ?? signed)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: reason)
    }
}

/// An access token as a request carried it.
package struct PresentedAccessToken: Sendable {
    package var token: String?
    /// `Bearer` or `DPoP`: the scheme of the `Authorization` header; `Bearer` for a parameter.
    package var scheme: String
    /// It came in the query or the body (RFC 6750 sections 2.2 and 2.3).
    package var isParameter: Bool

    package init(token: String?, scheme: String = "Bearer", isParameter: Bool = false) {
        (self.token, self.scheme, self.isParameter) = (token, scheme, isParameter)
    }
}
