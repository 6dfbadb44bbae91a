import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct RequestInfoEventTests {
    @Test("an event says when, from where, at which host, and whom it concerns")
    func all() async throws {
        let fixture = try await EngineFixture.make()
        let event = fixture.request().event(.loginSucceeded, client: fixture.spa, user: fixture.user, description: "text")
        #expect(event.date == fixture.now && event.ip == "203.0.113.7" && event.userAgent == "test/1.0")
        #expect(event.hostname == "default.test" && event.description == "text")
        #expect(event.clientID == fixture.spa.clientID && event.clientName == fixture.spa.name)
        #expect(event.userID == fixture.user.userID && event.userName == EngineFixture.email)
        #expect(event.connection == fixture.connection.name)
    }

    @Test("without client and user their members stay empty")
    func nobody() async throws {
        let event = try await EngineFixture.make().request().event(.loginFailed)
        #expect(event.clientID == nil && event.userID == nil && event.connection == nil && event.description == nil)
    }

    @Test("what was granted is added: audience, scope, and the user when not known yet")
    func granting() async throws {
        let fixture = try await EngineFixture.make()
        let access = GrantedAccess(clientID: "c", userID: "auth0|9", audience: "urn:api", scopes: ["a", "b"])
        let event = fixture.request().event(.codeExchanged).granting(access)
        #expect(event.audience == "urn:api" && event.scope == "a b" && event.userID == "auth0|9")
        #expect(fixture.request().event(.codeExchanged, user: fixture.user).granting(access).userID == fixture.user.userID)
    }
}
