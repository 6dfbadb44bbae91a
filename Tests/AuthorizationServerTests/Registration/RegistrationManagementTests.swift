import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Reading, replacing and deleting what was registered (RFC 7592).
@Suite struct RegistrationManagementTests {
    private struct Registered {
        var registration: RegistrationCase
        let answer: JSONObject
        let id: String
        let token: String

        var management: RegistrationManagement { RegistrationManagement(registration.fixture.context) }
        var authorization: String { "Bearer \(token)" }
        var request: RequestInfo { registration.fixture.request() }

        func update(_ changes: [(String, JSONValue?)]) async throws -> JSONObject {
            try await management.update(
                id, RegistrationCase.metadata([("client_id", .string(id))] + changes), authorization: authorization, in: request)
        }
    }

    private func make(_ changes: [(String, JSONValue?)] = []) async throws -> Registered {
        let registration = try await RegistrationCase.make()
        let answer = try await registration.register(changes)
        return Registered(
            registration: registration, answer: answer, id: try #require(answer["client_id"]?.string),
            token: try #require(answer["registration_access_token"]?.string))
    }

    @Test("reading gives what registration answered")
    func read() async throws {
        let client = try await make([("logo_uri", "https://client.example.test/logo.png")])
        let read = try await client.management.read(client.id, authorization: client.authorization, in: client.request)
        #expect(read == client.answer)
    }

    @Test("without the client's own token every act is refused alike, whether there is such a client or not")
    func wrongToken() async throws {
        let client = try await make()
        let other = try #require(try await client.registration.register()["registration_access_token"]?.string)
        var kinds: Set<OAuthError.Kind> = []
        for id in [client.id, "nobody", client.registration.fixture.web.clientID, ""] {
            for token in [nil, "Bearer", "Bearer ", "Bearer \(client.token)x", "Bearer \(other)", "Basic \(client.token)", client.token] {
                let read = await #expect(throws: OAuthError.self) {
                    try await client.management.read(id, authorization: token, in: client.request)
                }
                let update = await #expect(throws: OAuthError.self) {
                    try await client.management.update(id, RegistrationCase.metadata(), authorization: token, in: client.request)
                }
                let delete = await #expect(throws: OAuthError.self) {
                    try await client.management.delete(id, authorization: token, in: client.request)
                }
                kinds.formUnion([read?.kind, update?.kind, delete?.kind].compactMap(\.self))
            }
        }
        #expect(kinds == [.invalidToken])
        #expect(try await client.registration.fixture.context.client(client.id) != nil)
    }

    @Test("an administrator's client has no registration token, not even an empty one")
    func administeredClient() async throws {
        let client = try await make()
        for authorization in ["Bearer ", "Bearer x", nil] {
            await #expect(throws: OAuthError.self) {
                try await client.management.delete(
                    client.registration.fixture.web.clientID, authorization: authorization, in: client.request)
            }
        }
    }

    @Test("an update replaces all of it; id, secret and token stay")
    func update() async throws {
        let client = try await make([("logo_uri", "https://client.example.test/logo.png"), ("contacts", .strings(["a@b.test"]))])
        let updated = try await client.update([("redirect_uris", .strings(["https://client.example.test/new"])), ("client_name", "New")])
        #expect(updated["client_id"]?.string == client.id && updated["client_secret"] == client.answer["client_secret"])
        #expect(updated["registration_access_token"]?.string == client.token)
        #expect(updated["logo_uri"] == nil && updated["contacts"] == nil && updated["client_name"] == "New")
        let record = try await client.registration.client(updated)
        #expect(record.callbacks == ["https://client.example.test/new"] && record.logoURI == nil && record.presentation.contacts.isEmpty)
    }

    @Test("a wrong client_id, a chosen secret and bad metadata are refused, and change nothing", arguments: [
        [("client_id", nil)], [("client_id", "other")], [("client_secret", "chosen-by-the-client")], [("redirect_uris", nil)],
        [("redirect_uris", .strings(["https://x.test/#f"]))], [("jwks", "x")],
    ] as [[(String, JSONValue?)]])
    func refusedUpdate(_ changes: [(String, JSONValue?)]) async throws {
        let client = try await make()
        let before = try await client.registration.client(client.answer)
        let error = await #expect(throws: OAuthError.self) { try await client.update(changes) }
        #expect(error?.kind == .invalidClientMetadata || error?.kind == .invalidRedirectURI)
        #expect(try await client.registration.client(client.answer) == before)
    }

    @Test("the present secret may be sent along, as RFC 7592 has it")
    func presentSecret() async throws {
        let client = try await make()
        #expect(try await client.update([("client_secret", client.answer["client_secret"])])["client_id"]?.string == client.id)
    }

    @Test("an update never makes a client of the tenant's own out of it")
    func staysStranger() async throws {
        let client = try await make()
        _ = try await client.update([("is_first_party", true), ("wire_profile", "auth0"), ("grant_types", .strings(["client_credentials"]))])
        let record = try await client.registration.client(client.answer)
        #expect(!record.isFirstParty && record.wireProfile == .standard && !record.grantTypes.contains(.clientCredentials))
    }

    @Test("deleting ends the client and the token")
    func delete() async throws {
        let client = try await make()
        try await client.management.delete(client.id, authorization: client.authorization, in: client.request)
        #expect(try await client.registration.fixture.context.client(client.id) == nil)
        await #expect(throws: OAuthError.self) {
            try await client.management.read(client.id, authorization: client.authorization, in: client.request)
        }
    }

    @Test("while registration is switched off nothing is managed")
    func switchedOff() async throws {
        var client = try await make()
        try await client.registration.fixture.configure { $0.registration.enabled = false }
        let error = await #expect(throws: OAuthError.self) {
            try await client.management.read(client.id, authorization: client.authorization, in: client.request)
        }
        #expect(error?.kind == .endpointDisabled)
    }
}
