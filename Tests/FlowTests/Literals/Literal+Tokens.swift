import OAuthProtocol
import Storage
import TestSupport
import Testing

extension Literal {
    private typealias Scene = LiteralScene

    private static let unknownRefreshToken = "Unknown or invalid refresh token."
    private static let deletedUser = "The refresh_token was generated for a user who doesn't exist anymore."

    /// Contract 8.7, 22.2.
    static let refreshTokens: [Literal] = [
        Literal("8.7: unknown", 403, "invalid_grant", unknownRefreshToken) {
            try await Scene.refreshing().journey.refresh("unknown")
        },
        Literal("8.7: revoked", 403, "invalid_grant", unknownRefreshToken) {
            let (journey, token) = try await Scene.refreshing()
            _ = try await journey.server.ask("/oauth/revoke", as: journey.client, [("token", token)])
            return try await journey.refresh(token)
        },
        Literal("8.7: used again after the leeway", 403, "invalid_grant", unknownRefreshToken) {
            let (journey, token) = try await Scene.refreshing()
            #expect(try await journey.refresh(token).status == 200)
            journey.fixture.clock.advance(by: 31)
            return try await journey.refresh(token)
        },
        Literal("8.7: expired", 403, "invalid_grant", unknownRefreshToken) {
            let (journey, token) = try await Scene.refreshing()
            journey.fixture.clock.advance(by: .days(366))
            return try await journey.refresh(token)
        },
        Literal("8.7: another client's", 403, "invalid_grant", unknownRefreshToken) {
            let (journey, token) = try await Scene.refreshing()
            return try await Journey(journey.server, journey.fixture.web).refresh(token)
        },
        Literal("8.7: of a deleted user", 403, "invalid_grant", deletedUser) {
            let (journey, token) = try await Scene.refreshing()
            #expect(try await journey.fixture.stores.users.delete(journey.fixture.user.userID, at: journey.fixture.now))
            return try await journey.refresh(token)
        },
        Literal("8.7: of a blocked user", 401, "unauthorized", "user is blocked") {
            let (journey, token) = try await Scene.refreshing()
            let users = journey.fixture.stores.users
            #expect(try await users.setBlocked(journey.fixture.user.userID, true, at: journey.fixture.now))
            return try await journey.refresh(token)
        },
        Literal("8.7: missing", 400, "invalid_request", "Missing required parameter: refresh_token") {
            try await Scene.token(TestServer.make(), .refreshToken)
        },
    ]

    /// Contract 7.2, 22.2.
    static let codes: [Literal] = [
        Literal("7.2: unknown code", 403, "invalid_grant", "Invalid authorization code") {
            try await Scene.code().journey.exchange(code: "unknown")
        },
        Literal("7.2: used code", 403, "invalid_grant", "Invalid authorization code") {
            let (journey, code) = try await Scene.code()
            #expect(try await journey.exchange(code: code).status == 200)
            return try await journey.exchange(code: code)
        },
        Literal("7.2: expired code", 403, "invalid_grant", "Invalid authorization code") {
            let (journey, code) = try await Scene.code()
            journey.fixture.clock.advance(by: .minutes(5))
            return try await journey.exchange(code: code)
        },
        Literal("7.2: wrong verifier", 403, "invalid_grant", "Failed to verify code verifier") {
            let (journey, code) = try await Scene.code()
            return try await journey.exchange(code: code, ["code_verifier": String(repeating: "x", count: 43)])
        },
        Literal("7.2: missing verifier", 403, "invalid_grant", "Failed to verify code verifier") {
            let (journey, code) = try await Scene.code()
            return try await journey.exchange(code: code, ["code_verifier": nil])
        },
        Literal("7.1: missing code", 400, "invalid_request", "Missing required parameter: code") {
            try await Scene.token(TestServer.make(), .authorizationCode)
        },
    ]

    /// Contract 7.1, 1.4.
    static let clientsAndGrants: [Literal] = [
        Literal("7.1: no grant_type", 400, "invalid_request", "Missing required parameter: grant_type") {
            let server = try await TestServer.make()
            return try await server.token(as: server.fixture.web, [])
        },
        Literal("7.1: unknown grant_type", 403, "unsupported_grant_type", "Unsupported grant type: nonsense") {
            try await Scene.token(TestServer.make(), GrantType("nonsense"))
        },
        Literal("7.1: unknown client", 401, "access_denied", "Unauthorized") {
            try await TestServer.make().send(.json("/oauth/token", [
                ("grant_type", "client_credentials"), ("client_id", "nobody"), ("client_secret", "x"),
            ]))
        },
        Literal("7.1: wrong secret", 401, "access_denied", "Unauthorized") {
            let server = try await TestServer.make()
            return try await server.send(.json("/oauth/token", [
                ("grant_type", "client_credentials"), ("client_id", server.fixture.machine.clientID), ("client_secret", "x"),
            ]))
        },
        Literal("7.2: confidential client without a secret", 401, "access_denied", "Unauthorized") {
            let server = try await TestServer.make()
            let pairs = [("grant_type", "authorization_code"), ("client_id", server.fixture.web.clientID), ("code", "x")]
            return try await server.send(.json("/oauth/token", pairs))
        },
        Literal(
            "7.1: grant not enabled", 403, "unauthorized_client", "Grant type 'password' not allowed for the client."
        ) {
            let server = try await TestServer.make()
            let answer = try await server.token(as: server.fixture.machine, [("grant_type", "password")])
            #expect(answer.json?.members.map(\.name) == ["error", "error_description", "error_uri"])
            return answer
        },
        Literal(
            "7.3: no audience", 403, "access_denied", "No audience parameter was provided, and no default audience has been configured"
        ) { try await Scene.token(TestServer.make(), .clientCredentials) },
        Literal("7.3: unknown API", 403, "access_denied", "Service not enabled within domain: https://nobody.test/") {
            try await Scene.token(TestServer.make(), .clientCredentials, [("audience", "https://nobody.test/")])
        },
        Literal("7.3: no client grant", 403, "access_denied", nil) {
            let answer = try await Scene.token(TestServer.make(), .clientCredentials, [("audience", EngineFixture.audience)])
            let begin = "Client is not authorized to access \"https://api.example.test/\". "
                + "You need to create a \"client-grant\" associated to this API. See: https://"
            #expect(answer.errorDescription?.hasPrefix(begin) == true)
            return answer
        },
        Literal("7.3: scope outside the grant", 403, "access_denied", "Client has not been granted scopes: write:items") {
            let server = try await TestServer.make()
            return try await server.token(as: server.fixture.machine, [
                ("grant_type", "client_credentials"), ("audience", EngineFixture.audience), ("scope", "write:items"),
            ])
        },
    ]

    /// Contract 7.5, 22.2.
    static let passwords: [Literal] = [
        Literal("7.5: wrong password", 403, "invalid_grant", "Wrong email or password.") {
            try await Scene.password(TestServer.make(), "wrong")
        },
        Literal("7.5: unknown user", 403, "invalid_grant", "Wrong email or password.") {
            try await Scene.password(TestServer.make(), "wrong", user: "nobody@example.test")
        },
        Literal("7.5: wrong password in a realm", 403, "invalid_grant", "Wrong email or password.") {
            let server = try await TestServer.make()
            let more = [("username", EngineFixture.email), ("password", "wrong"), ("realm", server.fixture.connection.name)]
            return try await Scene.token(server, .passwordRealm, more)
        },
        Literal("7.5: blocked user", 401, "unauthorized", "user is blocked") {
            let server = try await TestServer.make()
            #expect(try await server.fixture.stores.users.setBlocked(server.fixture.user.userID, true, at: server.fixture.now))
            return try await Scene.password(server, EngineFixture.password.revealed)
        },
        Literal(
            "7.5: too many failures", 429, "too_many_attempts",
            "Your account has been blocked after multiple consecutive login attempts. Please try again later or reset your password."
        ) {
            let server = try await TestServer.make()
            for _ in 0..<100 {
                let answer = try await Scene.password(server, "wrong")
                guard answer.status == 403 else {
                    #expect(answer.header("Retry-After") != nil)
                    return answer
                }
            }
            return try await Scene.password(server, "wrong")
        },
        Literal("7.5: unknown realm", 400, "invalid_request", "the connection was not found") {
            let more = [("username", EngineFixture.email), ("password", "x"), ("realm", "nowhere")]
            return try await Scene.token(TestServer.make(), .passwordRealm, more)
        },
    ]
}
