import AuthorizationServer
import Connections
import OAuthProtocol
import Storage
import Testing
import TestSupport

@Suite struct DatabaseConnectionTests {
    private let source = DatabaseConnection()

    private func signup(_ email: String?, username: String? = nil, _ password: String = "Correct-Horse-8") -> SignupRequest {
        SignupRequest(email: email, username: username, password: SecretString(password))
    }

    private func code(_ body: () async throws -> some Sendable) async -> String? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? DatabaseConnectionError)?.code ?? "\(error)"
        }
    }

    // MARK: Checking passwords

    @Test(
        "the right password of a known address is accepted whatever the case of its letters",
        arguments: [
            "user@example.test", "USER@Example.TEST",
        ])
    func accepts(identifier: String) async throws {
        let fixture = try await EngineFixture.make()
        let result = try await source.authenticate(identifier: identifier, password: EngineFixture.password, in: fixture.call)
        guard case .authenticated(let user) = result else { return #expect(Bool(false), "\(result)") }
        #expect(user.userID == fixture.user.userID)
    }

    @Test("a wrong password and an unknown user are told apart for the audit log, and cost one check each")
    func refuses() async throws {
        let fixture = try await EngineFixture.make()
        let wrong = try await source.authenticate(
            identifier: EngineFixture.email, password: SecretString("wrong"), in: fixture.call)
        guard case .wrongPassword = wrong else { return #expect(Bool(false), "\(wrong)") }
        #expect(fixture.hasher.verifications == 1)
        let unknown = try await source.authenticate(
            identifier: "nobody@example.test", password: EngineFixture.password, in: fixture.call)
        guard case .unknownUser = unknown else { return #expect(Bool(false), "\(unknown)") }
        #expect(fixture.hasher.verifications == 2)
    }

    @Test("addresses that only look alike are other users")
    func lookalikes() async throws {
        let fixture = try await EngineFixture.make()
        for identifier in ["user@example.test ", "\u{fd}ser@example.test", "uſer@example.test", "user@example.test\0", ""] {
            let result = try await source.authenticate(identifier: identifier, password: EngineFixture.password, in: fixture.call)
            guard case .unknownUser = result else { return #expect(Bool(false), "\(identifier)") }
        }
    }

    @Test("an outdated hash is replaced after a correct password, and not after a wrong one")
    func rehashes() async throws {
        let fixture = try await EngineFixture.make()
        let old = SecretString("fake-old$" + EngineFixture.password.revealed)
        _ = try await fixture.stores.users.setPassword(fixture.user.userID, hash: old, ending: nil, at: fixture.now)
        _ = try await source.authenticate(identifier: EngineFixture.email, password: SecretString("no"), in: fixture.call)
        #expect(try await hash(in: fixture) == old)
        _ = try await source.authenticate(identifier: EngineFixture.email, password: EngineFixture.password, in: fixture.call)
        #expect(try await hash(in: fixture) == SecretString("fake$" + EngineFixture.password.revealed))
    }

    @Test("a full hashing queue refuses the check and changes nothing")
    func queueFull() async throws {
        let fixture = try await EngineFixture.make()
        fixture.hasher.refuseAll()
        for identifier in [EngineFixture.email, "nobody@example.test"] {
            await #expect {
                try await source.authenticate(identifier: identifier, password: EngineFixture.password, in: fixture.call)
            } throws: { ($0 as? OAuthError)?.kind == .tooManyRequests }
        }
    }

    // MARK: Signing up

    @Test("a new user has an id of auth0| and 24 hexadecimal digits, and signs in")
    func signsUp() async throws {
        let fixture = try await EngineFixture.make()
        let user = try await source.signUp(signup("New.User@example.test"), in: fixture.call)
        #expect(user.userID.wholeMatch(of: /auth0\|[0-9a-f]{24}/) != nil)
        #expect(user.email == "New.User@example.test")
        #expect(!user.emailVerified)
        let result = try await source.authenticate(
            identifier: "new.user@example.test", password: SecretString("Correct-Horse-8"), in: fixture.call)
        guard case .authenticated = result else { return #expect(Bool(false), "\(result)") }
    }

    @Test("a taken address is user_exists in any case, after the same hashing")
    func taken() async throws {
        let fixture = try await EngineFixture.make()
        #expect(await code { try await source.signUp(signup("USER@example.test"), in: fixture.call) } == "user_exists")
        #expect(fixture.hasher.hashes == 1)
    }

    @Test("of 20 simultaneous signups with one address exactly one wins")
    func race() async throws {
        let fixture = try await EngineFixture.make()
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<20 {
                group.addTask { await code { try await source.signUp(signup("race@example.test"), in: fixture.call) } }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.count { $0 == "user_exists" } == 19)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            nil, "", "no-at", "@example.test", "a@", "a@@b.test", "a b@c.test", "a@b..test", "a@-b.test",
            "a@b.test\r\nBcc: x@y.test",
            "a@b.test\0", "\"a\"@b.test", "a<b>@c.test", ".a@b.test", "a@b,c.test",
            String(repeating: "a", count: 65) + "@b.test", "a@" + String(repeating: "b.", count: 130) + "test",
        ])
    func badAddress(email: String?) async throws {
        let fixture = try await EngineFixture.make()
        #expect(await code { try await source.signUp(signup(email), in: fixture.call) } == "invalid_signup")
        #expect(fixture.hasher.hashes == 0)
    }

    @Test("a name is required where the connection says so, and the error has the third form")
    func missingUsername() async throws {
        var fixture = try await EngineFixture.make()
        fixture.connection.options.requiresUsername = true
        do {
            _ = try await source.signUp(signup("new@example.test"), in: fixture.call)
            #expect(Bool(false), "accepted")
        } catch let error as DatabaseConnectionError {
            let text = "missing username for Username-Password-Authentication connection with requires_username enabled"
            #expect(error.members.first { $0.name == "error" }?.value == .string(text))
        }
    }

    @Test("names are unique, are no addresses, and are refused where the connection has none")
    func usernames() async throws {
        var fixture = try await EngineFixture.make()
        #expect(
            await code { try await source.signUp(signup("a@example.test", username: "anna"), in: fixture.call) }
                == "invalid_signup")
        fixture.connection.options.requiresUsername = true
        let call = fixture.call
        #expect(await code { try await source.signUp(signup("a@example.test", username: "anna"), in: call) } == nil)
        #expect(await code { try await source.signUp(signup("b@example.test", username: "ANNA"), in: call) } == "username_exists")
        #expect(
            await code { try await source.signUp(signup("c@example.test", username: EngineFixture.email), in: call) }
                == "invalid_signup")
        #expect(try await source.findUser(identifier: "Anna", in: call)?.email == "a@example.test")
    }

    // MARK: New passwords

    @Test("a new password replaces the old one and must satisfy the policy")
    func setsPassword() async throws {
        let fixture = try await EngineFixture.make()
        let weak = await code { try await source.setPassword(SecretString("short"), of: fixture.user, ending: .silent, in: fixture.call) }
        #expect(weak == "invalid_password")
        try await source.setPassword(SecretString("Another-Horse-9"), of: fixture.user, ending: .silent, in: fixture.call)
        let old = try await source.authenticate(
            identifier: EngineFixture.email, password: EngineFixture.password, in: fixture.call)
        guard case .wrongPassword = old else { return #expect(Bool(false), "\(old)") }
    }

    @Test("a password for a user who was deleted meanwhile is refused")
    func userGone() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now)
        let result = await code {
            try await source.setPassword(SecretString("Another-Horse-9"), of: fixture.user, ending: .silent, in: fixture.call)
        }
        #expect(result == "invalid_password")
    }

    private func hash(in fixture: EngineFixture) async throws -> SecretString? {
        try await fixture.stores.users.findCredential(connection: fixture.connection.name, identifier: EngineFixture.email)?
            .passwordHash
    }
}
