import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `acr` (OIDC Core 3.1.2.1, 5.5.1.1), and the defaults that a client registers (OIDC Registration 2).
@Suite struct AuthenticationContextTests {
    private static let contexts = [
        AuthenticationContext(acr: "urn:password", methods: ["pwd"]), AuthenticationContext(acr: "urn:strong", methods: ["pwd", "mfa"]),
    ]

    private func idToken(
        _ changes: [String: String] = [:], contexts: [AuthenticationContext] = Self.contexts, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> JSONObject {
        let (fixture, answer) = try await answer(changes, contexts: contexts, change)
        return try await fixture.verified(try #require(answer["id_token"])).payload
    }

    private func answer(
        _ changes: [String: String], contexts: [AuthenticationContext] = Self.contexts, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> (EngineFixture, AuthorizationResponse) {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.authenticationContexts = contexts }
        let client = try await fixture.changed(fixture.web) { client in
            client.wireProfile = .standard
            change(&client)
        }
        var browser = EngineBrowser(fixture)
        return (fixture, try await browser.signIn(client, ["response_type": "id_token"].merging(changes) { $1 }))
    }

    @Test("a context that is reached is named, with the methods")
    func reached() async throws {
        let claims = try await idToken(["acr_values": "urn:unknown urn:password"])
        #expect(claims["acr"] == "urn:password" && claims["amr"] == .strings(["pwd"]))
    }

    @Test("of voluntary contexts that cannot be reached the client is told what was reached instead")
    func voluntary() async throws {
        #expect(try await idToken(["acr_values": "urn:strong"])["acr"] == "urn:password")
        #expect(try await idToken(["claims": #"{"id_token":{"acr":{"values":["urn:strong"]}}}"#])["acr"] == "urn:password")
    }

    @Test("of several that are reached the client's first wish counts, and without a wish the strongest")
    func order() async throws {
        let weak = AuthenticationContext(acr: "urn:weak", methods: [])
        let strong = AuthenticationContext(acr: "urn:password", methods: ["pwd"])
        for (wish, expected) in [("urn:weak urn:password", "urn:weak"), ("urn:password urn:weak", "urn:password"), ("", "urn:password")] {
            #expect(try await idToken(["acr_values": wish], contexts: [weak, strong])["acr"]?.string == expected)
        }
    }

    @Test("an essential context that cannot be reached is refused", arguments: [
        #"{"id_token":{"acr":{"essential":true,"values":["urn:strong"]}}}"#, #"{"id_token":{"acr":{"essential":true,"value":"urn:strong"}}}"#,
        #"{"id_token":{"acr":{"essential":true,"values":["urn:unknown","urn:strong"]}}}"#,
    ])
    func essential(_ claims: String) async throws {
        let (_, answer) = try await answer(["claims": claims])
        #expect(answer["error"] == "unmet_authentication_requirements" && answer["id_token"] == nil)
    }

    @Test("of essential values one that is reached is enough")
    func oneOfMany() async throws {
        let claims = #"{"id_token":{"acr":{"essential":true,"values":["urn:strong","urn:password"]}}}"#
        #expect(try await idToken(["claims": claims])["acr"] == "urn:password")
    }

    @Test("the claims parameter counts more than acr_values, and those more than the client's default")
    func precedence() async throws {
        let asked = #"{"id_token":{"acr":{"values":["urn:password"]}}}"#
        #expect(try await idToken(["claims": asked, "acr_values": "urn:strong"])["acr"] == "urn:password")
        #expect(try await idToken(["acr_values": "urn:password"]) { $0.requests.defaultACRValues = ["urn:strong"] }["acr"] == "urn:password")
        #expect(try await idToken { $0.requests.defaultACRValues = ["urn:password"] }["acr"] == "urn:password")
    }

    @Test("without a wish the best context that is reached is told; without contexts there is none")
    func unasked() async throws {
        #expect(try await idToken()["acr"] == "urn:password")
        #expect(try await idToken(contexts: [])["acr"] == nil)
    }

    @Test("default_max_age asks for a new login when the session is older", arguments: [(599, true), (601, false)])
    func defaultMaxAge(_ age: Int64, _ isSilent: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.requests.defaultMaxAge = 600 }
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(client)
        fixture.clock.advance(by: Lifetime(seconds: age))
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none", "response_type": "id_token"]))
        #expect((answer["id_token"] != nil) == isSilent)
        guard isSilent else { #expect(answer["error"] == "login_required"); return }
        let payload = try await fixture.verified(try #require(answer["id_token"])).payload
        #expect(payload["auth_time"]?.integer == fixture.now.seconds - age)
    }

    @Test("a request's max_age wins over the default")
    func maxAgeWins() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.requests.defaultMaxAge = 600 }
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(client)
        fixture.clock.advance(by: 601)
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none", "max_age": "3600"]))
        #expect(answer["code"] != nil)
    }

    @Test("require_auth_time puts auth_time into Auth0's ID tokens")
    func requireAuthTime() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.requests.requireAuthTime = true }
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["response_type": "id_token"])
        let payload = try await fixture.verified(try #require(answer["id_token"])).payload
        #expect(payload["auth_time"]?.integer == fixture.now.seconds)
    }
}
