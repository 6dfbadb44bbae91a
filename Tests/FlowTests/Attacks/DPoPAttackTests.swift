import AuthorizationServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Bound tokens and codes without their key, and proofs that were made for something else or used before (RFC 9449 section 11).
@Suite struct DPoPAttackTests {
    private static let ask = [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]

    private func proof(_ server: TestServer, _ key: TestKey, _ changes: [(String, JSONValue?)] = []) throws -> String {
        try key.proof(at: server.fixture.now, jti: server.fixture.environment.randomness.alphanumeric(20), changes: changes)
    }

    private func userinfoProof(
        _ server: TestServer, _ key: TestKey, _ token: String, _ changes: [(String, JSONValue?)] = []
    ) throws -> String {
        let jti = server.fixture.environment.randomness.alphanumeric(20)
        return try key.proof(
            "GET", "https://default.test/userinfo", at: server.fixture.now, jti: jti, accessToken: token, changes: changes)
    }

    private func standard(_ server: TestServer, _ client: Client) async throws -> Client {
        try await server.with(client) { $0.wireProfile = .standard }
    }

    @Test("a proof is accepted once, whichever of two nodes over one database it comes to")
    func replayAcrossNodes() async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (
                try await database.open(), try await database.open()
            )
            let fixture = try await EngineFixture.make(engine: engine)
            let here = try await TestServer.make(fixture)
            let there = try await TestServer.make(fixture, over: second, in: fixture.otherNode(over: second).environment)
            let (client, key) = (try await standard(here, fixture.machine), try TestKey())
            for (first, next) in [(here, there), (there, here)] {
                let used = try proof(here, key)
                #expect(try await first.token(as: client, Self.ask, dpop: used).status == 200)
                #expect(try await next.token(as: client, Self.ask, dpop: used).error == "invalid_dpop_proof")
                #expect(try await first.token(as: client, Self.ask, dpop: used).error == "invalid_dpop_proof")
            }
            fixture.clock.advance(by: .minutes(10))
            #expect(try await there.token(as: client, Self.ask, dpop: try proof(here, key)).status == 200)
            try await second.close()
            try await engine.close()
        }
    }

    static let changes: [(String, [(String, JSONValue?)])] = [
        ("another method", [("htm", "GET")]), ("the method in lower case", [("htm", "post")]), ("no method", [("htm", nil)]),
        ("another path", [("htu", "https://default.test/oauth/revoke")]),
        ("another host", [("htu", "https://evil.example/oauth/token")]),
        ("another scheme", [("htu", "http://default.test/oauth/token")]),
        ("another port", [("htu", "https://default.test:444/oauth/token")]),
        ("user information", [("htu", "https://default.test@evil.example/oauth/token")]),
        ("a longer path", [("htu", "https://default.test/oauth/token/")]),
        ("dots", [("htu", "https://default.test/x/../oauth/token")]),
        ("an escape", [("htu", "https://default.test/oauth%2Ftoken")]),
        ("no address", [("htu", nil)]), ("a list of addresses", [("htu", .array(["https://default.test/oauth/token"]))]),
        ("old", [("iat", 1_755_188_574)]), ("from the future", [("iat", 1_755_189_374)]), ("no time", [("iat", nil)]),
        ("a time as text", [("iat", "1755188974")]), ("beyond all time", [("iat", .integer(.max))]),
        ("before all time", [("iat", .integer(.min))]),
        ("no name", [("jti", nil)]), ("an empty name", [("jti", "")]), ("a number as name", [("jti", 1)]),
        ("an endless name", [("jti", .string(String(repeating: "j", count: 4000)))]),
        ("a nonce of nobody", [("nonce", "AAAA")]),
        ("an empty nonce", [("nonce", "")]), ("a number as nonce", [("nonce", 7)]),
    ]

    @Test("a proof for another request is no proof", arguments: 0..<changes.count)
    func otherRequest(index: Int) async throws {
        let server = try await TestServer.make()
        let client = try await standard(server, server.fixture.machine)
        let answer = try await server.token(as: client, Self.ask, dpop: try proof(server, TestKey(), Self.changes[index].1))
        #expect(answer.isRefusal(400...400), "\(Self.changes[index].0)")
        #expect(["invalid_dpop_proof", "use_dpop_nonce"].contains(answer.error))
    }

    @Test(
        "garbage in the header is refused, and so are two proofs",
        arguments: ["", "x", "a.b.c", "..", "a..", String(repeating: "a", count: 9000)])
    func garbage(header: String) async throws {
        let server = try await TestServer.make()
        let (client, key) = (try await standard(server, server.fixture.machine), try TestKey())
        #expect(try await server.token(as: client, Self.ask, dpop: header).isRefusal(400...400))
        var two = WireRequest.form(
            "/oauth/token", [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)] + Self.ask)
        two = two.with("DPoP", try proof(server, key)).with("DPoP", try proof(server, key))
        #expect(try await server.send(two).isRefusal(400...400))
    }

    /// A browser's tokens, bound to `key`.
    private func boundTokens(_ server: TestServer, _ key: TestKey, _ client: Client) async throws -> WireAnswer {
        var journey = Journey(server, client)
        let code =
            try await journey.signIn(["scope": "openid offline_access", "audience": EngineFixture.audience])["code"] ?? ""
        let request = WireRequest.form("/oauth/token", journey.exchangeParameters(code: code))
        let answer = try await server.send(request.with("DPoP", try proof(server, key)))
        #expect(answer.member("token_type") == "DPoP")
        return answer
    }

    @Test(
        "a stolen bound token opens nothing: as a bearer token, without a proof, with another key or another token's proof"
    )
    func stolenToken() async throws {
        let server = try await TestServer.make()
        let (key, client) = (try TestKey(), try await standard(server, server.fixture.native))
        let token = try #require(try await boundTokens(server, key, client).member("access_token"))
        func ask(_ scheme: String, _ proof: String?) async throws -> WireAnswer {
            let request = WireRequest(.get, "/userinfo").with("Authorization", "\(scheme) \(token)")
            return try await server.send(proof.map { request.with("DPoP", $0) } ?? request)
        }
        #expect(try await ask("DPoP", try userinfoProof(server, key, token)).status == 200)
        #expect(try await ask("Bearer", nil).isRefusal(401...401))
        #expect(try await ask("Bearer", try userinfoProof(server, key, token)).isRefusal(401...401))
        #expect(try await ask("DPoP", nil).isRefusal(401...401))
        #expect(try await ask("DPoP", try userinfoProof(server, TestKey(), token)).isRefusal(401...401))
        #expect(try await ask("DPoP", try userinfoProof(server, key, token, [("ath", nil)])).isRefusal(401...401))
        #expect(try await ask("DPoP", try userinfoProof(server, key, "another token")).isRefusal(401...401))
        #expect(try await ask("DPoP", try userinfoProof(server, key, token, [("htm", "POST")])).isRefusal(401...401))
        #expect(try await ask("DPoP", try proof(server, key)).isRefusal(401...401))
        let used = try userinfoProof(server, key, token)
        #expect(try await ask("DPoP", used).status == 200)
        #expect(try await ask("DPoP", used).isRefusal(401...401))
        let parameter = try await server.send(.form("/userinfo", [("access_token", token)]))
        #expect(parameter.isRefusal(400...401))
    }

    @Test("a stolen refresh token of a public client is nothing without its key")
    func stolenRefreshToken() async throws {
        let server = try await TestServer.make()
        let (key, client) = (try TestKey(), try await standard(server, server.fixture.native))
        let token = try #require(try await boundTokens(server, key, client).member("refresh_token"))
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", token)]
        #expect(try await server.token(as: client, pairs).isRefusal())
        #expect(try await server.token(as: client, pairs, dpop: try proof(server, TestKey())).isRefusal())
        #expect(try await server.token(as: client, pairs, dpop: try proof(server, key)).member("token_type") == "DPoP")
    }

    @Test("a code that was asked for with dpop_jkt needs that key", arguments: ["none", "another"])
    func boundCode(who: String) async throws {
        let server = try await TestServer.make()
        let (key, client) = (try TestKey(), try await standard(server, server.fixture.native))
        var journey = Journey(server, client)
        let code = try await journey.signIn(["dpop_jkt": key.jkt])["code"] ?? ""
        var request = WireRequest.form("/oauth/token", journey.exchangeParameters(code: code))
        if who == "another" { request = request.with("DPoP", try proof(server, TestKey())) }
        #expect(try await server.send(request).isRefusal(400...401))
    }

    @Test("a key that is pushed with a request cannot be replaced by the query", arguments: [WireProfile.standard])
    func pushedKey(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let (key, other) = (try TestKey(), try TestKey())
        let client = try await server.with(server.fixture.web) { $0.wireProfile = profile }
        let pairs = Journey(server, client).authorizeParameters(["dpop_jkt": other.jkt]).filter { $0.0 != "client_id" }
        let parProof = try key.proof("POST", "https://default.test/oauth/par", at: server.fixture.now, jti: "par")
        #expect(try await server.ask("/oauth/par", as: client, pairs, dpop: parProof).isRefusal(400...400))
    }

    @Test("a device code that was asked for with a proof is nothing without the key, and its thief slows nobody down")
    func deviceCode() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let client = try await server.with(server.fixture.native) { ($0.wireProfile, $0.grantTypes) = (.standard, [.deviceCode]) }
        let jti = server.fixture.environment.randomness.alphanumeric(20)
        let first = try key.proof("POST", "https://default.test/oauth/device/code", at: server.fixture.now, jti: jti)
        let begun = try await server.ask("/oauth/device/code", as: client, [("scope", "openid")], dpop: first)
        #expect(begun.status == 200 && begun.header("DPoP-Nonce") != nil)
        #expect(try await server.ask("/oauth/device/code", as: client, [], dpop: first).error == "invalid_dpop_proof")
        let poll = [
            ("grant_type", GrantType.deviceCode.rawValue), ("device_code", try #require(begun.member("device_code"))),
        ]
        for _ in 0..<5 {
            #expect(try await server.token(as: client, poll).error == "invalid_dpop_proof")
            #expect(try await server.token(as: client, poll, dpop: try proof(server, TestKey())).error == "invalid_dpop_proof")
        }
        #expect(try await server.token(as: client, poll, dpop: try proof(server, key)).error == "authorization_pending")
    }

    @Test("a nonce serves for a while and on every node, and one of another tenant is none")
    func nonce() async throws {
        let server = try await TestServer.make()
        let client = try await standard(server, server.fixture.machine)
        let nonce = DPoPNonce(server.fixture.context).current(at: server.fixture.now)
        let fresh = try proof(server, TestKey(), [("nonce", .string(nonce))])
        #expect(try await server.token(as: client, Self.ask, dpop: fresh).status == 200)
        let theirs = try await EngineFixture.make(engine: server.fixture.engine, tenant: try #require(TenantID("neighbour")))
        let foreign = DPoPNonce(theirs.context).current(at: server.fixture.now)
        let stolen = try proof(server, TestKey(), [("nonce", .string(foreign))])
        #expect(try await server.token(as: client, Self.ask, dpop: stolen).error == "use_dpop_nonce")
        server.fixture.clock.advance(by: .hours(2))
        let late = try proof(server, TestKey(), [("nonce", .string(nonce))])
        #expect(try await server.token(as: client, Self.ask, dpop: late).error == "use_dpop_nonce")
    }
}
