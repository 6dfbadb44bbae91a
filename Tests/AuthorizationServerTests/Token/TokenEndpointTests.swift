import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 7.1 and the phases that every grant shares.
@Suite struct TokenEndpointTests {
    @Test("no grant_type, an empty one: missing parameter", arguments: [[], [("grant_type", "")]] as [[(String, String)]])
    func noGrantType(form: [(String, String)]) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: form + fixture.credentials(of: fixture.web))
        #expect(error.kind == .invalidRequest && error.description == "Missing required parameter: grant_type")
    }

    @Test("an unknown grant_type is named", arguments: ["implicit", "REFRESH_TOKEN", "urn:x", "refresh_token "])
    func unknownGrantType(type: String) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: [("grant_type", type)] + fixture.credentials(of: fixture.web))
        #expect(error.kind == .unsupportedGrantType && error.description == "Unsupported grant type: \(type)")
    }

    @Test("a wrong secret is access_denied, Unauthorized, 401 on the wire")
    func wrongSecret() async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: [
            ("grant_type", "client_credentials"), ("client_id", fixture.machine.clientID), ("client_secret", "wrong"),
        ])
        #expect(error.description == "Unauthorized")
        let wire = error.profile.wireError(for: error.kind, at: .token)
        #expect(wire.status == 401 && wire.code == "access_denied")
    }

    @Test("a grant that the client may not use has an error_uri", arguments: GrantTable.types)
    func grantNotAllowed(type: GrantType) async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.grantTypes = []
        #expect(try await fixture.stores.clients.update(client))
        let error = try await fixture.refusal(of: [("grant_type", type.rawValue)] + fixture.credentials(of: client))
        #expect(error.kind == .unauthorizedClient)
        #expect(error.description == "Grant type '\(type)' not allowed for the client.")
        #expect(error.members.map(\.name) == ["error_uri"])
    }

    @Test(
        "the refusal of every grant has its audit code",
        arguments: [
            ("authorization_code", "feacft"), ("refresh_token", "fertft"), ("client_credentials", "feccft"),
            ("password", "fepft"),
            ("http://auth0.com/oauth/grant-type/password-realm", "fepft"),
        ])
    func failureCodes(type: String, code: String) async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.refusal(of: [("grant_type", type), ("client_id", "nobody"), ("client_secret", "hidden")])
        let event = try await fixture.lastEvent()
        #expect(event.type.rawValue == code && event.clientID == "nobody" && event.description == "unknown client")
        #expect(event.ip == "203.0.113.7" && event.hostname == "default.test" && event.userAgent == "test/1.0")
    }

    static let protocolParameters = [
        "grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "username",
        "password", "realm", "scope", "audience", "resource",
    ]

    @Test("a repeated protocol parameter is refused, used by the grant or not", arguments: protocolParameters)
    func repeated(name: String) async throws {
        let fixture = try await EngineFixture.make()
        let form = fixture.form(
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, [])
        let error = try await fixture.refusal(of: form + [(name, "a"), (name, "a")])
        #expect(error.kind == .invalidRequest)
    }

    @Test("a protocol parameter that is no string is refused", arguments: protocolParameters, ["1", "true", "[]", "{}"])
    func wrongType(name: String, value: String) async throws {
        let fixture = try await EngineFixture.make()
        let pairs = fixture.form(
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, [(name, nil)])
        let members = pairs.map { "\"\($0.0)\":\"\($0.1)\"" } + ["\"\(name)\":\(value)"]
        let form = try FormParameters(jsonBody: Array("{\(members.joined(separator: ","))}".utf8))
        let error = await #expect(throws: OAuthError.self) {
            try await TokenEndpoint(fixture.context).respond(to: form, authorization: nil, in: fixture.request())
        }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("unknown parameters are ignored, repeated or not a string")
    func unknownParameters() async throws {
        let fixture = try await EngineFixture.make()
        let pairs = fixture.form(
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, [])
        let members = pairs.map { "\"\($0.0)\":\"\($0.1)\"" } + ["\"auth0Client\":{}", "\"x\":1", "\"x\":2"]
        let form = try FormParameters(jsonBody: Array("{\(members.joined(separator: ","))}".utf8))
        let response = try await TokenEndpoint(fixture.context).respond(to: form, authorization: nil, in: fixture.request())
        #expect(response.scope == "read:items")
    }

    @Test("a scope with characters that no scope has is malformed", arguments: ["a\"b", "a\\b", "ä"])
    func malformedScope(scope: String) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(
            of: fixture.form(
                [("grant_type", "client_credentials"), ("audience", EngineFixture.audience), ("scope", scope)],
                of: fixture.machine, []))
        #expect(error.kind == .invalidScope && error.description == "Malformed parameter: scope")
    }

    @Test("no secret reaches the audit log")
    func noSecretInLog() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        let second = try #require(try await fixture.token(fixture.refreshForm(token, from: fixture.spa)).refreshToken)
        fixture.clock.advance(by: 60)
        _ = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa))
        _ = try await fixture.refusal(of: fixture.codeForm("secret-code", from: fixture.web, [("client_secret", "wrong-secret")]))
        let log = String(describing: try await fixture.stores.logs.list(after: nil, limit: 100))
        for secret in [token, second, "secret-code", "wrong-secret", PKCEExample.verifier] { #expect(!log.contains(secret)) }
    }

    @Test("a trusted client's auth0-forwarded-for is the address of the audit log, nobody else's is")
    func reportedAddress() async throws {
        let fixture = try await EngineFixture.make()
        var request = fixture.request()
        request.reportedAddress = "198.51.100.9"
        let form = FormParameters(
            fixture.form([("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, []))
        _ = try await TokenEndpoint(fixture.context).respond(to: form, authorization: nil, in: request)
        #expect(try await fixture.lastEvent().ip == "203.0.113.7")
        var trusted = fixture.machine
        trusted.isTokenEndpointIPHeaderTrusted = true
        #expect(try await fixture.stores.clients.update(trusted))
        _ = try await TokenEndpoint(fixture.context).respond(to: form, authorization: nil, in: request)
        #expect(try await fixture.lastEvent().ip == "198.51.100.9")
        request.reportedAddress = "not an address"
        _ = try await TokenEndpoint(fixture.context).respond(to: form, authorization: nil, in: request)
        #expect(try await fixture.lastEvent().ip == "203.0.113.7")
    }
}

/// Other profiles than Auth0's, and what concerns every grant since there are several.
@Suite struct TokenEndpointProfileTests {
    @Test("an unknown grant_type is 403 as Auth0 says and 400 as the RFC does", arguments: [WireProfile.auth0, .standard])
    func unknownGrantType(profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = profile }, fixture.web)
        let error = try await fixture.refusal(of: [("grant_type", "x")] + fixture.credentials(of: client))
        #expect(error.onTheWire == (profile == .auth0 ? "403 unsupported_grant_type" : "400 unsupported_grant_type"))
        #expect(try await fixture.lastEvent().type == .loginFailed)
    }

    @Test("a wrong secret is spelled for the client that it was sent for")
    func wrongSecret() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = .standard }, fixture.web)
        let error = try await fixture.refusal(of: [
            ("grant_type", "client_credentials"), ("client_id", client.clientID), ("client_secret", "wrong"),
        ])
        #expect(error.onTheWire == "401 invalid_client" && error.description == "Unauthorized")
        #expect(try await fixture.lastEvent().clientName == nil)
    }

    @Test("no grant_type is in the audit log")
    func noGrantType() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.refusal(of: fixture.credentials(of: fixture.web))
        #expect(try await fixture.lastEvent().type == .loginFailed)
    }

    @Test(
        "protocol parameters of any grant must not be repeated",
        arguments: [
            "client_assertion", "device_code", "auth_req_id", "subject_token", "actor_token", "assertion", "otp", "mfa_token",
        ])
    func repeated(name: String) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: fixture.machineForm + [(name, "a"), (name, "b")])
        #expect(error.kind == .invalidRequest && error.description == "Parameter must not be repeated: \(name)")
    }

    @Test("FAPI: a code without its verifier is 400 invalid_grant, and lives a minute")
    func fapiCode() async throws {
        let test = try await ClientAssertionCase.make(profile: .fapi2Security) { $0.grantTypes = [.authorizationCode] }
        let fixture = test.fixture
        func form(_ code: String, _ verifier: String?) throws -> [(String, String)] {
            test.form(try test.assertion()) + [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", EngineFixture.callback),
            ]
                + (verifier.map { [("code_verifier", $0)] } ?? [])
        }
        let code = try await fixture.insertCode(for: test.client, scopes: ["read:items"])
        #expect(try await fixture.refusal(of: form(code, nil)).onTheWire == "400 invalid_grant")
        fixture.clock.advance(by: 61)
        let late = try await fixture.refusal(
            of: form(code, PKCEExample.verifier), proofs: [fixture.proof(try TestKey(), withNonce: false)])
        #expect(late.onTheWire == "400 invalid_grant")
    }

    @Test(
        "a verifier that no challenge asked for: as Auth0, yes for first parties; elsewhere no",
        arguments: [WireProfile.auth0, .standard])
    func unaskedVerifier(profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = profile }, fixture.web)
        let code = try await fixture.insertCode(for: client) { ($0.codeChallenge, $0.codeChallengeMethod) = (nil, nil) }
        let form = fixture.codeForm(code, from: client)
        if profile == .auth0 {
            _ = try await fixture.token(form)
        } else {
            #expect(try await fixture.refusal(of: form).onTheWire == "400 invalid_grant")
        }
    }

    @Test("client credentials beyond the grant: access_denied or invalid_scope", arguments: [WireProfile.auth0, .standard])
    func excess(profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.update({ $0.wireProfile = profile }, fixture.machine)
        let error = try await fixture.refusal(of: fixture.machineForm + [("scope", "write:items")])
        #expect(error.onTheWire == (profile == .auth0 ? "403 access_denied" : "400 invalid_scope"))
    }
}
