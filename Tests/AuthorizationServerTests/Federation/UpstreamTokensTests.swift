import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// When the identity provider is asked for a new access token, how, and what its answers lead to.
@Suite struct UpstreamTokensTests {
    // MARK: When

    @Test("a stored access token that is good for a minute is answered without a call", arguments: [(60, 0), (61, 0), (59, 1), (0, 1), (-5, 1)])
    func margin(left: Int, calls: Int) async throws {
        let test = try await FederationCase.make()
        try await test.fixture.storeFederatedTokens(of: test.fixture.user) { tokens in
            tokens.accessExpiresAt = Timestamp(milliseconds: test.fixture.now.milliseconds + Int64(left) * 1000)
        }
        let response = try await test.exchange()
        #expect(test.fixture.outbound.posts.count == calls)
        #expect(response.accessToken == (calls == 0 ? "access-1" : "access-2"))
        #expect(response.expiresIn == (calls == 0 ? Int64(left) : 3600))
        #expect(try await test.fixture.lastEvent().type == .federatedTokenExchanged)
    }

    @Test("a token of unknown end is taken for good for an hour, and for good without a refresh token")
    func unknownEnd() async throws {
        let test = try await FederationCase.makeWithTokens { $0.accessExpiresAt = nil }
        #expect(try await test.exchange().expiresIn == 3600)
        test.fixture.clock.advance(by: 3540)
        let last = try await test.exchange()
        #expect(last.accessToken == "access-1" && last.expiresIn == 60)
        test.fixture.clock.advance(by: 1)
        #expect(try await test.exchange().accessToken == "access-2")
        let bare = try await FederationCase.makeWithTokens { ($0.accessExpiresAt, $0.refreshToken) = (nil, nil) }
        bare.fixture.clock.advance(by: .days(30))
        let answer = try await bare.exchange()
        #expect(answer.accessToken == "access-1" && answer.expiresIn == 3600 && bare.fixture.outbound.posts.isEmpty)
    }

    @Test("an access token that is over and cannot be renewed is none")
    func over() async throws {
        let test = try await FederationCase.makeWithTokens { $0.refreshToken = nil }
        #expect(try await test.refusal().kind == .federatedTokenNotFound)
        #expect(test.fixture.outbound.posts.isEmpty)
    }

    // MARK: How

    @Test("the provider gets a form, the client's secret in a Basic header, form-encoded first")
    func request() async throws {
        let test = try await FederationCase.makeWithTokens()
        _ = try await test.exchange()
        let post = try #require(test.fixture.outbound.posts.first)
        #expect(post.url == FakeIdentityProvider.tokenEndpoint && post.accepting == "application/json")
        #expect(post.contentType == "application/x-www-form-urlencoded")
        #expect(String(decoding: post.body.revealed, as: UTF8.self) == "grant_type=refresh_token&refresh_token=refresh-1")
        #expect(post.authorization?.revealed == "Basic " + Base64.encode(Array("our%20id:s%26cret%3A%25".utf8)))
        #expect("\(post)".contains("refresh-1") == false)
    }

    @Test("without a secret the client's id goes into the form")
    func publicClient() async throws {
        let test = try await FederationCase.make { $0.provider?.clientSecret = nil }
        try await test.fixture.storeFederatedTokens(of: test.fixture.user)
        _ = try await test.exchange()
        let post = try #require(test.fixture.outbound.posts.first)
        #expect(post.authorization == nil)
        #expect(String(decoding: post.body.revealed, as: UTF8.self).hasSuffix("&client_id=our%20id"))
    }

    // MARK: What comes of it

    @Test("the refresh token that the provider replaced is stored, and the next exchange uses it")
    func rotation() async throws {
        let test = try await FederationCase.makeWithTokens()
        for number in 2...5 {
            #expect(try await test.exchange().accessToken == "access-\(number)")
            let set = try #require(try await test.stored().first)
            #expect(set.refreshToken == SecretString("refresh-\(number)") && set.accessToken == SecretString("access-\(number)"))
            #expect(set.accessExpiresAt == test.fixture.now + 3600 && set.updatedAt == test.fixture.now)
            #expect(try await test.exchange().accessToken == "access-\(number)", "and is not used before it is needed")
            test.fixture.clock.advance(by: 3600)
        }
        #expect(test.provider.uses == 4 && test.provider.reuses == 0)
    }

    @Test("what the provider leaves out stays as it was; odd members do no harm", arguments: [
        (#"{"access_token":"a"}"#, 3600, "refresh-1", "calendar.read"),
        (#"{"access_token":"a","expires_in":"120","scope":"x,y"}"#, 120, "refresh-1", "x,y"),
        (#"{"access_token":"a","expires_in":120.9,"refresh_token":"","scope":["x"]}"#, 120, "refresh-1", "calendar.read"),
        (#"{"access_token":"a","expires_in":-5,"refresh_token":7}"#, 1, "refresh-1", "calendar.read"),
        (#"{"access_token":"a","expires_in":"soon","scope":"\u0000"}"#, 3600, "refresh-1", "calendar.read"),
        (#"{"access_token":"a","expires_in":9223372036854775807}"#, 9_223_370_281_665_801, "refresh-1", "calendar.read"),
        (#"{"access_token":"a","expires_in":3600,"refresh_token":"r"}"#, 3600, "r", "calendar.read"),
    ])
    func answers(body: String, expiresIn: Int, refreshToken: String, scope: String) async throws {
        let test = try await FederationCase.makeWithTokens()
        test.provider.script(body)
        let response = try await test.exchange()
        #expect(response.accessToken == "a" && response.scope == scope)
        #expect(abs(response.expiresIn - Int64(expiresIn)) < 1000 && response.expiresIn > 0)
        #expect(try await test.stored().first?.refreshToken == SecretString(refreshToken))
    }

    @Test("a provider that no longer takes the refresh token: the tokens are forgotten, the user must connect again", arguments: [
        400, 401, 403, 200,
    ])
    func invalidGrant(status: Int) async throws {
        let test = try await FederationCase.makeWithTokens()
        try await test.fixture.storeFederatedTokens(of: test.fixture.user, account: "other")
        test.provider.script(#"{"error":"invalid_grant","error_description":"gone"}"#, status: status)
        #expect(try await test.refusal([("login_hint", "jane")]).kind == .federatedTokenNotFound)
        #expect(try await test.stored().map(\.key.account) == ["other"])
        #expect(try await test.refusal([("login_hint", "jane")]).kind == .federatedTokenNotFound)
        #expect(test.fixture.outbound.posts.count == 1)
    }

    @Test("a provider that fails otherwise costs nothing but the answer", arguments: [
        (500, ""), (503, "<html>"), (200, ""), (200, "[]"), (200, "{}"), (200, #"{"access_token":7}"#), (200, #"{"access_token":""}"#),
        (200, #"{"access_token":"a\u0000"}"#), (200, #"{"error":"bad_refresh_token"}"#), (201, #"{"access_token":"a"}"#),
        (400, #"{"error":"invalid_client"}"#), (401, #"{"error":"INVALID_GRANT"}"#), (302, ""), (429, #"{"error":"slow_down"}"#),
        (404, "invalid_grant"),
    ])
    func failures(status: Int, body: String) async throws {
        let test = try await FederationCase.makeWithTokens()
        test.provider.script(body, status: status)
        let before = try await test.stored()
        let error = try await test.refusal()
        #expect(error.kind == .temporarilyUnavailable && error.retryAfter == 5)
        #expect(try await test.stored() == before)
        let event = try await test.fixture.lastEvent()
        #expect(event.type.rawValue == "feta" && event.description?.hasPrefix("status \(status)") == true)
        test.provider.script(nil)
        #expect(try await test.exchange().accessToken == "access-2", "the lease was given up")
    }

    @Test("nor does one that cannot be reached or must not be asked", arguments: [
        OutboundError.forbidden, .unreachable, .timeout, .tooLarge, .redirected,
    ])
    func network(failure: OutboundError) async throws {
        let test = try await FederationCase.makeWithTokens()
        test.fixture.outbound.fail(FakeIdentityProvider.tokenEndpoint, with: failure)
        #expect(try await test.refusal().kind == .temporarilyUnavailable)
        #expect(try await test.stored().first?.refreshToken == SecretString("refresh-1"))
    }

    @Test("a connection that names no token endpoint has nobody to ask")
    func noEndpoint() async throws {
        let test = try await FederationCase.make { $0.provider?.tokenEndpoint = nil }
        try await test.fixture.storeFederatedTokens(of: test.fixture.user)
        #expect(try await test.refusal().kind == .temporarilyUnavailable)
    }
}
