package import OAuthProtocol
import Storage

/// `POST /oauth/introspect` (RFC 7662; contract 21.2): tells a resource server what a token is. Off where the tenant does not
/// offer it.
package struct IntrospectionEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What the token is, or `{"active": false}` for everything that is no good token or that the client may not know of
    /// (section 2.2). Throws `endpointDisabled`, `invalidRequest`, and `invalidClient` also for public clients: whoever may ask
    /// has proved itself (section 2.1).
    package func respond(
        to form: FormParameters, authorization: String?, in request: RequestInfo
    ) async throws -> JSONObject {
        guard context.settings.offersIntrospection else {
            throw OAuthError(.endpointDisabled, WireText.endpointDisabled)
        }
        for name in ["token_type_hint", "client_id", "client_secret"] { _ = try form.optional(name) }
        let client = try await ClientAuthenticator(context).authenticate(form, authorization: authorization, in: request)
        do {
            guard client.hasProvedSecret else {
                throw OAuthError(.invalidClient, WireText.unauthorized, auditReason: "a public client")
            }
            let token = try form.required("token", maximumBytes: 16_384)
            return try await description(of: token, for: client.client, in: request) ?? ["active": false]
        } catch var error as OAuthError {
            error.profile = context.profile(of: client.client)
            throw error
        }
    }

    /// The texts of the two kinds of tokens never look alike, so the hint has nothing to tell.
    private func description(of token: String, for client: Client, in request: RequestInfo) async throws -> JSONObject? {
        if let value = RefreshTokenValue(token) { return try await refreshToken(value, of: client, in: request) }
        do {
            let read = try await AccessTokenReader(context).read(token, signedBy: .tenantOrAPI, in: request)
            guard try await maySee(read, client) else { return nil }
            return try await accessToken(read, in: request)
        } catch let error as OAuthError where error.kind == .invalidToken {
            return nil
        }
    }

    // MARK: Access tokens

    /// A client sees its own tokens and those for APIs that it may ask for itself. A resource server sees its own and those for the
    /// API that its record names, and nothing else, whatever it may ask for: nobody may scan for tokens (RFC 7662 section 4).
    private func maySee(_ token: VerifiedAccessToken, _ client: Client) async throws -> Bool {
        if token.clientID.isExactly(client.clientID) { return true }
        if client.appType == .resourceServer {
            return client.resourceServerIdentifier.map { own in token.audiences.contains(where: own.isExactly) } ?? false
        }
        for audience in token.audiences {
            let grant = try await context.stores.clientGrants.find(clientID: client.clientID, audience: audience)
            if grant != nil { return true }
        }
        return false
    }

    private func accessToken(_ token: VerifiedAccessToken, in request: RequestInfo) async throws -> JSONObject {
        var answer: JSONObject = [
            "active": true, "iss": .string(request.issuer.description), "client_id": .string(token.clientID),
            "sub": .string(token.subject), "aud": Self.audience(token.audiences),
            "iat": .integer(token.issuedAt.seconds), "exp": .integer(token.expiresAt.seconds),
            "token_type": .string(token.confirmation?.method == .jkt ? "DPoP" : "Bearer"),
        ]
        if !token.scopes.isEmpty { answer.append("scope", .string(token.scopes.description)) }
        if let jti = token.jti { answer.append("jti", .string(jti)) }
        if let sid = token.sid { answer.append("sid", .string(sid)) }
        if let confirmation = token.confirmation {
            answer.append("cnf", .object([confirmation.method.rawValue: .string(confirmation.thumbprint)]))
        }
        for name in ["act", "authorization_details", "permissions", "org_id", "may_act"] {
            if let value = token.payload[name] { answer.append(name, value) }
        }
        return answer
    }

    private static func audience(_ audiences: [String]) -> JSONValue {
        audiences.count == 1 ? .string(audiences[0]) : .strings(audiences)
    }

    // MARK: Refresh tokens

    /// For the client that holds it alone. A token that was replaced is no longer active, also within its leeway.
    private func refreshToken(
        _ token: RefreshTokenValue, of client: Client, in request: RequestInfo
    ) async throws -> JSONObject? {
        guard let found = try await context.stores.refreshTokens.findWithUser(token.familyID), let user = found.user,
            !user.blocked
        else { return nil }
        let (family, access) = (found.family, found.family.access)
        let ends = [family.absoluteExpiresAt, family.idleExpiresAt].compactMap(\.self)
        guard token.isGenuine(in: family, masterKeys: context.environment.masterKeys), access.clientID.isExactly(client.clientID),
            family.revokedAt == nil, token.generation == family.generation, ends.allSatisfy({ $0 > request.now })
        else { return nil }
        let subject = try await SubjectIdentifier(context).subject(of: access.userID, for: client)
        var answer: JSONObject = [
            "active": true, "iss": .string(request.issuer.description), "client_id": .string(access.clientID),
            "sub": .string(subject), "iat": .integer(family.rotatedAt.seconds), "token_type": "refresh_token",
        ]
        if !access.scopes.isEmpty { answer.append("scope", .string(access.scopes.description)) }
        if let audience = access.audience { answer.append("aud", .string(audience)) }
        if let end = ends.min() { answer.append("exp", .integer(end.seconds)) }
        return answer
    }
}
