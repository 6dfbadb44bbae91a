import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What registration makes (RFC 7591 section 3.2.1, OIDC Registration 3.2, contract 21.1).
@Suite struct RegistrationTests {
    @Test("the answer: id, secret that does not expire, where it is managed, defaults and an echo")
    func answer() async throws {
        let registration = try await RegistrationCase.make()
        let answer = try await registration.register([("unknown_member", "x"), ("contacts", .array(["a@b.test"]))])
        let id = try #require(answer["client_id"]?.string)
        #expect(id.hasPrefix("tpc_") && id.utf8.count == 32)
        #expect(answer["client_id_issued_at"]?.integer == registration.fixture.now.seconds)
        #expect(answer["client_secret_expires_at"] == 0)
        #expect(Base64URL.decode(try #require(answer["client_secret"]?.string))?.count == 48)
        #expect(answer["registration_client_uri"]?.string == "https://default.test/oidc/register/\(id)")
        #expect(Base64URL.decode(try #require(answer["registration_access_token"]?.string))?.count == 32)
        #expect(answer["redirect_uris"] == .array([RegistrationCase.callback]) && answer["client_name"] == "Example")
        #expect(answer["grant_types"] == .strings(["authorization_code"]) && answer["response_types"] == .strings(["code"]))
        #expect(answer["token_endpoint_auth_method"] == "client_secret_basic")
        #expect(answer["id_token_signed_response_alg"] == "RS256" && answer["contacts"] == .strings(["a@b.test"]))
        #expect(answer["unknown_member"] == nil)
    }

    @Test("such a client is a stranger: third party, standard profile, expiring refresh tokens, secret sealed and not in the echo")
    func record() async throws {
        let registration = try await RegistrationCase.make()
        let answer = try await registration.register()
        let client = try await registration.client(answer)
        #expect(!client.isFirstParty && client.wireProfile == .standard)
        #expect(client.refreshToken.rotationType == .nonRotating && client.registration?.origin == .dynamic)
        #expect(client.registration?.address == "203.0.113.7")
        #expect(client.clientSecret == SecretString(try #require(answer["client_secret"]?.string)))
        let stored = client.registration?.metadata ?? ""
        #expect(!stored.contains("client_secret\"") && !stored.contains("registration_access_token"))
    }

    @Test("a standard tenant's default is the client's profile")
    func tenantProfile() async throws {
        var registration = try await RegistrationCase.make()
        try await registration.fixture.configure { $0.defaultWireProfile = .fapi2Security }
        let client = try await registration.client(try await registration.register())
        #expect(client.wireProfile == nil && registration.fixture.context.profile(of: client) == .fapi2Security)
    }

    @Test("who has no use for a secret gets none", arguments: ["none", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"])
    func withoutSecret(_ method: String) async throws {
        let registration = try await RegistrationCase.make()
        let jwks: JSONValue = .object(["keys": .array([.object(try TestKey().jwk)])])
        let answer = try await registration.register([("token_endpoint_auth_method", .string(method)), ("jwks", jwks)])
        #expect(answer["client_secret"] == nil && answer["client_secret_expires_at"] == nil)
        #expect(try await registration.client(answer).clientSecret == nil)
    }

    @Test("public clients get rotating refresh tokens")
    func publicClient() async throws {
        let registration = try await RegistrationCase.make()
        let client = try await registration.client(try await registration.register([("token_endpoint_auth_method", "none")]))
        #expect(client.isPublic && client.refreshToken.rotationType == .rotating)
    }

    @Test("grants that strangers may not have are left out, and the answer says what is left")
    func grants() async throws {
        let registration = try await RegistrationCase.make()
        let asked: JSONValue = .strings([
            "authorization_code", "password", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange", "x",
        ])
        let answer = try await registration.register([("grant_types", asked)])
        #expect(answer["grant_types"] == .strings(["authorization_code", "refresh_token", "client_credentials"]))
        #expect(try await registration.client(answer).grantTypes == [.authorizationCode, .refreshToken, .clientCredentials])
    }

    @Test("response types bring the grants that they need")
    func impliedGrants() async throws {
        let registration = try await RegistrationCase.make {
            $0.thirdPartySecurityMode = .permissive
            $0.grantTypes.append(.implicit)
        }
        let answer = try await registration.register([("response_types", .strings(["code id_token"]))])
        #expect(Set(try await registration.client(answer).grantTypes) == [.authorizationCode, .implicit])
    }

    @Test("response types that are not for strangers are left out; when none is left, it is refused", arguments: [
        (["code", "token"], ["code"]), (["id_token token", "code", "code id_token"], ["code"]), (["token"], nil),
        (["code id_token", "none of it"], nil),
    ] as [([String], [String]?)])
    func responseTypes(_ asked: [String], _ left: [String]?) async throws {
        let registration = try await RegistrationCase.make { $0.grantTypes.append(.implicit) }
        let metadata: [(String, JSONValue?)] = [("response_types", .strings(asked)), ("grant_types", .strings(["implicit"]))]
        guard let left else {
            #expect(try await registration.refusal(metadata).kind == .invalidClientMetadata)
            return
        }
        let answer = try await registration.register(metadata)
        #expect(answer["response_types"] == .strings(left) && answer["grant_types"] == .strings(["authorization_code"]))
    }

    @Test("the tenant says how strict: in the record, by the id's prefix, and not by what the client says", arguments: ThirdPartySecurityMode.allCases)
    func securityMode(_ mode: ThirdPartySecurityMode) async throws {
        let registration = try await RegistrationCase.make { $0.thirdPartySecurityMode = mode }
        let answer = try await registration.register([
            ("third_party_security_mode", "permissive"), ("redirection_policy", "allow_always"), ("is_first_party", true),
        ])
        let client = try await registration.client(answer)
        #expect(client.thirdPartySecurityMode == mode && client.redirectionPolicy == nil && !client.isFirstParty)
        #expect(client.clientID.hasPrefix("tpc_") == (mode == .strict) && client.clientID.utf8.count == 32)
        #expect(client.isProtectedFromOpenRedirects == (mode == .strict))
        #expect(answer["third_party_security_mode"] == nil && answer["redirection_policy"] == nil)
    }

    @Test("public clients do not get client_credentials, devices only where the tenant says so")
    func ineligible() async throws {
        let asked: JSONValue = .strings(["authorization_code", "client_credentials", GrantType.deviceCode.rawValue])
        let metadata: [(String, JSONValue?)] = [("grant_types", asked), ("token_endpoint_auth_method", "none")]
        let standard = try await RegistrationCase.make()
        #expect(try await standard.register(metadata)["grant_types"] == .strings(["authorization_code"]))
        let devices = try await RegistrationCase.make { $0.grantTypes.append(.deviceCode) }
        #expect(
            try await devices.register(metadata)["grant_types"]
                == .strings(["authorization_code", GrantType.deviceCode.rawValue]))
    }

    @Test("a frontchannel_logout_uri lives where a callback does", arguments: [
        ("https://client.example.test/end?x=1", true), ("https://client.example.test:443/end", true),
        ("https://client.example.test:8443/end", false), ("http://client.example.test/end", false),
        ("https://evil.example.test/end", false), ("https://client.example.test.evil.test/end", false),
        ("https://sub.client.example.test/end", false),
    ])
    func frontchannelLogout(_ uri: String, _ isGood: Bool) async throws {
        let registration = try await RegistrationCase.make()
        let metadata: [(String, JSONValue?)] = [("frontchannel_logout_uri", .string(uri))]
        if isGood {
            #expect(try await registration.client(try await registration.register(metadata)).logout.frontchannelLogoutURI == uri)
        } else {
            #expect(try await registration.refusal(metadata).description.contains("frontchannel_logout_uri"))
        }
    }

    @Test("a CIBA client: no response types, no callbacks")
    func backchannelClient() async throws {
        let registration = try await RegistrationCase.make { $0.grantTypes.append(.ciba) }
        let answer = try await registration.register([
            ("redirect_uris", nil), ("response_types", .array([])), ("grant_types", .strings([GrantType.ciba.rawValue])),
            ("backchannel_token_delivery_mode", "ping"), ("backchannel_client_notification_endpoint", "https://client.example.test/n"),
            ("backchannel_user_code_parameter", false), ("tls_client_certificate_bound_access_tokens", true),
        ])
        let client = try await registration.client(answer)
        #expect(client.grantTypes == [.ciba] && client.callbacks.isEmpty && client.ciba.tokenDeliveryMode == .ping)
        #expect(client.proof.tlsClientCertificateBoundAccessTokens && answer["response_types"] == .array([]))
    }

    @Test("programs on loopback or with a scheme of their own are native, whatever they say", arguments: [
        ("http://127.0.0.1/cb", "web", ApplicationType.native), ("com.example.app:/cb", "web", .native),
        ("https://client.example.test/cb", "web", .regularWeb), ("https://client.example.test/cb", "native", .native),
    ])
    func applicationType(_ uri: String, _ stated: String, _ type: ApplicationType) async throws {
        let registration = try await RegistrationCase.make()
        let answer = try await registration.register([("redirect_uris", .strings([uri])), ("application_type", .string(stated))])
        #expect(try await registration.client(answer).appType == type)
    }

    @Test("it expires when it is never used, and not once it was")
    func unused() async throws {
        let registration = try await RegistrationCase.make { $0.unusedLifetime = .days(1) }
        let (unused, used) = (try await registration.register(), try await registration.register())
        try await registration.fixture.stores.clients.noteUse(of: try #require(used["client_id"]?.string), at: registration.fixture.now)
        registration.fixture.clock.advance(by: .days(2))
        _ = try await registration.fixture.engine.sweep(at: registration.fixture.now, logRetention: .days(2))
        #expect(try await registration.fixture.context.client(try #require(unused["client_id"]?.string)) == nil)
        #expect(try await registration.fixture.context.client(try #require(used["client_id"]?.string)) != nil)
    }

    @Test("an answer through the browser is a use, also when no token is ever asked for")
    func usedInBrowser() async throws {
        let registration = try await RegistrationCase.make { settings in
            settings.unusedLifetime = .days(1)
            settings.open(to: .implicit)
        }
        let answer = try await registration.register([("response_types", .strings(["id_token"])), ("grant_types", .strings(["implicit"]))])
        let (client, fixture) = (try await registration.client(answer), registration.fixture)
        var browser = EngineBrowser(fixture)
        let asks = ["response_type": "id_token", "redirect_uri": "https://client.example.test/cb"]
        let state = try EngineBrowser.state(await browser.authorize(client, asks), at: PagePath.login)
        _ = try await browser.logIn(state)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.consent)
        let step = ConsentStep(fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        _ = try await step.submit(allows: true, csrf: csrf, browser.visit(state))
        #expect(try EngineBrowser.answer(await browser.resume(state))["id_token"] != nil)
        fixture.clock.advance(by: .days(2))
        _ = try await fixture.engine.sweep(at: fixture.now, logRetention: .days(2))
        #expect(try await fixture.context.client(client.clientID) != nil)
    }

    @Test("success and failure are in the audit log")
    func audit() async throws {
        let registration = try await RegistrationCase.make()
        _ = try await registration.register()
        #expect(try await registration.fixture.lastEvent().type == .clientRegistered)
        _ = try await registration.refusal([("redirect_uris", nil)])
        #expect(try await registration.fixture.lastEvent().type == .clientRegistrationFailed)
    }
}
