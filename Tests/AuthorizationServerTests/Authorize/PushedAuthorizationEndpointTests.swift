import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `POST /oauth/par` (RFC 9126 section 2, contract 15.1): the request is judged before the browser comes.
@Suite struct PushedAuthorizationEndpointTests {
    @Test("the answer: a URI of ours with 256 random bits, never the same, and how long it is good")
    func answer() async throws {
        let pushed = try await PushedRequestCase.make()
        let answer = try await pushed.push(EngineBrowser.parameters(pushed.client))
        #expect(answer.json.members.map(\.name) == ["request_uri", "expires_in"])
        #expect(answer.requestURI.hasPrefix("urn:ietf:params:oauth:request_uri:"))
        #expect(Base64URL.decode(String(answer.requestURI.dropFirst(34)))?.count == 32)
        #expect(try await pushed.push() != answer.requestURI)
    }

    @Test("request_uri may not be pushed")
    func nested() async throws {
        let pushed = try await PushedRequestCase.make()
        let uri = try await pushed.push()
        let error = try await pushed.refusal(EngineBrowser.parameters(pushed.client) + [("request_uri", uri)])
        #expect(error.kind == .invalidRequest && error.onTheWire == "400 invalid_request")
    }

    @Test("a repeated parameter is refused", arguments: ["scope", "state", "redirect_uri", "response_type", "nonce"])
    func repeated(_ name: String) async throws {
        let pushed = try await PushedRequestCase.make()
        let parameters = EngineBrowser.parameters(pushed.client)
        let error = try await pushed.refusal(parameters + parameters.filter { $0.0 == name })
        #expect(error.onTheWire == "400 invalid_request")
    }

    @Test("the wrong secret, no secret and an unknown client are refused")
    func authentication() async throws {
        let pushed = try await PushedRequestCase.make()
        let parameters = EngineBrowser.parameters(pushed.client)
        #expect(try await pushed.refusal(parameters + [("client_secret", "wrong")]).kind == .invalidClient)
        #expect(try await pushed.refusal(parameters + [("client_secret", "")]).kind == .invalidClient)
        let error = try await pushed.refusal(parameters.filter { $0.0 != "client_id" } + [("client_id", "nobody")])
        #expect(error.kind == .invalidClient)
    }

    @Test("public clients push in the standard profile, not in Auth0's, unless the tenant allows it")
    func publicClients() async throws {
        var pushed = try await PushedRequestCase.make()
        let spa = pushed.fixture.spa
        let refused = try await pushed.refusal(EngineBrowser.parameters(spa), as: spa)
        #expect(refused.onTheWire == "403 unauthorized_client")
        let standard = try await pushed.fixture.changed(pushed.fixture.native) { $0.wireProfile = .standard }
        #expect(try await pushed.push(EngineBrowser.parameters(standard), as: standard).expiresIn == 90)
        pushed.fixture.tenant.settings.pushedRequestsForPublicClients = true
        #expect(try await pushed.push(EngineBrowser.parameters(spa), as: spa).expiresIn == 30)
    }

    @Test(
        "every check of /authorize runs here, and nothing is stored",
        arguments: [
            (["redirect_uri": "https://evil.test/"], "400 invalid_request"),
            (["response_type": "nonsense"], "400 unsupported_response_type"),
            (["response_type": ""], "400 invalid_request"), (["prompt": "none login"], "400 invalid_request"),
            (["max_age": "-1"], "400 invalid_request"), (["response_mode": "smoke"], "400 invalid_request"),
            (["claims": "[]"], "400 invalid_request"), (["audience": "https://nobody.test/"], "400 invalid_target"),
            (["code_challenge": "short", "code_challenge_method": "S256"], "400 invalid_request"),
            (["authorization_details": "[{}]"], "400 invalid_authorization_details"),
            (["dpop_jkt": "short"], "400 invalid_dpop_proof"), (["scope": "open\"id"], "400 invalid_scope"),
        ])
    func judged(_ changes: [String: String], _ wire: String) async throws {
        let pushed = try await PushedRequestCase.make()
        let error = try await pushed.refusal(EngineBrowser.parameters(pushed.client, changes))
        #expect(error.onTheWire == wire)
        #expect(try await pushed.fixture.lastEvent().type == .requestPushFailed)
    }

    @Test("client_id in the body must be the authenticated client's")
    func foreignClientID() async throws {
        let pushed = try await PushedRequestCase.make(.standard) { $0.tokenEndpointAuthMethod = .clientSecretBasic }
        let basic = "Basic " + Base64.encode(Array("\(pushed.client.clientID):\(EngineFixture.secret.revealed)".utf8))
        let form = FormParameters(EngineBrowser.parameters(pushed.client, ["client_id": pushed.fixture.spa.clientID]))
        let error = await #expect(throws: OAuthError.self) {
            try await PushedAuthorizationEndpoint(pushed.fixture.context).respond(
                to: form, authorization: basic, in: pushed.fixture.request())
        }
        #expect(error?.kind == .invalidClient || error?.kind == .invalidRequest)
    }

    @Test("a client that was changed between push and visit is judged as it is now")
    func changedMeanwhile() async throws {
        let pushed = try await PushedRequestCase.make()
        let form = pushed.form(try await pushed.push())
        try await pushed.fixture.changed(pushed.client) { $0.callbacks = ["https://app.example.test/other"] }
        #expect(try await pushed.shown(form).kind == .unauthorizedClient)
    }

    @Test("a tenant may switch pushing off: no endpoint, and none published")
    func switchedOff() async throws {
        var pushed = try await PushedRequestCase.make()
        pushed.fixture.tenant.settings.pushedAuthorizationRequests = false
        #expect(try await pushed.refusal(EngineBrowser.parameters(pushed.client)).onTheWire == "404 endpoint_disabled")
        let document = DiscoveryDocument(pushed.fixture.context).document(in: pushed.fixture.request())
        #expect(document["pushed_authorization_request_endpoint"] == nil)
        #expect(document["require_pushed_authorization_requests"] == nil)
    }

    @Test("where there is pushing, the metadata say whether it is required", arguments: [true, false])
    func required(isRequired: Bool) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.requirePushedAuthorizationRequests = isRequired
        let document = DiscoveryDocument(fixture.context).document(in: fixture.request())
        #expect(document["require_pushed_authorization_requests"] == .bool(isRequired))
    }
}
