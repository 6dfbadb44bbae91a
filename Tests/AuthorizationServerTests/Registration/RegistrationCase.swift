import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Clients that register themselves.
struct RegistrationCase {
    var fixture: EngineFixture

    static func make(_ change: (inout RegistrationSettings) -> Void = { _ in }) async throws -> RegistrationCase {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { settings in
            settings.registration.enabled = true
            change(&settings.registration)
        }
        return RegistrationCase(fixture: fixture)
    }

    static let callback: JSONValue = "https://client.example.test/cb"

    /// The least that a web application sends. A change replaces or adds a member, or removes it when `nil`.
    static func metadata(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
        var metadata: JSONObject = ["redirect_uris": .array([callback]), "client_name": "Example"]
        for (name, value) in changes { metadata[name] = value }
        return metadata
    }

    func register(
        _ changes: [(String, JSONValue?)] = [], authorization: String? = nil, address: String = "203.0.113.7"
    ) async throws -> JSONObject {
        try await RegistrationEndpoint(fixture.context).register(
            Self.metadata(changes), authorization: authorization, in: fixture.request(address: address))
    }

    func refusal(
        _ changes: [(String, JSONValue?)] = [], authorization: String? = nil, _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await register(changes, authorization: authorization)
        }
        return try #require(error, sourceLocation: location)
    }

    func client(_ answer: JSONObject) async throws -> Client {
        let id = try #require(answer["client_id"]?.string)
        return try #require(try await fixture.context.client(id))
    }

    /// Clients in the database.
    func count() async throws -> Int { try await fixture.stores.clients.list().count }
}

/// Metadata that must be refused, and how.
struct RefusedMetadata: Sendable, CustomTestStringConvertible {
    let name: String
    let value: JSONValue?
    let kind: OAuthError.Kind
    var more: [(String, JSONValue?)] = []

    init(_ name: String, _ value: JSONValue?, _ kind: OAuthError.Kind = .invalidClientMetadata, more: [(String, JSONValue?)] = []) {
        (self.name, self.value, self.kind, self.more) = (name, value, kind, more)
    }

    var testDescription: String { "\(name) = \(value.map { "\($0)".prefix(80) } ?? "absent")" }
}

extension RegistrationSettings {
    /// As a tenant that trusts whoever registers.
    mutating func open(to grants: GrantType...) {
        thirdPartySecurityMode = .permissive
        grantTypes += grants
    }
}
