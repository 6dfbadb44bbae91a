import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// RFC 7636 appendix B.
enum PKCEExample {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
}

extension EngineFixture {
    /// `POST /oauth/token` at the present time.
    func token(_ pairs: [(String, String)], authorization: String? = nil) async throws -> TokenResponse {
        try await TokenEndpoint(context).respond(to: FormParameters(pairs), authorization: authorization, in: request())
    }

    /// The refusal of a token request. Fails the test when there is none.
    func refusal(
        of pairs: [(String, String)], authorization: String? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await token(pairs, authorization: authorization)
        }
        return try #require(error, sourceLocation: location)
    }

    /// `client_id` and, for confidential clients, `client_secret`.
    func credentials(of client: Client) -> [(String, String)] {
        [("client_id", client.clientID)] + (client.isPublic ? [] : [("client_secret", Self.secret.revealed)])
    }

    func codeForm(_ code: String, from client: Client, _ changes: [(String, String?)] = []) -> [(String, String)] {
        form(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", Self.callback),
                ("code_verifier", PKCEExample.verifier),
            ], of: client, changes)
    }

    func refreshForm(_ token: String, from client: Client, _ changes: [(String, String?)] = []) -> [(String, String)] {
        form([("grant_type", "refresh_token"), ("refresh_token", token)], of: client, changes)
    }

    /// The pairs with the client's credentials; a change replaces a pair, or removes it when `nil`.
    func form(
        _ pairs: [(String, String)], of client: Client, _ changes: [(String, String?)]
    ) -> [(String, String)] {
        let kept = (pairs + credentials(of: client)).filter { pair in !changes.contains { $0.0 == pair.0 } }
        return kept + changes.compactMap { change in change.1.map { (change.0, $0) } }
    }

    /// Stores a code as `/authorize` would and returns its text.
    func insertCode(
        for client: Client, scopes: Scopes = ["offline_access"], audience: String? = EngineFixture.audience,
        _ change: (inout AuthorizationCode) -> Void = { _ in }
    ) async throws -> String {
        let text = environment.randomness.alphanumeric(43)
        let access = GrantedAccess(clientID: client.clientID, userID: user.userID, audience: audience, scopes: scopes)
        var code = AuthorizationCode(hash: TokenHash(of: text), access: access, createdAt: now, expiresAt: now + 300)
        code.redirectURI = Self.callback
        (code.codeChallenge, code.codeChallengeMethod) = (PKCEExample.challenge, "S256")
        code.access.sid = "session-id-0123456789-0123456789"
        change(&code)
        try await stores.authorizationCodes.insert(code, recording: nil)
        return text
    }

    /// A refresh token from a code exchange.
    func refreshToken(
        for client: Client, scopes: Scopes = ["openid", "profile", "read:items", "offline_access"],
        audience: String? = EngineFixture.audience
    ) async throws -> String {
        let code = try await insertCode(for: client, scopes: scopes, audience: audience)
        return try #require(try await token(codeForm(code, from: client)).refreshToken)
    }

    func family(of token: String) async throws -> RefreshTokenFamily? {
        let bytes = try #require(Base64URL.decode(token))
        let id = try #require(RefreshTokenFamilyID(bytes: Array(bytes[1..<17])))
        return try await stores.refreshTokens.find(id)
    }

    /// Header and payload of a JWT, its signature verified with the published keys.
    func verified(_ token: String) async throws -> VerifiedJWT {
        let keys = try await environment.signingKeys.keySet(for: context, host: "default.test", now: now)
        return try JWS.verify(token, keys: keys.verification)
    }

    /// The audit log's type codes, oldest first.
    func logTypes() async throws -> [String] {
        try await stores.logs.list(after: nil, limit: 1000).map(\.event.type.rawValue)
    }

    func lastEvent() async throws -> LogEvent {
        try #require(try await stores.logs.latest(limit: 1).first).event
    }

    /// All that a token request could change, but the audit log.
    func snapshot(codes: [String] = []) async throws -> StorageSnapshot {
        var snapshot = StorageSnapshot()
        for code in codes { snapshot.codes.append(try await stores.authorizationCodes.find(TokenHash(of: code))) }
        for client in [spa, native, web, machine] {
            snapshot.families += try await stores.refreshTokens.active(
                userID: user.userID, clientID: client.clientID, at: now)
            snapshot.consents.append(
                try await stores.consents.find(userID: user.userID, clientID: client.clientID, audience: Self.audience))
        }
        return snapshot
    }
}

struct StorageSnapshot: Equatable {
    var codes: [AuthorizationCode?] = []
    var families: [RefreshTokenFamily] = []
    var consents: [Consent?] = []
}
