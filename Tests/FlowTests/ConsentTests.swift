import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 6.
@Suite struct ConsentTests {
    private static let scopes: [String: String?] = ["scope": "openid read:items", "audience": EngineFixture.audience]

    private static func thirdParty() async throws -> Journey {
        let server = try await TestServer.make()
        var client = server.fixture.web
        (client.isFirstParty, client.thirdPartySecurityMode) = (false, .permissive)
        _ = try await server.fixture.stores.clients.update(client)
        return Journey(server, client)
    }

    @Test("A third-party application asks once, and for more when it wants more")
    func askedOnce() async throws {
        var journey = try await Self.thirdParty()
        let page = try await journey.logIn(on: try await journey.authorize(Self.scopes).page()).page()
        #expect(page.path.hasPrefix("/u/consent?"))
        #expect(page.html.contains("read:items"))
        #expect(try await journey.browser.submit(page, pressing: ("decision", "accept")).callback()["code"]?.isEmpty == false)
        #expect(try await journey.authorize(Self.scopes).callback()["code"]?.isEmpty == false)
        let more = Self.scopes.merging(["scope": "openid read:items write:items"]) { $1 }
        #expect(try await journey.authorize(more).page().path.hasPrefix("/u/consent?"))
    }

    @Test("Declining goes back to the application as access_denied")
    func declined() async throws {
        var journey = try await Self.thirdParty()
        let page = try await journey.logIn(on: try await journey.authorize(Self.scopes).page()).page()
        let callback = try await journey.browser.submit(page, pressing: ("decision", "decline")).callback()
        #expect(callback["error"] == "access_denied")
        #expect(callback["state"] == "state-1")
        #expect(callback["code"] == nil)
    }

    @Test("Silently the missing consent is an answer, not a page")
    func silent() async throws {
        var journey = try await Self.thirdParty()
        let page = try await journey.logIn(on: try await journey.authorize(Self.scopes).page()).page()
        let silent = Self.scopes.merging(["prompt": "none"]) { $1 }
        #expect(try await journey.authorize(silent).callback()["error"] == "consent_required")
        _ = try await journey.browser.submit(page, pressing: ("decision", "accept"))
        #expect(try await journey.authorize(silent).callback()["code"]?.isEmpty == false)
    }

    @Test("prompt=consent asks even a first-party application")
    func insisted() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let page = try await journey.logIn(on: try await journey.authorize(["prompt": "consent"]).page()).page()
        #expect(page.path.hasPrefix("/u/consent?"))
    }

    @Test("An agreement without the page's token is not taken")
    func forged() async throws {
        var journey = try await Self.thirdParty()
        let page = try await journey.logIn(on: try await journey.authorize(Self.scopes).page()).page()
        let again = try await journey.browser.submit(page, ["_csrf": "forged"], pressing: ("decision", "accept")).page()
        #expect(again.path.hasPrefix("/u/consent"))
        #expect(
            try await journey.authorize(Self.scopes.merging(["prompt": "none"]) { $1 }).callback()["error"] == "consent_required")
    }
}

/// Contract 4.4: how answers travel.
@Suite struct ResponseModeTests {
    private static let front: [String: String?] = [
        "response_type": "id_token", "nonce": "n-1", "code_challenge": nil, "code_challenge_method": nil,
    ]

    @Test("form_post answers with a form that the browser sends, without a script when need be")
    func formPost() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let page = try await journey.logIn(
            on: try await journey.authorize(Self.front.merging(["response_mode": "form_post"] as [String: String?]) { $1 }).page()
        ).page()
        let form = try #require(page.forms.first)
        #expect(form.action == EngineFixture.callback)
        #expect(form.method == "post")
        #expect(Set(form.fields.map(\.name)) == ["id_token", "state"])
        let claims = Journey.claims(of: form.fields.first { $0.name == "id_token" }?.value)
        #expect(claims?["nonce"]?.string == "n-1")
    }

    @Test("Tokens in the front channel travel in the fragment, never with a refresh token")
    func fragment() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let url = try await journey.logIn(
            on: try await journey.authorize(
                Self.front.merging(["response_type": "id_token token", "scope": "openid offline_access"]) { $1 }
            ).page()
        ).leftTo()
        #expect(url.hasPrefix(EngineFixture.callback + "#"))
        let parameters = TestURL.parameters(of: url)
        #expect(parameters["token_type"] == "Bearer")
        #expect(parameters["refresh_token"] == nil)
        #expect(Journey.claims(of: parameters["id_token"])?["at_hash"]?.string?.isEmpty == false)
    }

    @Test("A token in the query is refused")
    func tokenInQuery() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let landing = try await journey.authorize(Self.front.merging(["response_mode": "query"]) { $1 })
        #expect(try landing.callback()["error"] == "invalid_request")
    }

    @Test(
        "Errors that no callback may learn of stay on our page",
        arguments: [
            ["client_id": "unknown"], ["client_id": nil], ["redirect_uri": "https://evil.test/"],
            ["redirect_uri": "https://app.example.test/callback/x"],
            ["redirect_uri": "javascript:alert(1)"], ["redirect_uri": "https://app.example.test.evil.test/callback"],
        ] as [[String: String?]])
    func shownToUser(changes: [String: String?]) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize(changes).page()
        #expect((400..<500).contains(page.status))
        #expect(page.headers.header("Content-Type") == "text/html; charset=utf-8")
        #expect(page.html.contains(page.headers.header("X-Request-Id") ?? "missing"))
    }
}
