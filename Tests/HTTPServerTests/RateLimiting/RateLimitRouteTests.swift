import AuthorizationServer
import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What limited routes count and what their answers tell (contract 1.5).
@Suite struct RateLimitRouteTests {
    private static func server(_ limits: [String: Bucket]) async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.configure { settings in
            settings.rateLimits = limits
            settings.registration.enabled = true
        }
        return try await TestServer.make(fixture)
    }

    private static func bucket(_ capacity: Int) -> Bucket { Bucket(capacity: capacity, refillInterval: 60) }

    private static func userinfo(_ token: String?, from address: String = "203.0.113.7", host: String = TestServer.host) -> WireRequest {
        var request = WireRequest(.get, "/userinfo", host: host)
        if let token { request = request.with("Authorization", "Bearer \(token)") }
        request.peer = address
        return request
    }

    /// A token for userinfo of the fixture's user or of another, from a sign-in of its own.
    private static func token(_ server: TestServer, email: String = EngineFixture.email) async throws -> String {
        var journey = Journey(server, server.fixture.web)
        let page = try await journey.authorize().page()
        let code = try await journey.logIn(on: page, email: email).callback()["code"]
        return try #require(try await journey.exchange(code: code).member("access_token"))
    }

    private static func another(_ server: TestServer) async throws -> String {
        var user = server.fixture.user
        (user.userID, user.email) = ("auth0|other", "other@example.test")
        let hash = SecretString("fake$" + EngineFixture.password.revealed)
        try await server.fixture.stores.users.insert(user, passwordHash: hash)
        return try await token(server, email: "other@example.test")
    }

    /// Limit and remaining.
    private static func told(_ answer: WireAnswer) -> [Int?] {
        ["X-RateLimit-Limit", "X-RateLimit-Remaining"].map { answer.header($0).flatMap { Int($0) } }
    }

    // MARK: Userinfo

    @Test("userinfo counts per user: tokens of one user share a bucket, another user has another")
    func perUser() async throws {
        let server = try await Self.server(["userinfo": Self.bucket(3)])
        let tokens = [try await Self.token(server), try await Self.token(server)]
        for (index, left) in [2, 1, 0].enumerated() {
            let answer = try await server.send(Self.userinfo(tokens[index % 2], from: "198.51.100.\(index)"))
            #expect(answer.status == 200 && Self.told(answer) == [3, left])
            #expect(answer.header("X-RateLimit-Reset") == "\(server.fixture.now.seconds + 60)")
            #expect(answer.header("Retry-After") == nil)
        }
        for token in tokens {
            let answer = try await server.send(Self.userinfo(token))
            #expect(answer.status == 429 && answer.error == "too_many_requests" && answer.json?["sub"] == nil)
            #expect(Self.told(answer) == [3, 0] && answer.header("Retry-After") == "60")
            #expect(answer.header("X-RateLimit-Reset") == "\(server.fixture.now.seconds + 60)")
            #expect(answer.header("WWW-Authenticate") == nil)
        }
        #expect(try await Self.told(server.send(Self.userinfo(try await Self.another(server)))) == [3, 2])
        server.fixture.clock.advance(by: 60)
        #expect(try await server.send(Self.userinfo(tokens[1])).status == 200)
        #expect(try await server.send(Self.userinfo(tokens[0])).status == 429)
    }

    @Test("a POST counts like a GET, and HEAD tells as well")
    func methods() async throws {
        let server = try await Self.server(["userinfo": Self.bucket(3)])
        let token = try await Self.token(server)
        #expect(Self.told(try await server.send(.form("/userinfo", [("access_token", token)]))) == [3, 2])
        let head = try await server.send(WireRequest(.head, "/userinfo").with("Authorization", "Bearer \(token)"))
        #expect(Self.told(head) == [3, 1] && head.body.isEmpty)
    }

    @Test("tokens that prove nobody count against their address, and beyond its limit nothing is even looked at")
    func flood() async throws {
        let server = try await Self.server(["unproven_token": Self.bucket(4)])
        let token = try await Self.token(server)
        let bad = [nil, "x", token + "A", "a.b.c"]
        for (index, wrong) in bad.enumerated() {
            let answer = try await server.send(Self.userinfo(wrong))
            #expect(answer.status == 401 && Self.told(answer) == [4, 3 - index])
        }
        for sent in [bad[1], token] {
            let answer = try await server.send(Self.userinfo(sent))
            #expect(answer.status == 429 && Self.told(answer) == [4, 0] && answer.header("Retry-After") == "60")
        }
        #expect(try await server.send(Self.userinfo(token, from: "198.51.100.1")).status == 200)
        #expect(try await server.send(Self.userinfo("x", from: "198.51.100.1")).status == 401)
        let events = try await server.fixture.stores.logs.latest(limit: 50).filter { $0.event.type == .apiLimit }
        #expect(events.count == 1 && events.first?.event.description == "/userinfo")
    }

    @Test("good tokens use nothing of their address's, however many come from there")
    func goodTokens() async throws {
        let server = try await Self.server(["unproven_token": Self.bucket(2), "userinfo": Self.bucket(100)])
        let token = try await Self.token(server)
        for number in 1...20 { #expect(Self.told(try await server.send(Self.userinfo(token))) == [100, 100 - number]) }
        #expect(Self.told(try await server.send(Self.userinfo("x"))) == [2, 1])
        #expect(Self.told(try await server.send(Self.userinfo(token))) == [100, 79])
    }

    @Test("a stolen token without its key, and one that is not for userinfo, use nothing of the user's")
    func stolen() async throws {
        let server = try await Self.server(["userinfo": Self.bucket(1)])
        let token = try await Self.token(server)
        let bound = try await boundToken(server)
        let machine = try await server.send(.form("/oauth/token", [
            ("grant_type", "client_credentials"), ("audience", EngineFixture.audience),
            ("client_id", server.fixture.machine.clientID), ("client_secret", EngineFixture.secret.revealed),
        ])).member("access_token")
        for other in [bound, machine] { #expect(try await server.send(Self.userinfo(other)).status == 401) }
        #expect(try await server.send(Self.userinfo(token)).status == 200)
    }

    private func boundToken(_ server: TestServer) async throws -> String {
        let key = try TestKey()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn()["code"] ?? ""
        let proof = try key.proof(at: server.fixture.now, jti: "1")
        let answer = try await server.send(.form("/oauth/token", journey.exchangeParameters(code: code)).with("DPoP", proof))
        #expect(answer.member("token_type") == "DPoP")
        return try #require(answer.member("access_token"))
    }

    @Test("many requests at once of one user get what the bucket has")
    func concurrent() async throws {
        let server = try await Self.server(["userinfo": Self.bucket(7)])
        let token = try await Self.token(server)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await server.send(Self.userinfo(token)).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 7 && statuses.count { $0 == 429 } == 33)
    }

    // MARK: Several limits

    private static func start(_ server: TestServer, _ path: String, _ more: [(String, String)] = []) async throws -> WireAnswer {
        let pairs = [
            ("client_id", server.fixture.web.clientID), ("client_secret", EngineFixture.secret.revealed), ("connection", "email"),
            ("email", "user@example.test"),
        ]
        return try await server.send(.json(path, pairs + more))
    }

    @Test("of two limits the headers show the one with least left", arguments: [
        ("/passwordless/start", 10, 3), ("/passwordless/start", 3, 10), ("/otp/challenge", 10, 3), ("/otp/challenge", 3, 10),
        ("/otp/challenge", 3, 3),
    ])
    func least(path: String, ofRoute: Int, ofStarts: Int) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.configure { settings in
            settings.rateLimits["passwordless"] = Self.bucket(ofRoute)
            settings.passwordless.startsPerAddress = Bucket(capacity: ofStarts, refillInterval: 72)
        }
        let server = try await TestServer.make(fixture)
        for left in [2, 1, 0] {
            let answer = try await Self.start(server, path)
            #expect(answer.status == 200 && Self.told(answer) == [3, left])
        }
        let refused = try await Self.start(server, path)
        #expect(refused.status == 429 && refused.error == "too_many_requests" && Self.told(refused) == [3, 0])
        #expect(refused.header("Retry-After") == (ofStarts < ofRoute ? "72" : "60"))
        let reset = fixture.now.seconds + (ofStarts <= ofRoute ? 72 : 60)
        #expect(refused.header("X-RateLimit-Reset") == "\(reset)" || ofStarts == ofRoute)
    }

    @Test("a request that does not get as far as the second limit is told of the first")
    func firstAlone() async throws {
        let server = try await Self.server(["passwordless": Self.bucket(90)])
        let answer = try await Self.start(server, "/passwordless/start", [("unknown", "x")])
        #expect(answer.status == 400 && Self.told(answer) == [90, 89])
    }

    @Test("asking for a reset shows the limit of the address and person, registering that of the address")
    func others() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { settings in
            settings.attackProtection.passwordResets = Self.bucket(2)
            settings.registration.enabled = true
            settings.registration.perAddress = Self.bucket(5)
        }
        let server = try await TestServer.make(fixture)
        for email in [EngineFixture.email, "nobody@example.test"] {
            let reset = try await server.send(.json("/dbconnections/change_password", [
                ("client_id", fixture.spa.clientID), ("connection", fixture.connection.name), ("email", email),
            ]))
            #expect(reset.status == 200 && Self.told(reset) == [2, 1])
        }
        let metadata: JSONObject = ["redirect_uris": .strings(["https://client.example.test/cb"])]
        #expect(Self.told(try await server.send(.json("/oidc/register", metadata))) == [5, 4])
    }

    // MARK: Tenants

    @Test("what a node holds of one tenant's bucket is no other tenant's, and users of the same id are two")
    func tenants() async throws {
        let server = try await Self.server(["token": Self.bucket(500), "userinfo": Self.bucket(500)])
        let name = try #require(TenantID("neighbour"))
        var theirs = try await EngineFixture.make(engine: server.fixture.engine, tenant: name)
        try await theirs.configure { $0.rateLimits = ["token": Self.bucket(0), "userinfo": Self.bucket(0)] }
        let token = try await Self.token(server)
        #expect(try await server.send(Self.userinfo(token)).status == 200)
        var request = WireRequest.form("/oauth/token", [])
        #expect(try await server.send(request).status == 400)
        request.host = "neighbour.test"
        #expect(try await server.send(request).status == 429)
        #expect(Self.told(try await server.send(Self.userinfo("x", host: "neighbour.test"))) == [1000, 999])
    }

    @Test("every limited route has a bucket that somebody counts, and unlimited answers tell nothing")
    func routes() async throws {
        let server = try await Self.server([:])
        for route in RouteTable.routes where route.rateBucket != nil && !route.path.hasSuffix("*") {
            let method = try #require(route.methods.first)
            let answer = try await server.send(WireRequest(method, route.path))
            for name in ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"] {
                #expect(answer.header(name).flatMap { Int($0) } != nil, "\(route.path)")
            }
        }
        #expect(try await server.send(.get("/healthz")).header("X-RateLimit-Limit") == nil)
    }
}
