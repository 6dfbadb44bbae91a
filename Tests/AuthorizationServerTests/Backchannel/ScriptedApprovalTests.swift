import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `POST /dev/backchannel`: what a conformance suite decides requests by (conformance 11).
@Suite struct ScriptedApprovalTests {
    private static func make(ping: Bool = false) async throws -> BackchannelCase {
        var ciba = try await BackchannelCase.make(ping: ping)
        try await ciba.fixture.configure { $0.isDevelopment = true }
        return ciba
    }

    private func decide(_ ciba: BackchannelCase, _ pairs: [(String, String)]) async throws {
        try await ScriptedApproval(ciba.fixture.context).respond(to: FormParameters(pairs), in: ciba.fixture.request())
    }

    private func decide(_ ciba: BackchannelCase, _ id: String, _ action: String) async throws {
        try await decide(ciba, [("auth_req_id", id), ("action", action)])
    }

    @Test("allow: tokens for the user who was asked, as of now, once")
    func allow() async throws {
        let ciba = try await Self.make()
        let id = try await ciba.id([("scope", "openid offline_access read:items"), ("audience", EngineFixture.audience)])
        ciba.fixture.clock.advance(by: 30)
        try await decide(ciba, id, "allow")
        let event = try await ciba.fixture.lastEvent()
        #expect(event.type == .loginSucceeded && event.userID == ciba.fixture.user.userID)
        let tokens = try await ciba.poll(id)
        #expect(tokens.scope == "openid offline_access read:items" && tokens.refreshToken != nil)
        let idToken = try await ciba.fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["sub"]?.string == ciba.fixture.user.userID && idToken["sid"] == nil)
        #expect(idToken["auth_time"]?.integer == ciba.fixture.now.seconds)
        await #expect(throws: OAuthError.self) { try await decide(ciba, id, "deny") }
    }

    @Test("deny: access_denied")
    func deny() async throws {
        let ciba = try await Self.make()
        let id = try await ciba.id()
        try await decide(ciba, id, "deny")
        #expect(try await ciba.fixture.lastEvent().type == .authenticationRejected)
        #expect(try await ciba.pollRefusal(id).kind == .accessDenied)
    }

    @Test("the client of a decided request is pinged", arguments: ["allow", "deny"])
    func ping(_ action: String) async throws {
        let ciba = try await Self.make(ping: true)
        let id = try await ciba.id()
        try await decide(ciba, id, action)
        let due = try await ciba.fixture.stores.deliveries.list(limit: 10)
        #expect(due.map(\.kind) == [.cibaPing] && due.first?.clientID == ciba.client.clientID)
    }

    @Test("permissions limit what is granted, as on the page")
    func permissions() async throws {
        var ciba = try await Self.make()
        try await ciba.fixture.changeAPI { $0.enforcePolicies = true }
        try await ciba.fixture.stores.permissions.grant(["read:items"], at: EngineFixture.audience, to: ciba.fixture.user.userID)
        let id = try await ciba.id([("scope", "openid read:items write:items"), ("audience", EngineFixture.audience)])
        try await decide(ciba, id, "allow")
        #expect(try await ciba.poll(id).scope == "openid read:items")
    }

    @Test("no tenant but one for development has it")
    func production() async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        for action in ["allow", "deny"] {
            let error = await #expect(throws: OAuthError.self) { try await decide(ciba, id, action) }
            #expect(error?.kind == .endpointDisabled)
        }
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
    }

    @Test("what is unknown, over, of another kind or malformed decides nothing")
    func refused() async throws {
        let ciba = try await Self.make()
        let id = try await ciba.id()
        let device = try await DeviceCase.start(.standard, ciba.fixture)
        let wrong: [[(String, String)]] = [
            [], [("auth_req_id", id)], [("action", "allow")], [("auth_req_id", id + "x"), ("action", "allow")],
            [("auth_req_id", id), ("action", "Allow")], [("auth_req_id", id), ("action", "approve")],
            [("auth_req_id", id), ("action", "allow"), ("action", "deny")],
            [("auth_req_id", id), ("auth_req_id", id), ("action", "allow")],
            [("auth_req_id", device.deviceCode), ("action", "allow")],
            [("auth_req_id", try ciba.ticket()), ("action", "allow")],
        ]
        for pairs in wrong {
            let error = await #expect(throws: OAuthError.self) { try await decide(ciba, pairs) }
            #expect(error?.kind == .invalidRequest)
        }
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
        ciba.fixture.clock.advance(by: 300)
        await #expect(throws: OAuthError.self) { try await decide(ciba, id, "allow") }
    }

    @Test("a user who was blocked meanwhile approves nothing")
    func blocked() async throws {
        let ciba = try await Self.make()
        let id = try await ciba.id()
        #expect(try await ciba.fixture.stores.users.setBlocked(ciba.fixture.user.userID, true, at: ciba.fixture.now))
        await #expect(throws: OAuthError.self) { try await decide(ciba, id, "allow") }
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
    }
}
