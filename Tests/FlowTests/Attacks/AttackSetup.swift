import HTTPTypes
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What attack tests prepare: other rules for the tenant and for clients, and requests that a client makes.
extension TestServer {
    /// The client with other rules, stored.
    func with(_ client: Client, _ change: (inout Client) -> Void) async throws -> Client {
        var changed = client
        change(&changed)
        #expect(try await fixture.stores.clients.update(changed))
        return changed
    }

    /// The tenant with other settings. Tests that use it make a server of their own.
    func withSettings(_ change: (inout TenantSettings) -> Void) async throws {
        var tenant = try #require(try await fixture.engine.tenants.find(fixture.tenant.id))
        change(&tenant.settings)
        #expect(try await fixture.engine.tenants.update(tenant))
    }

    /// A second confidential client, which may do all that the first may: who steals from a client is one too.
    func thief(_ change: (inout Client) -> Void = { _ in }) async throws -> Client {
        var thief = fixture.web
        thief.clientID = "thief000000000000000000000000000"
        thief.clientSecret = SecretString("thief-secret-0123456789-0123456789-0123456789-0123456789-0123456")
        change(&thief)
        try await fixture.stores.clients.insert(thief)
        return thief
    }

    /// A confidential client's request to an endpoint.
    func ask(_ path: String, as client: Client, _ pairs: [(String, String)], dpop: String? = nil) async throws -> WireAnswer {
        var own = [("client_id", client.clientID)]
        if !client.isPublic { own.append(("client_secret", client.clientSecret?.revealed ?? "")) }
        var request = WireRequest.form(path, own + pairs)
        if let dpop { request = request.with("DPoP", dpop) }
        return try await send(request)
    }

    /// A request to the token endpoint.
    func token(as client: Client, _ pairs: [(String, String)], dpop: String? = nil) async throws -> WireAnswer {
        try await ask("/oauth/token", as: client, pairs, dpop: dpop)
    }

    func userinfo(_ token: String?) async throws -> WireAnswer {
        try await send(WireRequest(.get, "/userinfo").with("Authorization", "Bearer \(token ?? "")"))
    }
}

extension WireAnswer {
    /// Refused, by us and not by an accident, with nothing in it that could be used.
    func isRefusal(_ status: ClosedRange<Int> = 400...429) -> Bool {
        status.contains(self.status)
            && ["access_token", "refresh_token", "id_token", "request_uri"].allSatisfy { json?[$0] == nil }
    }
}

/// The fixture's RSA keys as tests need them: an RSA key pair takes long to make.
enum RSAFixture {
    /// A client's.
    static func client(_ algorithm: SignatureAlgorithm = .rs256, kid: String = "client-key") throws -> TestKey {
        TestKey(try PrivateKey(pkcs8DER: FixtureKeys.spare(at: Timestamp(seconds: 0)).privateKey.revealed), algorithm, kid: kid)
    }

    /// The tenant's own, with which it signs tokens.
    static func tenant() throws -> TestKey {
        let record = FixtureKeys.current(at: Timestamp(seconds: 0))
        return TestKey(try PrivateKey(pkcs8DER: record.privateKey.revealed), .rs256, kid: record.kid)
    }
}
