import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Asking for more than was granted, at every grant (RFC 6749 sections 3.3 and 6; RFC 8707; RFC 9700 section 2.3).
@Suite struct ScopeWideningTests {
    private static let read: [String: String?] = ["scope": "offline_access read:items", "audience": EngineFixture.audience]

    private func scopes(_ answer: WireAnswer) -> Set<String> {
        let claims = Journey.claims(of: answer.member("access_token"))
        let texts = [answer.member("scope"), claims?["scope"]?.string].compactMap(\.self)
        return Set(texts.flatMap { $0.split(separator: " ").map(String.init) })
    }

    @Test(
        "the exchange of a code gives what was consented to, whatever it asks for", arguments: [WireProfile.auth0, .standard])
    func code(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, try await server.with(server.fixture.web) { $0.wireProfile = profile })
        let code = try await journey.signIn(Self.read)["code"]
        let answer = try await journey.exchange(
            code: code, ["scope": "read:items write:items", "audience": "https://other.example.test/"])
        #expect(!scopes(answer).contains("write:items"))
        let audience = Journey.claims(of: answer.member("access_token"))?["aud"]
        #expect(audience == nil || audience == .string(EngineFixture.audience))
    }

    @Test(
        "a refresh never widens, and what it narrows comes back only within the grant",
        arguments: [WireProfile.auth0, .standard])
    func refresh(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, try await server.with(server.fixture.web) { $0.wireProfile = profile })
        let token = try await journey.tokens(Self.read).member("refresh_token")
        for wanted in [
            "write:items", "read:items write:items", "openid", "openid profile email", "READ:ITEMS", "read:items admin",
        ] {
            let answer = try await journey.refresh(token, [("scope", wanted)])
            #expect(answer.status < 500)
            #expect(scopes(answer).isSubset(of: ["offline_access", "read:items"]))
            #expect(answer.member("id_token") == nil)
        }
        for (name, value) in [("audience", "https://other.example.test/"), ("resource", "https://other.example.test/")] {
            let answer = try await journey.refresh(token, [(name, value)])
            let audience = Journey.claims(of: answer.member("access_token"))?["aud"]
            #expect(audience == nil || audience == .string(EngineFixture.audience))
        }
    }

    @Test("a machine gets the scopes of its own grant, for the APIs it has one for", arguments: [WireProfile.auth0, .standard])
    func clientCredentials(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.machine) { $0.wireProfile = profile }
        let other = ResourceServer(
            id: "89abcdef0123456789abcdef", identifier: "https://other.example.test/", name: "Other",
            createdAt: server.fixture.now)
        try await server.fixture.stores.resourceServers.insert(other)
        func ask(_ pairs: [(String, String)]) async throws -> WireAnswer {
            try await server.token(as: client, [("grant_type", "client_credentials")] + pairs)
        }
        for wanted in ["write:items", "read:items write:items", "openid", "offline_access", "read:items openid offline_access"]
        {
            let answer = try await ask([("audience", EngineFixture.audience), ("scope", wanted)])
            #expect(answer.status < 500)
            #expect(scopes(answer).isSubset(of: ["read:items"]))
            #expect(answer.member("refresh_token") == nil && answer.member("id_token") == nil)
        }
        #expect(try await ask([("audience", other.identifier)]).isRefusal())
        #expect(try await ask([("audience", EngineFixture.audience), ("audience", other.identifier)]).isRefusal())
        #expect(try await ask([("resource", other.identifier)]).isRefusal())
    }

    @Test("the password grants give a user's tokens for scopes that the API defines and no others")
    func password() async throws {
        let server = try await TestServer.make()
        for grant in [GrantType.password, .passwordRealm] {
            var pairs = [
                ("grant_type", grant.rawValue), ("username", EngineFixture.email),
                ("password", EngineFixture.password.revealed),
                ("audience", EngineFixture.audience), ("scope", "read:items admin:everything"),
            ]
            if grant == .passwordRealm { pairs.append(("realm", server.fixture.connection.name)) }
            let answer = try await server.token(as: server.fixture.web, pairs)
            #expect(answer.status == 200 || answer.isRefusal())
            #expect(!scopes(answer).contains("admin:everything"))
        }
    }

    @Test("a device gets what the user saw: the poll's own scope and audience do not count")
    func device() async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.native) { $0.grantTypes.append(.deviceCode) }
        let begun = try await server.ask(
            "/oauth/device/code", as: client, [("scope", "read:items"), ("audience", EngineFixture.audience)])
        var browser = TestBrowser(server)
        let page = try await browser.open("/activate", [("user_code", begun.member("user_code") ?? "")]).page()
        let login = try await browser.submit(page).page()
        let approval = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]
        ).page()
        let accept = try #require(approval.forms.first?.buttons.first { $0.value == "accept" })
        _ = try await browser.submit(approval, pressing: accept)
        server.fixture.clock.advance(by: 6)
        let answer = try await server.token(
            as: client,
            [
                ("grant_type", GrantType.deviceCode.rawValue), ("device_code", begun.member("device_code") ?? ""),
                ("scope", "read:items write:items openid offline_access"),
            ])
        #expect(answer.status == 200 && scopes(answer) == ["read:items"])
        #expect(answer.member("refresh_token") == nil && answer.member("id_token") == nil)
    }

    @Test("acting for a user, an API gets no scope beyond its own grant")
    func onBehalfOf() async throws {
        let server = try await TestServer.make()
        let fixture = server.fixture
        var journey = Journey(server, fixture.web)
        let token =
            try await journey.tokens(["audience": EngineFixture.audience, "scope": "read:items"]).member("access_token") ?? ""
        let api = try await server.thief {
            ($0.appType, $0.resourceServerIdentifier, $0.grantTypes) = (
                .resourceServer, EngineFixture.audience, [.tokenExchange]
            )
        }
        var other = ResourceServer(
            id: "89abcdef0123456789abcdef", identifier: "https://other.example.test/", name: "Other", createdAt: fixture.now)
        other.scopes = [.init(value: "a"), .init(value: "b")]
        try await fixture.stores.resourceServers.insert(other)
        try await fixture.stores.clientGrants.insert(
            ClientGrant(id: "cgr_0000000000000009", clientID: api.clientID, audience: other.identifier, scope: ["a"]))
        func exchange(_ pairs: [(String, String)]) async throws -> WireAnswer {
            try await server.token(
                as: api,
                [
                    ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", token),
                    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                ] + pairs)
        }
        let answer = try await exchange([("audience", other.identifier), ("scope", "a b openid offline_access")])
        #expect(scopes(answer).isSubset(of: ["a"]))
        #expect(answer.member("refresh_token") == nil && answer.member("id_token") == nil)
        #expect(try await exchange([("audience", "https://unknown.example.test/")]).isRefusal())
        #expect(try await exchange([]).isRefusal())
        let stranger = try await server.with(api) { $0.resourceServerIdentifier = "https://elsewhere.example.test/" }
        #expect(stranger.clientID == api.clientID)
        #expect(try await exchange([("audience", other.identifier)]).isRefusal(), "the token was meant for another API")
    }

    @Test(
        "a grant type that the client does not have is refused",
        arguments: [
            GrantType.password, .passwordRealm, .clientCredentials, .deviceCode, .ciba, .tokenExchange, .jwtBearer,
            .passwordlessOTP,
            .mfaOTP, .mfaOOB, .mfaRecoveryCode, .webauthn,
        ])
    func missingGrant(grant: GrantType) async throws {
        let server = try await TestServer.make()
        let client = try await server.thief { $0.grantTypes = [.authorizationCode] }
        let answer = try await server.token(
            as: client,
            [
                ("grant_type", grant.rawValue), ("username", EngineFixture.email),
                ("password", EngineFixture.password.revealed),
                ("realm", "email"), ("otp", "123456"), ("mfa_token", "x"), ("audience", EngineFixture.audience),
                ("device_code", "x"),
                ("auth_req_id", "x"), ("assertion", "x"), ("subject_token", "x"), ("subject_token_type", "x"),
                ("recovery_code", "x"),
                ("oob_code", "x"), ("auth_session", "x"), ("authn_response", "{}"),
            ])
        #expect(answer.isRefusal())
        #expect(["unauthorized_client", "unsupported_grant_type"].contains(answer.error))
    }
}
