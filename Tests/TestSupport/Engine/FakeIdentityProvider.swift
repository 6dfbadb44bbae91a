import AuthorizationServer
import JOSE
package import OAuthProtocol
package import Storage
import Synchronization

/// An identity provider behind `FakeOutbound`: it publishes a key, and its token endpoint takes each refresh token once and
/// answers with the next.
package final class FakeIdentityProvider: Sendable {
    package static let issuer = "https://idp.example.test"
    package static let jwksURI = "https://idp.example.test/keys"
    package static let tokenEndpoint = "https://idp.example.test/token"
    package static let connectionName = "corp"
    package static let clientID = "our id"
    package static let secret = SecretString("s&cret:%")

    private struct State {
        /// The refresh token `refresh-N` is the one that is good.
        var number = 1
        var uses = 0
        var reuses = 0
        var scripted: OutboundResponse?
        var extra: JSONObject = ["expires_in": 3600, "scope": "calendar.read"]
        var gate: (@Sendable () async -> Void)?
    }

    package let key: TestKey
    private let state = Mutex(State())

    package init(_ outbound: FakeOutbound, key: TestKey) {
        self.key = key
        outbound.serve(TestKey.jwks(key), at: Self.jwksURI)
        outbound.answerPosts(to: Self.tokenEndpoint) { await self.answer($0) }
    }

    /// Refresh tokens that were taken.
    package var uses: Int { state.withLock { $0.uses } }
    /// Refresh tokens that came again.
    package var reuses: Int { state.withLock { $0.reuses } }

    /// From now on the token endpoint answers this, or again as it should when `nil`.
    package func script(_ body: String?, status: Int = 200) {
        let answer = body.map { OutboundResponse(status: status, contentType: "application/json", body: Array($0.utf8)) }
        state.withLock { $0.scripted = answer }
    }

    /// The members beside the tokens.
    package func answerWith(_ members: JSONObject) { state.withLock { $0.extra = members } }
    /// What happens before each answer.
    package func beforeAnswering(_ gate: @escaping @Sendable () async -> Void) { state.withLock { $0.gate = gate } }

    private func answer(_ post: OutboundPost) async -> OutboundResponse {
        if let gate = state.withLock({ $0.gate }) { await gate() }
        let form = try? FormParameters(formBody: post.body.revealed)
        let presented = try? form?.optional("refresh_token")
        let (status, body) = state.withLock { state -> (Int, [UInt8]) in
            if let scripted = state.scripted { return (scripted.status, scripted.body) }
            guard presented == "refresh-\(state.number)" else {
                state.reuses += 1
                return (400, Array(#"{"error":"invalid_grant"}"#.utf8))
            }
            (state.uses, state.number) = (state.uses + 1, state.number + 1)
            var body: JSONObject = [
                "access_token": .string("access-\(state.number)"), "refresh_token": .string("refresh-\(state.number)"),
                "token_type": "Bearer",
            ]
            for member in state.extra.members { body[member.name] = member.value }
            return (200, body.serialized)
        }
        return OutboundResponse(status: status, contentType: "application/json", body: body)
    }

    /// A token for the global token revocation of the connection. A change replaces or adds a claim, or removes it when `nil`.
    package func revocationToken(
        at now: Timestamp, jti: String, _ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []
    ) throws -> String {
        let typ: [(String, JSONValue?)] = [("typ", "global-token-revocation+jwt")]
        return try key.jwt(Self.revocationClaims(at: now, jti: jti, changes), header: typ + header)
    }

    package static func revocationClaims(
        at now: Timestamp, jti: String, _ changes: [(String, JSONValue?)] = []
    ) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": "client-of-the-provider", "iat": .integer(now.seconds),
            "aud": .string("https://default.test/oauth/global-token-revocation/connection/\(connectionName)"),
            "exp": .integer(now.seconds + 300), "nbf": .integer(now.seconds - 300), "jti": .string(jti),
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    /// The body that names a user of the provider's.
    package static func subject(_ name: String, issuer: String = issuer) -> JSONObject {
        ["subject": .object(["format": "iss_sub", "iss": .string(issuer), "sub": .string(name)])]
    }
}

extension EngineFixture {
    /// The connection `corp` of strategy `oidc`.
    package static var corporateConnection: Connection {
        var connection = Connection(
            id: "con_000000000000corp", name: FakeIdentityProvider.connectionName, strategy: "oidc")
        var provider = IdentityProvider(issuer: FakeIdentityProvider.issuer, clientID: FakeIdentityProvider.clientID)
        (provider.jwksURI, provider.tokenEndpoint) = (FakeIdentityProvider.jwksURI, FakeIdentityProvider.tokenEndpoint)
        (provider.clientSecret, provider.scope) = (FakeIdentityProvider.secret, "openid email")
        connection.provider = provider
        return connection
    }

    /// Stores `corporateConnection` with its user `jane`, and answers for its provider.
    package func addIdentityProvider(
        key: TestKey? = nil, _ change: (inout Connection) -> Void = { _ in }
    ) async throws -> (provider: FakeIdentityProvider, user: User) {
        var connection = Self.corporateConnection
        change(&connection)
        try await stores.connections.insert(connection)
        var user = User(
            userID: "\(connection.strategy)|\(connection.name)|jane", connection: connection.name, email: "jane@corp.example.test",
            createdAt: now)
        user.profile.name = "Jane"
        try await stores.users.insert(user, passwordHash: nil)
        return (FakeIdentityProvider(outbound, key: try key ?? TestKey(kid: "idp-key")), user)
    }

    /// Tokens of a user's account at the provider: an access token `access-1` that is over, and `refresh-1`.
    package func storeFederatedTokens(
        of user: User, account: String = "jane", _ change: (inout FederatedTokens) -> Void = { _ in }
    ) async throws {
        let key = FederatedTokens.Key(
            userID: user.userID, connection: FakeIdentityProvider.connectionName, account: account)
        var tokens = FederatedTokens(
            key, accessToken: SecretString("access-1"), refreshToken: SecretString("refresh-1"), createdAt: now)
        (tokens.accessExpiresAt, tokens.scope) = (now, "calendar.read")
        change(&tokens)
        try await stores.federatedTokens.put(tokens)
    }
}
