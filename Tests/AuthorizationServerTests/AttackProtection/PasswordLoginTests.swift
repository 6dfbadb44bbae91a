import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct PasswordLoginTests {
    private func attempt(
        _ fixture: EngineFixture, _ identifier: String = EngineFixture.email,
        password: SecretString = EngineFixture.password, from address: String = "203.0.113.7"
    ) async throws -> User {
        try await PasswordLogin(fixture.context).authenticate(
            PasswordAttempt(identifier: identifier, password: password, connection: fixture.connection, client: fixture.web),
            in: fixture.request(address: address))
    }

    private func refusal(
        _ fixture: EngineFixture, _ identifier: String = EngineFixture.email, password: SecretString = SecretString("wrong"),
        from address: String = "203.0.113.7"
    ) async -> OAuthError? {
        do {
            _ = try await attempt(fixture, identifier, password: password, from: address)
            return nil
        } catch {
            return error as? OAuthError
        }
    }

    @Test("the right password finds the user, however the address is spelt", arguments: [EngineFixture.email, " USER@Example.TEST "])
    func success(_ identifier: String) async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await attempt(fixture, identifier).userID == fixture.user.userID)
    }

    @Test("unknown users get the same answer for the same work as a wrong password, and the log tells them apart")
    func unknownUser() async throws {
        let fixture = try await EngineFixture.make()
        let known = await refusal(fixture)
        #expect(fixture.hasher.verifications == 1)
        let unknown = await refusal(fixture, "nobody@example.test")
        #expect(fixture.hasher.verifications == 2)
        #expect(known?.kind == .invalidGrant)
        #expect(unknown?.kind == known?.kind)
        #expect(unknown?.description == known?.description)
        #expect(known?.description == "Wrong email or password.")
        #expect(try await fixture.events() == [.wrongPassword, .unknownUser])
    }

    @Test("an account waits after ten wrong guesses from one address, even with the right password; others do not")
    func accountAndAddress() async throws {
        let fixture = try await EngineFixture.make()
        for _ in 0..<10 { #expect(await refusal(fixture)?.kind == .invalidGrant) }
        let refused = await refusal(fixture, password: EngineFixture.password)
        #expect(refused?.kind == .tooManyAttempts)
        #expect(refused?.retryAfter != nil)
        #expect(fixture.hasher.verifications == 10)
        #expect(try await fixture.events().last == .accountBlockedForAddress)
        _ = try await attempt(fixture, from: "198.51.100.1")
        fixture.clock.advance(by: .minutes(6))
        _ = try await attempt(fixture)
    }

    @Test("the right password forgets the wrong ones of the account")
    func reset() async throws {
        let fixture = try await EngineFixture.make()
        for _ in 0..<3 {
            for _ in 0..<9 { #expect(await refusal(fixture)?.kind == .invalidGrant) }
            _ = try await attempt(fixture)
        }
    }

    @Test("an account waits after guesses from many addresses")
    func account() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.attackProtection.attemptsPerAccount = Bucket(capacity: 5, refillInterval: 60)
        for number in 0..<5 { #expect(await refusal(fixture, from: "198.51.100.\(number)")?.kind == .invalidGrant) }
        #expect(await refusal(fixture, from: "198.51.100.99")?.kind == .tooManyAttempts)
    }

    @Test("an address waits after guesses at many accounts, whatever the account")
    func address() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.attackProtection.attemptsPerAddress = Bucket(capacity: 5, refillInterval: 60)
        for number in 0..<5 { #expect(await refusal(fixture, "user\(number)@example.test")?.kind == .invalidGrant) }
        let refused = await refusal(fixture, "user9@example.test")
        #expect(refused?.kind == .tooManyAttempts)
        #expect(refused?.description == WireText.suspiciousAddress)
        #expect(try await fixture.events().last == .addressBlocked)
        _ = try await attempt(fixture, from: "198.51.100.1")
    }

    @Test("right passwords cost a shared address nothing, and buy it no guesses")
    func sharedAddress() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.attackProtection.attemptsPerAddress = Bucket(capacity: 5, refillInterval: 60)
        for _ in 0..<20 { _ = try await attempt(fixture) }
        for number in 0..<4 { #expect(await refusal(fixture, "user\(number)@example.test")?.kind == .invalidGrant) }
        _ = try await attempt(fixture)
        #expect(await refusal(fixture, "user4@example.test")?.kind == .invalidGrant)
        #expect(await refusal(fixture, "user5@example.test")?.kind == .tooManyAttempts)
    }

    @Test("fifty guesses at once are ten checks")
    func concurrency() async throws {
        let fixture = try await EngineFixture.make()
        let kinds = await withTaskGroup(of: OAuthError.Kind?.self) { group in
            for _ in 0..<50 { group.addTask { await refusal(fixture)?.kind } }
            var kinds: [OAuthError.Kind?] = []
            for await kind in group { kinds.append(kind) }
            return kinds
        }
        #expect(kinds.count { $0 == .invalidGrant } == 10)
        #expect(kinds.count { $0 == .tooManyAttempts } == 40)
        #expect(fixture.hasher.verifications == 10)
    }

    @Test("a block shows only after the right password")
    func blocked() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        #expect(await refusal(fixture)?.kind == .invalidGrant)
        let refused = await refusal(fixture, password: EngineFixture.password)
        #expect(refused?.kind == .userBlocked)
        #expect(refused?.description == "user is blocked")
    }

    @Test("a full hashing queue is said as such")
    func fullQueue() async throws {
        let fixture = try await EngineFixture.make()
        fixture.hasher.refuseAll()
        #expect(await refusal(fixture)?.kind == .tooManyRequests)
    }
}
