import AuthorizationServer
import Connections
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Passwords that say who the user is, or what everybody tries first (contract 13.2).
@Suite struct PasswordContentTests {
    private func refusal(
        _ password: String, _ change: (inout DatabaseOptions) -> Void
    ) async throws -> DatabaseConnectionError? {
        var fixture = try await EngineFixture.make()
        change(&fixture.connection.options)
        _ = try await fixture.stores.connections.update(fixture.connection)
        var signup = SignupRequest(email: "Jane.Doe@mail.example.test", username: nil, password: SecretString(password))
        (signup.profile.givenName, signup.profile.nickname) = ("Josephine", "Al")
        do {
            _ = try await DatabaseConnection().signUp(signup, in: fixture.call)
            return nil
        } catch let error as DatabaseConnectionError {
            return error
        }
    }

    @Test(
        "Names, their words and the address are no part of a password",
        arguments: ["xJANEx-1234", "jane.doe@mail.example.test-A1", "Josephine-1", "my-EXAMPLE-1"])
    func personal(password: String) async throws {
        let error = try await refusal(password) { $0.passwordNoPersonalInfo.enable = true }
        #expect(error?.name == "PasswordNoUserInfoError" && error?.code == "invalid_password" && error?.status == 400)
        #expect(try await refusal(password) { $0.passwordNoPersonalInfo.enable = false } == nil)
    }

    @Test("Very short parts of names do not count", arguments: ["Algebra-1x", "Doe-a-deer-1"])
    func short(password: String) async throws {
        #expect(try await refusal(password) { $0.passwordNoPersonalInfo.enable = true } == nil)
    }

    @Test("Common passwords and those of the list are refused, in any case", arguments: ["P@ssw0rd", "Password1!", "Acme-2026x"])
    func common(password: String) async throws {
        let error = try await refusal(password) { options in
            options.passwordDictionary.enable = true
            options.passwordDictionary.dictionary = ["acme-2026X"]
        }
        #expect(error?.name == "PasswordDictionaryError" && error?.code == "invalid_password")
        #expect(try await refusal(password) { _ in } == nil)
        #expect(try await refusal("Correct-Horse-9") { $0.passwordDictionary.enable = true } == nil)
    }

    @Test("A new password is held to the same")
    func reset() async throws {
        var fixture = try await EngineFixture.make()
        fixture.connection.options.passwordDictionary.enable = true
        _ = try await fixture.stores.connections.update(fixture.connection)
        await #expect(throws: DatabaseConnectionError.self) {
            try await DatabaseConnection().setPassword(SecretString("P@ssw0rd"), of: fixture.user, ending: .silent, in: fixture.call)
        }
    }
}
