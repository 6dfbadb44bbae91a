import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// One answer that SDKs compare: how it comes about, and what it says to the byte. Texts are written out here, not taken from the
/// program: a change of one must be seen.
struct Literal: Sendable, CustomTestStringConvertible {
    /// The section of the contract and the situation.
    let testDescription: String
    let status: Int
    /// `error` of shape A, `code` of shape B.
    let error: String
    /// Exactly; `nil` where only the code is part of the contract.
    let text: String?
    /// `name` of shape B.
    var name: String?
    let ask: @Sendable () async throws -> WireAnswer

    init(
        _ situation: String, _ status: Int, _ error: String, _ text: String?,
        _ ask: @escaping @Sendable () async throws -> WireAnswer
    ) {
        (testDescription, self.status, self.error, self.text, self.ask) = (situation, status, error, text, ask)
    }

    func named(_ name: String) -> Literal {
        var copy = self
        copy.name = name
        return copy
    }

    func check() async throws {
        let answer = try await ask()
        #expect(answer.status == status, "\(answer.text)")
        guard answer.location == nil else { return checkCallback(answer) }
        #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
        #expect(answer.header("Cache-Control") == "no-store")
        // Golden rule 3: SDKs stop reading at this header.
        #expect(answer.header("WWW-Authenticate") == nil)
        let isShapeB = answer.json?["code"] != nil
        #expect(answer.member(isShapeB ? "code" : "error") == error)
        #expect(!isShapeB || answer.json?["error"] == nil, "never both families in one body (contract 1.3)")
        if let text { #expect(answer.member(isShapeB ? "description" : "error_description") == text) }
        if let name { #expect(answer.member("name") == name && answer.json?["statusCode"]?.integer == Int64(status)) }
    }

    private func checkCallback(_ answer: WireAnswer) {
        let parameters = answer.redirectParameters
        #expect(parameters["error"] == error && parameters["state"] == "state-1")
        if let text { #expect(parameters["error_description"] == text) }
    }
}

/// Asking as the rows need it.
enum LiteralScene {
    /// `POST /oauth/token` as the confidential client.
    static func token(_ server: TestServer, _ grant: GrantType, _ more: [(String, String)] = []) async throws -> WireAnswer {
        try await server.token(as: server.fixture.web, [("grant_type", grant.rawValue)] + more)
    }

    static func password(_ server: TestServer, _ password: String, user: String = EngineFixture.email) async throws -> WireAnswer {
        try await token(server, .password, [("username", user), ("password", password)])
    }

    /// A server whose confidential client also has these grants.
    static func server(allowing grants: GrantType...) async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        fixture.web.grantTypes += grants
        _ = try await fixture.stores.clients.update(fixture.web)
        return try await TestServer.make(fixture)
    }

    /// A journey of the public client with a rotating refresh token.
    static func refreshing() async throws -> (journey: Journey, token: String) {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let answer = try await journey.tokens(["scope": "openid offline_access"])
        return (journey, try #require(answer.member("refresh_token")))
    }

    /// A code of the public client, with PKCE.
    static func code() async throws -> (journey: Journey, code: String) {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        return (journey, try #require(try await journey.signIn()["code"]))
    }

    /// A device that waits for its user.
    struct Device {
        let server: TestServer
        let client: Client
        let code: String
        let page: String

        /// The user opens the page, signs in and declines.
        func decline() async throws {
            var browser = TestBrowser(server)
            let login = try await browser.submit(try await browser.open(page).page()).page()
            let typed = ["username": EngineFixture.email, "password": EngineFixture.password.revealed]
            let approval = try await browser.submit(login, typed).page()
            _ = try await browser.submit(approval, pressing: ("decision", "decline"))
        }
    }

    static func device() async throws -> Device {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.native) { $0.grantTypes = [.deviceCode] }
        let begun = try await server.ask("/oauth/device/code", as: client, [("scope", "openid")])
        return Device(
            server: server, client: client, code: try #require(begun.member("device_code")),
            page: try #require(begun.member("verification_uri_complete")))
    }

    static func poll(_ device: Device, code: String? = nil) async throws -> WireAnswer {
        try await device.server.token(
            as: device.client, [("grant_type", GrantType.deviceCode.rawValue), ("device_code", code ?? device.code)])
    }
}
