import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// DPoP on the wire: headers in, headers out (RFC 9449 sections 5, 7 and 8).
@Suite struct ProofOfPossessionTests {
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// A code of the native client, as a token request of it.
    private func form(_ server: TestServer) async throws -> [(String, String)] {
        let fixture = server.fixture
        let text = fixture.environment.randomness.alphanumeric(43)
        let access = GrantedAccess(
            clientID: fixture.native.clientID, userID: fixture.user.userID, audience: nil, scopes: ["openid"])
        var code = AuthorizationCode(
            hash: TokenHash(of: text), access: access, createdAt: fixture.now, expiresAt: fixture.now + 60)
        (code.codeChallenge, code.codeChallengeMethod) = (Self.challenge, "S256")
        try await fixture.stores.authorizationCodes.insert(code, recording: nil)
        return [
            ("grant_type", "authorization_code"), ("client_id", fixture.native.clientID), ("code", text),
            ("code_verifier", Self.verifier),
        ]
    }

    private func proof(
        _ key: TestKey, _ server: TestServer, _ method: String, _ path: String, token: String? = nil, nonce: String? = nil
    ) throws -> String {
        try key.proof(
            method, "https://default.test" + path, at: server.fixture.now,
            jti: server.fixture.environment.randomness.alphanumeric(20), accessToken: token,
            changes: nonce.map { [("nonce", .string($0))] } ?? [])
    }

    /// A DPoP-bound token of `/userinfo`.
    private func boundToken(_ server: TestServer, _ key: TestKey) async throws -> String {
        var call = WireRequest.form("/oauth/token", try await form(server))
        let nonce = DPoPNonce(server.fixture.context).current(at: server.fixture.now)
        call.headers.append(("DPoP", try proof(key, server, "POST", "/oauth/token", nonce: nonce)))
        let answer = try await server.send(call)
        return try #require(answer.json?["access_token"]?.string)
    }

    @Test("the demand for a nonce: 400, the nonce as a header, and the retry succeeds with a fresh one")
    func nonceDemand() async throws {
        let server = try await TestServer.make()
        let (key, form) = (try TestKey(), try await form(server))
        var call = WireRequest.form("/oauth/token", form)
        call.headers.append(("DPoP", try proof(key, server, "POST", "/oauth/token")))
        let first = try await server.send(call)
        #expect(first.status == 400 && first.json?["error"] == "use_dpop_nonce")
        let nonce = try #require(first.header("DPoP-Nonce"))
        var retry = WireRequest.form("/oauth/token", form)
        retry.headers.append(("dpop", try proof(key, server, "POST", "/oauth/token", nonce: nonce)))
        let second = try await server.send(retry)
        #expect(second.status == 200 && second.json?["token_type"] == "DPoP" && second.header("DPoP-Nonce") != nil)
    }

    @Test("two DPoP headers are refused")
    func twoHeaders() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        var call = WireRequest.form("/oauth/token", try await form(server))
        for _ in 0..<2 { call.headers.append(("DPoP", try proof(key, server, "POST", "/oauth/token"))) }
        let answer = try await server.send(call)
        #expect(answer.status == 400 && answer.json?["error"] == "invalid_dpop_proof")
    }

    @Test("userinfo takes a bound token by GET and POST, and answers a nonce")
    func userinfo() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let token = try await boundToken(server, key)
        for method in ["GET", "POST"] {
            var call = method == "GET" ? WireRequest.get("/userinfo") : WireRequest.form("/userinfo", [])
            call.headers.append(("Authorization", "DPoP \(token)"))
            call.headers.append(("DPoP", try proof(key, server, method, "/userinfo", token: token)))
            let answer = try await server.send(call)
            #expect(answer.status == 200 && answer.header("DPoP-Nonce") != nil, "\(method)")
        }
    }

    @Test("userinfo challenges by the scheme that was tried")
    func challenges() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let token = try await boundToken(server, key)
        let cases: [([(String, String)], String)] = [
            ([("Authorization", "DPoP \(token)")], "DPoP error=\"invalid_dpop_proof\""),
            ([("Authorization", "Bearer \(token)")], "Bearer error=\"invalid_token\""),
            ([("Authorization", "DPoP nonsense")], "DPoP error=\"invalid_token\""),
            (
                [
                    ("Authorization", "DPoP \(token)"),
                    ("DPoP", try proof(key, server, "GET", "/userinfo", token: token, nonce: "stale")),
                ], "DPoP error=\"use_dpop_nonce\""
            ),
        ]
        for (headers, expected) in cases {
            var call = WireRequest.get("/userinfo")
            call.headers += headers
            let answer = try await server.send(call)
            #expect(answer.status == 401, "\(expected)")
            #expect(answer.header("WWW-Authenticate")?.hasPrefix(expected) == true, "\(answer.header("WWW-Authenticate") ?? "")")
            #expect((answer.header("DPoP-Nonce") != nil) == expected.contains("nonce"))
        }
    }

    @Test("introspection is 404 endpoint_disabled until it is offered")
    func introspection() async throws {
        let server = try await TestServer.make()
        let (id, secret) = (server.fixture.web.clientID, EngineFixture.secret.revealed)
        let answer = try await server.send(
            .form("/oauth/introspect", [("client_id", id), ("client_secret", secret), ("token", "x")]))
        #expect(answer.status == 404 && answer.json?["error"] == "endpoint_disabled")
    }

    @Test("a failed Basic header is challenged outside Auth0's profile only", arguments: [WireProfile.auth0, .standard])
    func basicChallenge(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        var client = server.fixture.web
        client.wireProfile = profile
        #expect(try await server.fixture.stores.clients.update(client))
        var call = WireRequest.form("/oauth/token", [("grant_type", "client_credentials")])
        call.headers.append(("Authorization", "Basic " + Base64.encode(Array("\(client.clientID):wrong".utf8))))
        let answer = try await server.send(call)
        #expect(answer.status == 401)
        #expect((answer.header("WWW-Authenticate") != nil) == (profile == .standard))
    }
}
