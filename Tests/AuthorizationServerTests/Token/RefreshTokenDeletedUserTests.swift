import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 8.7, "user deleted", over every engine.
@Suite struct RefreshTokenDeletedUserTests {
    private static let gone = "The refresh_token was generated for a user who doesn't exist anymore."
    private static let invalid = "Unknown or invalid refresh token."

    private func withFixture(_ backend: Backend, _ body: (EngineFixture) async throws -> Void) async throws {
        try await backend.withFreshDatabase { database in
            let engine: any StorageEngine = try await database.open(masterKeys: EngineFixture.masterKeys)
            do {
                try await body(try await EngineFixture.make(engine: engine))
                try await engine.close()
            } catch {
                try? await engine.close()
                throw error
            }
        }
    }

    private func refusal(_ token: String, _ client: Client, _ fixture: EngineFixture) async throws -> String {
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: client))
        #expect(error.kind == .invalidGrant)
        #expect(try await fixture.lastEvent().type == .refreshTokenExchangeFailed)
        return error.description
    }

    @Test("the current token says that the user is gone, again and again", arguments: Backend.available)
    func current(_ backend: Backend) async throws {
        try await withFixture(backend) { fixture in
            let fixed = try await fixture.refreshToken(for: fixture.native)
            let first = try await fixture.refreshToken(for: fixture.spa)
            let second = try #require(try await fixture.token(fixture.refreshForm(first, from: fixture.spa)).refreshToken)
            #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
            fixture.clock.advance(by: .days(1))
            for _ in 0..<2 {
                #expect(try await refusal(fixed, fixture.native, fixture) == Self.gone)
                #expect(try await refusal(second, fixture.spa, fixture) == Self.gone)
            }
            #expect(try await fixture.snapshot().families.isEmpty)
        }
    }

    @Test("used, forged and other clients' tokens of a deleted user say nothing of it", arguments: Backend.available)
    func others(_ backend: Backend) async throws {
        try await withFixture(backend) { fixture in
            let first = try await fixture.refreshToken(for: fixture.spa)
            let second = try #require(try await fixture.token(fixture.refreshForm(first, from: fixture.spa)).refreshToken)
            #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
            var forged = try #require(Base64URL.decode(second))
            forged[40] ^= 1
            #expect(try await refusal(first, fixture.spa, fixture) == Self.invalid)
            #expect(try await refusal(Base64URL.encode(forged), fixture.spa, fixture) == Self.invalid)
            #expect(try await refusal(second, fixture.native, fixture) == Self.invalid)
        }
    }

    @Test("a new user of the same id does not get the old one's tokens", arguments: Backend.available)
    func recreated(_ backend: Backend) async throws {
        try await withFixture(backend) { fixture in
            let token = try await fixture.refreshToken(for: fixture.native)
            #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
            try await fixture.stores.users.insert(fixture.user, passwordHash: nil)
            #expect(try await refusal(token, fixture.native, fixture) == Self.invalid)
        }
    }

    @Test("the families are swept after 30 days, or when they end", arguments: Backend.available)
    func swept(_ backend: Backend) async throws {
        try await withFixture(backend) { fixture in
            let endless = try await fixture.refreshToken(for: fixture.native)
            var client = fixture.spa
            client.refreshToken.tokenLifetime = 7200
            #expect(try await fixture.stores.clients.update(client))
            let ending = try await fixture.refreshToken(for: client)
            #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
            _ = try await fixture.engine.sweep(at: fixture.now + .hours(4), logRetention: .days(90))
            #expect(try await fixture.family(of: ending) == nil)
            #expect(try await fixture.family(of: endless) != nil)
            _ = try await fixture.engine.sweep(at: fixture.now + .days(30) + .hours(2), logRetention: .days(90))
            #expect(try await fixture.family(of: endless) == nil)
            #expect(try await refusal(endless, fixture.native, fixture) == Self.invalid)
        }
    }

    @Test("the code of a deleted user is an invalid code")
    func code() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.spa)
        #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.spa))
        #expect(error.kind == .invalidGrant && error.description == "Invalid authorization code")
    }

    @Test("a code that was stored while its user was deleted is an invalid code too, and stays unused")
    func codeBehindDeletion() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
        let code = try await fixture.insertCode(for: fixture.spa)
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.spa))
        #expect(error.kind == .invalidGrant && error.description == "Invalid authorization code")
        #expect(try await fixture.stores.authorizationCodes.find(TokenHash(of: code))?.usedAt == nil)
    }
}
