import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 8.6 over a database.
@Suite struct RefreshTokenRotationTests {
    private func update(_ client: Client, in fixture: EngineFixture, _ change: (inout RefreshTokenSettings) -> Void) async throws
        -> Client
    {
        var client = client
        change(&client.refreshToken)
        #expect(try await fixture.stores.clients.update(client))
        return client
    }

    private func refresh(_ token: String, _ client: Client, _ fixture: EngineFixture) async throws -> String {
        try #require(try await fixture.token(fixture.refreshForm(token, from: client)).refreshToken)
    }

    @Test("within the leeway the previous token gets the same successor, any number of times")
    func sameSuccessor() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let successor = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 29)
        for _ in 0..<3 { #expect(try await refresh(first, fixture.spa, fixture) == successor) }
        #expect(try await fixture.family(of: first)?.generation == 2)
        #expect(try await refresh(successor, fixture.spa, fixture) != successor)
    }

    @Test("a repeat within the leeway gets a fresh access token")
    func freshAccessToken() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        _ = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 10)
        let repeated = try await fixture.token(fixture.refreshForm(first, from: fixture.spa))
        #expect(try await fixture.verified(repeated.accessToken).payload["iat"]?.integer == fixture.now.seconds)
        #expect(try await fixture.logTypes() == ["seacft", "sertft", "sertft"])
    }

    @Test("a repeat does not lengthen the leeway")
    func leewayIsNotExtended() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        _ = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 20)
        _ = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 10)
        #expect(try await fixture.refusal(of: fixture.refreshForm(first, from: fixture.spa)).kind == .invalidGrant)
    }

    @Test("reuse after the leeway revokes the family and the grant, and is logged as ferrt")
    func reuse() async throws {
        let fixture = try await EngineFixture.make()
        let consent = Consent(
            userID: fixture.user.userID, clientID: fixture.spa.clientID, audience: EngineFixture.audience,
            scopes: ["offline_access"], updatedAt: fixture.now)
        try await fixture.stores.consents.record(consent)
        let first = try await fixture.refreshToken(for: fixture.spa)
        let second = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 30)
        let error = try await fixture.refusal(of: fixture.refreshForm(first, from: fixture.spa))
        #expect(error.kind == .invalidGrant && error.description == "Unknown or invalid refresh token.")
        let event = try await fixture.lastEvent()
        #expect(event.type == .refreshTokenReused)
        #expect(event.details["tokenCounter"] == 1 && event.details["latestCounter"] == 2)
        #expect(try await fixture.snapshot() == StorageSnapshot(codes: [], families: [], consents: [nil, nil, nil, nil]))
        #expect(try await fixture.refusal(of: fixture.refreshForm(second, from: fixture.spa)).kind == .invalidGrant)
        #expect(try await fixture.logTypes() == ["seacft", "sertft", "ferrt", "fertft"])
    }

    @Test("an older token is a reuse even within the leeway")
    func older() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let third = try await refresh(try await refresh(first, fixture.spa, fixture), fixture.spa, fixture)
        #expect(try await fixture.refusal(of: fixture.refreshForm(first, from: fixture.spa)).kind == .invalidGrant)
        #expect(try await fixture.family(of: third)?.revokedAt == fixture.now)
    }

    @Test("within the leeway a repeat moves neither end nor generation, and none works from the ends on")
    func repeatExtendsNothing() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await update(fixture.spa, in: fixture) {
            ($0.leeway, $0.idleTokenLifetime, $0.tokenLifetime) = (10_000, 1000, 1500)
        }
        let first = try await fixture.refreshToken(for: client)
        let second = try await refresh(first, client, fixture)
        let before = try #require(try await fixture.family(of: second))
        fixture.clock.advance(milliseconds: 999_999)
        #expect(try await refresh(first, client, fixture) == second)
        var after = try #require(try await fixture.family(of: second))
        after.lastUsedAt = before.lastUsedAt
        #expect(after == before)
        fixture.clock.advance(milliseconds: 1)
        for token in [first, second] {
            #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: client)).kind == .invalidGrant)
        }
        #expect(try await fixture.family(of: second)?.revokedAt == nil)
    }

    @Test("within the leeway a revoked family stays revoked")
    func repeatAfterRevocation() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let second = try await refresh(first, fixture.spa, fixture)
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters([("client_id", fixture.spa.clientID), ("token", second)]), authorization: nil,
            in: fixture.request())
        let revoked = try await fixture.family(of: second)
        for token in [first, second] {
            #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa)).kind == .invalidGrant)
        }
        #expect(try await fixture.family(of: second) == revoked)
    }

    @Test("with a leeway of zero the second use is a reuse at once")
    func noLeeway() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await update(fixture.spa, in: fixture) { $0.leeway = 0 }
        let first = try await fixture.refreshToken(for: client)
        let second = try await refresh(first, client, fixture)
        #expect(try await fixture.refusal(of: fixture.refreshForm(first, from: client)).kind == .invalidGrant)
        #expect(try await fixture.family(of: second)?.revokedAt == fixture.now)
    }

    @Test("a reuse in one family leaves the user's other families alone")
    func otherFamilies() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let other = try await fixture.refreshToken(for: fixture.spa)
        _ = try await refresh(first, fixture.spa, fixture)
        fixture.clock.advance(by: 60)
        _ = try await fixture.refusal(of: fixture.refreshForm(first, from: fixture.spa))
        #expect(try await fixture.token(fixture.refreshForm(other, from: fixture.spa)).refreshToken != nil)
    }

    @Test("switching rotation on: a rotating successor, and the other non-rotating tokens of the grant are gone")
    func switchedOn() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let sibling = try await fixture.refreshToken(for: fixture.native)
        let elsewhere = try await fixture.refreshToken(for: fixture.native, scopes: ["openid", "offline_access"], audience: nil)
        let client = try await update(fixture.native, in: fixture) { $0 = .rotatingDefaults }
        let successor = try await refresh(token, client, fixture)
        #expect(try await fixture.family(of: successor)?.isRotating == true)
        #expect(try await fixture.refusal(of: fixture.refreshForm(sibling, from: client)).kind == .invalidGrant)
        #expect(try await fixture.token(fixture.refreshForm(elsewhere, from: client)).refreshToken != nil)
        #expect(try await fixture.token(fixture.refreshForm(successor, from: client)).refreshToken != nil)
    }

    @Test("switching rotation off: one new non-rotating token, the rotated ones are void but end nothing")
    func switchedOff() async throws {
        let fixture = try await EngineFixture.make()
        let rotating = try await update(fixture.native, in: fixture) { $0 = .rotatingDefaults }
        let first = try await fixture.refreshToken(for: rotating)
        let client = try await update(rotating, in: fixture) { ($0.rotationType, $0.leeway) = (.nonRotating, 0) }
        let last = try await refresh(first, client, fixture)
        #expect(try await fixture.token(fixture.refreshForm(last, from: client)).refreshToken == nil)
        let error = try await fixture.refusal(of: fixture.refreshForm(first, from: client))
        #expect(error.description == "Unknown or invalid refresh token.")
        #expect(try await fixture.token(fixture.refreshForm(last, from: client)).refreshToken == nil)
    }

    @Test("setting an absolute lifetime catches an endless token at its next exchange, and for good")
    func absoluteLifetimeSet() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        #expect(try await fixture.family(of: token)?.absoluteExpiresAt == nil)
        let expiring = try await update(fixture.native, in: fixture) {
            ($0.expirationType, $0.infiniteTokenLifetime, $0.tokenLifetime) = (.expiring, false, 500)
        }
        let end = fixture.now + 500
        _ = try await fixture.token(fixture.refreshForm(token, from: expiring))
        #expect(try await fixture.family(of: token)?.absoluteExpiresAt == end)
        let endless = try await update(expiring, in: fixture) { $0 = RefreshTokenSettings() }
        _ = try await fixture.token(fixture.refreshForm(token, from: endless))
        #expect(try await fixture.family(of: token)?.absoluteExpiresAt == end)
    }

    @Test("the 201st token of a user and client ends the oldest, which answers invalid_grant")
    func cap() async throws {
        let fixture = try await EngineFixture.make()
        var tokens: [String] = []
        for _ in 0..<201 {
            tokens.append(try await fixture.refreshToken(for: fixture.native, scopes: ["offline_access"], audience: nil))
            fixture.clock.advance(milliseconds: 1)
        }
        let error = try await fixture.refusal(of: fixture.refreshForm(tokens[0], from: fixture.native))
        #expect(error.kind == .invalidGrant && error.description == "Unknown or invalid refresh token.")
        for index in [1, 200] { _ = try await fixture.token(fixture.refreshForm(tokens[index], from: fixture.native)) }
        #expect(try await fixture.snapshot().families.count == 200)
    }
}
