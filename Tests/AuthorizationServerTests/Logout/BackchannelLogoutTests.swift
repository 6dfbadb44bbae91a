import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Logout tokens (OIDC Back-Channel Logout 2.4, contract 12.3).
@Suite struct BackchannelLogoutTests {
    @Test("every client of the session is told once, and no other")
    func clients() async throws {
        let test = try await LogoutCase.make()
        try await test.logOut()
        #expect(test.fixture.outbound.posts.isEmpty)
        #expect(try await test.deliver() == 2)
        #expect(try await test.deliver() == 0)
        #expect(Set(test.fixture.outbound.posts.map(\.url)) == [LogoutCase.first, LogoutCase.second])
        let post = try #require(test.fixture.outbound.posts.first)
        #expect(post.contentType == "application/x-www-form-urlencoded" && post.authorization == nil)
    }

    @Test("the token, by profile: type, audience, lifetime, the event, and no nonce", arguments: [
        (WireProfile.standard, "logout+jwt"), (.auth0, "JWT"),
    ])
    func token(_ profile: WireProfile, _ type: String) async throws {
        let test = try await LogoutCase.make(profile)
        let session = try await test.session()
        try await test.logOut()
        try await test.deliver()
        let token = try await test.fixture.verified(try #require(test.tokens(LogoutCase.first).first))
        #expect(token.header["typ"]?.string == type && token.header["kid"] != nil)
        #expect(token.payload.members.map(\.name) == 
            ["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"] + (profile == .auth0 ? ["trace_id"] : []))
        #expect(token.payload["iss"] == "https://default.test/" && token.payload["aud"]?.string == test.fixture.web.clientID)
        #expect(token.payload["sub"]?.string == test.fixture.user.userID && token.payload["sid"]?.string == session.sid)
        #expect(token.payload["iat"]?.integer == test.fixture.now.seconds && token.payload["exp"]?.integer == test.fixture.now.seconds + 120)
        let event: JSONValue = .object(["http://schemas.openid.net/event/backchannel-logout": .object([:])])
        #expect(token.payload["events"] == event)
    }

    @Test("each delivery has a jti of its own, and a repeated one a fresh token")
    func fresh() async throws {
        let test = try await LogoutCase.make()
        test.fixture.outbound.answerPosts(with: 503)
        try await test.logOut()
        try await test.deliver()
        test.fixture.clock.advance(by: 10)
        try await test.deliver()
        let names = try await (test.tokens(LogoutCase.first) + test.tokens(LogoutCase.second)).asyncMap {
            try await test.fixture.verified($0).payload["jti"]?.string ?? ""
        }
        #expect(names.count == 4 && Set(names).count == 4)
        let again = try await test.fixture.verified(try #require(test.tokens(LogoutCase.first).last)).payload
        #expect(again["iat"]?.integer == test.fixture.now.seconds)
    }

    @Test("pairwise clients are told their pseudonym; HS256 clients get a signature that all can check")
    func clientChoices() async throws {
        let test = try await LogoutCase.make { client in
            (client.responses.subjectType, client.jwtConfiguration.alg) = (.pairwise, "HS256")
        }
        try await test.logOut()
        try await test.deliver()
        let token = try await test.fixture.verified(try #require(test.tokens(LogoutCase.first).first))
        let client = try #require(try await test.fixture.context.client(test.fixture.web.clientID))
        let subject = try await SubjectIdentifier(test.fixture.context).subject(of: test.fixture.user.userID, for: client)
        #expect(token.payload["sub"]?.string == subject && token.header["alg"] == "RS256")
    }

    @Test("a logout token is no access token, and no hint of who the user is")
    func nothingElse() async throws {
        let test = try await LogoutCase.make(.auth0)
        try await test.logOut()
        try await test.deliver()
        let token = try #require(test.tokens(LogoutCase.first).first)
        await #expect(throws: OAuthError.self) {
            try await AccessTokenReader(test.fixture.context).read(token, in: test.fixture.request())
        }
        var browser = EngineBrowser(test.fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(test.fixture.web, ["id_token_hint": token, "prompt": "none"]))
        #expect(answer["error"] == "invalid_request")
    }

    @Test("failures are repeated after 10 s, 1 min, 5 min, 30 min and 2 h, and then recorded")
    func schedule() async throws {
        let test = try await LogoutCase.make()
        test.fixture.outbound.answerPosts(with: 500)
        try await test.logOut()
        for (attempt, wait) in ([0, 10, 60, 300, 1800, 7200] as [Int64]).enumerated() {
            if wait > 0 {
                test.fixture.clock.advance(milliseconds: wait * 1000 - 1)
                #expect(try await test.deliver() == 0)
                test.fixture.clock.advance(milliseconds: 1)
            }
            #expect(try await test.deliver() == 2)
            #expect(test.tokens(LogoutCase.first).count == attempt + 1)
        }
        test.fixture.clock.advance(by: .days(1))
        #expect(try await test.deliver() == 0)
        let failures = try await test.fixture.stores.logs.latest(limit: 10).map(\.event).filter { $0.type == .backchannelLogoutFailed }
        #expect(failures.count == 2 && failures.allSatisfy { $0.description == "status 500" && $0.details["attempts"] == 6 })
        #expect(Set(failures.compactMap { $0.details["url"]?.string }) == [LogoutCase.first, LogoutCase.second])
        #expect(try await test.fixture.stores.deliveries.list(limit: 10).allSatisfy { $0.state == .failed })
    }

    @Test("400 is final, 200 and 204 are success, all else is tried again", arguments: [
        (200, true, true), (204, true, true), (400, true, false), (401, false, false), (404, false, false), (302, false, false), (500, false, false),
    ])
    func statuses(_ status: Int, _ isOver: Bool, _ isSuccess: Bool) async throws {
        let test = try await LogoutCase.make()
        test.fixture.outbound.answerPosts(with: status)
        try await test.logOut()
        try await test.deliver()
        test.fixture.clock.advance(by: 10)
        #expect(try await test.deliver() == (isOver ? 0 : 2))
        let types = try await test.fixture.events()
        #expect(types.contains(.backchannelLogoutSucceeded) == isSuccess)
        #expect(types.contains(.backchannelLogoutFailed) == (isOver && !isSuccess))
    }

    @Test("an address that must not be asked is not asked again", arguments: [(OutboundError.forbidden, 1), (.timeout, 2), (.unreachable, 2)])
    func network(_ failure: OutboundError, _ attempts: Int) async throws {
        let test = try await LogoutCase.make()
        test.fixture.outbound.fail(LogoutCase.first, with: failure)
        try await test.logOut()
        try await test.deliver()
        test.fixture.clock.advance(by: 10)
        try await test.deliver()
        #expect(test.tokens(LogoutCase.first).count == attempts && test.tokens(LogoutCase.second).count == 1)
    }

    @Test("a client that was deleted meanwhile is not told, and nobody tries again")
    func deletedClient() async throws {
        let test = try await LogoutCase.make()
        try await test.logOut()
        #expect(try await test.fixture.stores.clients.delete(test.fixture.web.clientID))
        try await test.deliver()
        #expect(test.tokens(LogoutCase.first).isEmpty)
        test.fixture.clock.advance(by: .hours(1))
        #expect(try await test.deliver() == 0)
    }

    @Test("of two logouts at once the clients hear one")
    func concurrent() async throws {
        let test = try await LogoutCase.make()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try? await test.logOut() } }
        }
        try await test.deliver()
        #expect(test.tokens(LogoutCase.first).count == 1)
    }

    @Test("refresh tokens end with the session where the client or the tenant asks", arguments: ["nobody", "client", "tenant"])
    func refreshTokens(_ who: String) async throws {
        var test = try await LogoutCase.make { $0.logout.revokesRefreshTokens = who == "client" }
        try await test.fixture.configure { $0.sessionEndRevokesRefreshTokens = who == "tenant" }
        test.browser.fixture = test.fixture
        let session = try await test.session()
        let code = try await test.fixture.insertCode(for: test.fixture.web) { $0.access.sid = session.sid }
        let client = try #require(try await test.fixture.context.client(test.fixture.web.clientID))
        let token = try #require(try await test.fixture.token(test.fixture.codeForm(code, from: client)).refreshToken)
        try await test.logOut()
        let isRevoked = try #require(try await test.fixture.family(of: token)).revokedAt != nil
        #expect(isRevoked == (who != "nobody"))
    }
}

extension Array {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
