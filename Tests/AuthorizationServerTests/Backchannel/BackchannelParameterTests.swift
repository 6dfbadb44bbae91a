import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `POST /bc-authorize`: who may ask, for whom, and how (CIBA 7.1, contract 15.3, conformance 11).
@Suite struct BackchannelParameterTests {
    @Test("the answer: an id of 256 bits, lifetime and interval; the user gets a link")
    func answer() async throws {
        let ciba = try await BackchannelCase.make()
        let answer = try await ciba.begin()
        #expect(answer.members.map(\.name) == ["auth_req_id", "expires_in", "interval"])
        #expect(Base64URL.decode(answer["auth_req_id"]?.string ?? "")?.count == 32)
        #expect(answer["expires_in"] == 300 && answer["interval"] == 5)
        let mail = try #require(ciba.fixture.mail.messages.last)
        #expect(mail.to == EngineFixture.email && !mail.text.contains(answer["auth_req_id"]?.string ?? "?"))
    }

    @Test("parameters that are wrong", arguments: [
        ([("scope", "profile")], .invalidRequest), ([("scope", nil)], .invalidRequest), ([("login_hint", nil)], .invalidRequest),
        ([("id_token_hint", "x")], .invalidRequest), ([("login_hint_token", "x")], .invalidRequest),
        ([("login_hint", nil), ("login_hint_token", "x")], .invalidRequest), ([("login_hint", nil), ("id_token_hint", "x")], .invalidRequest),
        ([("login_hint", "nobody@example.test")], .unknownUserID), ([("login_hint", "auth0|nobody")], .unknownUserID),
        ([("login_hint", "{}")], .unknownUserID), ([("login_hint", "{")], .unknownUserID),
        ([("requested_expiry", "0")], .invalidRequest), ([("requested_expiry", "-5")], .invalidRequest),
        ([("requested_expiry", "1.5")], .invalidRequest), ([("requested_expiry", "259201")], .invalidRequest),
        ([("requested_expiry", "٣")], .invalidRequest), ([("audience", "https://nobody.test/")], .invalidTarget),
        ([("authorization_details", "[{}]")], .invalidAuthorizationDetails), ([("client_secret", "wrong")], .invalidClient),
        ([("scope", "openid \"")], .invalidScope),
    ] as [([(String, String?)], OAuthError.Kind)])
    func refused(_ changes: [(String, String?)], _ kind: OAuthError.Kind) async throws {
        let ciba = try await BackchannelCase.make()
        #expect(try await ciba.refusal(changes).kind == kind)
        #expect(ciba.fixture.mail.messages.isEmpty)
    }

    @Test("the texts that SDKs read")
    func texts() async throws {
        let ciba = try await BackchannelCase.make(.auth0)
        let scope = try await ciba.refusal([("scope", "profile")])
        #expect(scope.description == "openid scope must be requested" && scope.onTheWire == "400 invalid_request")
        let user = try await ciba.refusal([("login_hint", "nobody")])
        #expect(user.description == "User ID is malformed or unknown" && user.onTheWire == "400 unknown_user_id")
    }

    @Test("binding messages: 64 plain characters with Auth0, what a page can show elsewhere", arguments: [
        ("Pay 12.50: order #7", true, true), (String(repeating: "x", count: 64), true, true), (String(repeating: "x", count: 65), false, true),
        ("Überweisung 💶 支払い", false, true), (String(repeating: "x", count: 257), false, false), ("<script>", false, true),
    ])
    func bindingMessage(_ text: String, _ auth0: Bool, _ standard: Bool) async throws {
        for (profile, isGood) in [(WireProfile.auth0, auth0), (.standard, standard)] {
            let ciba = try await BackchannelCase.make(profile)
            if isGood {
                _ = try await ciba.begin([("binding_message", text)])
            } else {
                #expect(try await ciba.refusal([("binding_message", text)]).kind == .invalidBindingMessage)
            }
        }
    }

    @Test("hints that name the user: address, id, Auth0's JSON as text and as an object")
    func hints() async throws {
        let ciba = try await BackchannelCase.make()
        let json = #"{"format":"iss_sub","iss":"https://default.test/","sub":"\#(ciba.fixture.user.userID)"}"#
        for hint in [EngineFixture.email, ciba.fixture.user.userID, json] { _ = try await ciba.id([("login_hint", hint)]) }
        var body: JSONObject = ["scope": "openid", "login_hint": try JSONValue.parse(Array(json.utf8))]
        for (name, value) in ciba.fixture.credentials(of: ciba.client) { body[name] = .string(value) }
        #expect(try await ciba.begin(try FormParameters(jsonBody: body.serialized))["auth_req_id"] != nil)
    }

    @Test("Auth0's JSON of another issuer or format is nobody", arguments: [
        #"{"format":"iss_sub","iss":"https://evil.test/","sub":"auth0|0123456789abcdef01234567"}"#,
        #"{"format":"email","iss":"https://default.test/","sub":"auth0|0123456789abcdef01234567"}"#,
        #"{"format":"iss_sub","iss":"https://default.test/"}"#, #"{"format":"iss_sub","iss":"https://default.test/","sub":7}"#,
    ])
    func foreignHint(_ hint: String) async throws {
        #expect(try await BackchannelCase.make().refusal([("login_hint", hint)]).kind == .unknownUserID)
    }

    @Test("an ID token is a hint for its own client alone, an access token never")
    func idTokenHint() async throws {
        let ciba = try await BackchannelCase.make()
        let code = try await ciba.fixture.insertCode(for: ciba.fixture.spa, scopes: ["openid"])
        let foreign = try await ciba.fixture.token(ciba.fixture.codeForm(code, from: ciba.fixture.spa))
        let access = GrantedAccess(clientID: ciba.client.clientID, userID: ciba.fixture.user.userID, audience: nil, scopes: ["openid"])
        let own = try await TokenIssuer(ciba.fixture.context).idToken(
            for: access, client: ciba.client, user: ciba.fixture.user, bindings: .none, in: ciba.fixture.request())
        _ = try await ciba.id([("login_hint", nil), ("id_token_hint", own)])
        let stolen = try await ciba.refusal([("login_hint", nil), ("id_token_hint", foreign.idToken)])
        #expect(stolen.kind == .unknownUserID)
        let wrongKind = try await ciba.refusal([("login_hint", nil), ("id_token_hint", foreign.accessToken)])
        #expect(wrongKind.kind == .invalidRequest)
    }

    @Test("a blocked user is nobody")
    func blocked() async throws {
        let ciba = try await BackchannelCase.make()
        #expect(try await ciba.fixture.stores.users.setBlocked(ciba.fixture.user.userID, true, at: ciba.fixture.now))
        #expect(try await ciba.refusal([]).kind == .unknownUserID)
    }

    @Test("public clients and clients without the grant may not ask; a tenant can switch it off")
    func whoMay() async throws {
        var ciba = try await BackchannelCase.make { $0.grantTypes = [.authorizationCode] }
        #expect(try await ciba.refusal([]).kind == .unauthorizedClient)
        let spa = try await ciba.fixture.changed(ciba.fixture.spa) { $0.grantTypes = [.ciba] }
        let form = FormParameters([("client_id", spa.clientID), ("scope", "openid"), ("login_hint", EngineFixture.email)])
        let error = await #expect(throws: OAuthError.self) { try await ciba.begin(form) }
        #expect(error?.kind == .unauthorizedClient)
        ciba.fixture.tenant.settings.backchannel.enabled = false
        #expect(try await ciba.refusal([]).kind == .endpointDisabled)
    }

    @Test("a ping client sends a bearer token of 1024 characters at most", arguments: [
        (String(repeating: "t", count: 1024), true), (String(repeating: "t", count: 1025), false), (nil, false), ("a b", false),
        ("tök", false),
    ] as [(String?, Bool)])
    func notificationToken(_ token: String?, _ isGood: Bool) async throws {
        let ciba = try await BackchannelCase.make(ping: true)
        if isGood {
            _ = try await ciba.id([("client_notification_token", token)])
        } else {
            #expect(try await ciba.refusal([("client_notification_token", token)]).kind == .invalidRequest)
        }
    }
}
