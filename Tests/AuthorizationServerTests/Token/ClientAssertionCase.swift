import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client that is registered for `private_key_jwt` (or another method), its key, and what it sends.
struct ClientAssertionCase: Sendable {
    static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    static let issuer = "https://default.test/"

    var fixture: EngineFixture
    var client: Client
    let key: TestKey

    /// The fixture's machine client, its key registered by value unless `change` says otherwise. The algorithm is one that the
    /// profile accepts unless it is given.
    static func make(
        _ chosen: SignatureAlgorithm? = nil, profile: WireProfile = .auth0, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> ClientAssertionCase {
        let fixture = try await EngineFixture.make()
        let algorithm = chosen ?? (profile == .auth0 ? .rs256 : .es256)
        let key = try key(algorithm)
        var client = fixture.machine
        client.tokenEndpointAuthMethod = .privateKeyJWT
        client.wireProfile = profile
        client.proof.jwks = TestKey.jwks(key)
        change(&client)
        #expect(try await fixture.stores.clients.update(client))
        return ClientAssertionCase(fixture: fixture, client: client, key: key)
    }

    static func key(_ algorithm: SignatureAlgorithm) throws -> TestKey {
        let isRSA = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512].contains(algorithm)
        return isRSA ? try fixtureRSA(algorithm) : try TestKey(algorithm)
    }

    /// Making an RSA key takes a tenth of a second.
    static func fixtureRSA(_ algorithm: SignatureAlgorithm, kid: String = "client-key") throws -> TestKey {
        let record = FixtureKeys.spare(at: Timestamp(seconds: 0))
        return TestKey(try PrivateKey(pkcs8DER: record.privateKey.revealed), algorithm, kid: kid)
    }

    func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
        let id = JSONValue.string(client.clientID)
        var claims: JSONObject = [
            "iss": id, "sub": id, "aud": .string(Self.issuer), "exp": .integer(fixture.now.seconds + 60),
            "iat": .integer(fixture.now.seconds), "jti": .string(fixture.environment.randomness.alphanumeric(20)),
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    func assertion(_ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []) throws -> String {
        try key.jwt(claims(changes), header: header)
    }

    func form(_ assertion: String, clientID: String? = nil) -> [(String, String)] {
        [("client_assertion_type", Self.type), ("client_assertion", assertion)] + (clientID.map { [("client_id", $0)] } ?? [])
    }

    func authenticate(
        _ form: [(String, String)], on node: TenantContext? = nil, authorization: String? = nil,
        _ change: (inout RequestInfo) -> Void = { _ in }
    ) async throws -> AuthenticatedClient {
        var request = fixture.request()
        change(&request)
        return try await ClientAuthenticator(node ?? fixture.context).authenticate(
            FormParameters(form), authorization: authorization, in: request)
    }

    /// One text for every failure.
    func expectRefused(
        _ form: [(String, String)], on node: TenantContext? = nil, kind: OAuthError.Kind = .invalidClient,
        _ location: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await authenticate(form, on: node) }
        #expect(error?.kind == kind, sourceLocation: location)
        if kind == .invalidClient { #expect(error?.description == "Unauthorized", sourceLocation: location) }
    }
}
