import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What keeps a client that registered itself from being swept: having been given tokens, and nothing less.
@Suite struct RegistrationUseTests {
    private struct Registered {
        var registration: RegistrationCase
        let client: Client
        var fixture: EngineFixture { registration.fixture }
    }

    private func make(_ method: String, _ metadata: [(String, JSONValue?)] = []) async throws -> Registered {
        let registration = try await RegistrationCase.make {
            $0.unusedLifetime = .days(1)
            $0.thirdPartySecurityMode = .permissive
            $0.grantTypes.append(.implicit)
        }
        let answer = try await registration.register([
            ("token_endpoint_auth_method", .string(method)), ("redirect_uris", .strings([EngineFixture.callback])),
            ("response_types", .strings(["code", "id_token", "code id_token"])),
        ] + metadata)
        return Registered(registration: registration, client: try await registration.client(answer))
    }

    private func isKept(_ registered: Registered) async throws -> Bool {
        let fixture = registered.fixture
        fixture.clock.advance(by: .days(2))
        _ = try await fixture.engine.sweep(at: fixture.now, logRetention: .days(9))
        return try await fixture.context.client(registered.client.clientID) != nil
    }

    private func form(_ registered: Registered, _ pairs: [(String, String)]) -> [(String, String)] {
        let secret = registered.client.clientSecret.map { [("client_secret", $0.revealed)] } ?? []
        return pairs + [("client_id", registered.client.clientID)] + secret
    }

    @Test("asking for tokens in vain is no use, with or without a secret", arguments: ["none", "client_secret_post"])
    func inVain(_ method: String) async throws {
        let registered = try await make(method)
        for pairs in [
            [("grant_type", "authorization_code"), ("code", "x")], [("grant_type", "refresh_token"), ("refresh_token", "x")],
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)],
        ] {
            _ = try await registered.fixture.refusal(of: form(registered, pairs))
        }
        #expect(try await !isKept(registered))
    }

    @Test("nor is an authorization that nobody gave")
    func unanswered() async throws {
        let registered = try await make("none")
        var browser = EngineBrowser(registered.fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(registered.client, ["prompt": "none"]))
        #expect(answer["error"] == "login_required")
        _ = try await browser.authorize(registered.client)
        #expect(try await !isKept(registered))
    }

    @Test("a code that was never redeemed neither; one that was is use", arguments: [false, true])
    func code(_ isRedeemed: Bool) async throws {
        let registered = try await make("none")
        var browser = EngineBrowser(registered.fixture)
        let code = try #require(try await registered.fixture.consented(registered.client, [:], &browser)["code"])
        if isRedeemed {
            _ = try await registered.fixture.token(
                form(registered, [
                    ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", EngineFixture.callback),
                    ("code_verifier", PKCEExample.verifier),
                ]))
        }
        #expect(try await isKept(registered) == isRedeemed)
    }

    @Test("tokens in the front channel are use", arguments: ["id_token", "code id_token"])
    func frontChannel(_ type: String) async throws {
        let registered = try await make("none")
        var browser = EngineBrowser(registered.fixture)
        let changes = ["response_type": type, "scope": "openid"]
        let answer = try await registered.fixture.consented(registered.client, changes, &browser)
        #expect(answer["id_token"] != nil)
        #expect(try await isKept(registered))
    }
}
