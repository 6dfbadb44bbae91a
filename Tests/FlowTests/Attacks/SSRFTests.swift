import AuthorizationServer
import Egress
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Addresses that would make the server ask inside its own network (RFC 9700 section 4.11; RFC 7591 section 5), by everything
/// that a client can register or be named by. Rebinding, redirects, slow and huge answers are tested with the guard itself.
@Suite struct SSRFTests {
    static let addresses = [
        "http://client.example.test/x", "https://127.0.0.1/x", "https://127.1/x", "https://2130706433/x",
        "https://0x7f000001/x",
        "https://0x7f.1/x", "https://017700000001/x", "https://0177.0.0.1/x", "https://127.0.0.1.:443/x", "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x", "https://[::ffff:7f00:1]/x", "https://[::127.0.0.1]/x", "https://[64:ff9b::7f00:1]/x",
        "https://[2002:7f00:1::]/x", "https://[fe80::1]/x", "https://[fe80::1%25eth0]/x", "https://[fd00::1]/x",
        "https://[::]/x",
        "https://0.0.0.0/x", "https://0/x", "https://10.0.0.1/x", "https://172.16.0.1/x", "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/x", "https://224.0.0.1/x", "https://255.255.255.255/x",
        "https://user@client.example.test/x", "https://client.example.test@127.0.0.1/x",
        "https://127.0.0.1#@client.example.test/x",
        "https://127.0.0.1\\@client.example.test/x", "https://①②⑦.0.0.1/x", "https://127。0。0。1/x",
        "https://client.example.test:0/x",
        "https://client.example.test:99999/x", "https:///x", "https://", "//127.0.0.1/x", "file:///etc/passwd",
        "ftp://client.example.test/x",
        "gopher://127.0.0.1/x", "data:application/json,{}", "jar:https://x!/", "https://client.example.test/x\r\nHost: y", "",
    ]

    /// A server behind the real guard, with its strictest rules.
    private func guarded(_ body: (TestServer) async throws -> Void) async throws {
        let fetcher = try GuardedFetcher(GuardedFetcher.Settings())
        let fixture = try await EngineFixture.make()
        var environment = fixture.environment
        environment.outbound = fetcher
        let server = try await TestServer.make(fixture, in: environment)
        try await server.withSettings {
            ($0.registration.enabled, $0.registration.metadataDocuments) = (true, true)
            $0.defaultWireProfile = .standard
            $0.registration.perAddress = Bucket(capacity: 10_000, refillInterval: 1)
        }
        try await body(server)
        try await fetcher.shutDown()
    }

    /// The members of a registration whose address the server would ask.
    static let asked = [
        "jwks_uri", "sector_identifier_uri", "request_uris", "backchannel_logout_uri",
        "backchannel_client_notification_endpoint",
    ]

    @Test("no client registers an address inside the network, by any member that is asked", arguments: asked)
    func registration(member: String) async throws {
        try await guarded { server in
            func register(_ address: String) async throws -> WireAnswer {
                var metadata: JSONObject = ["redirect_uris": .array(["https://client.example.test/callback"])]
                metadata[member] = member == "request_uris" ? .array([.string(address)]) : .string(address)
                if member.hasPrefix("backchannel_client") {
                    metadata["grant_types"] = .array(["urn:openid:params:grant-type:ciba"])
                    metadata["backchannel_token_delivery_mode"] = "ping"
                }
                return try await server.send(.json("/oidc/register", metadata))
            }
            if member != "sector_identifier_uri" {
                #expect(try await register("https://client.example.test/x").status == 201, "what is public may be registered")
            }
            for address in Self.addresses where !(address.isEmpty && member != "request_uris") {
                let answer = try await register(address)
                #expect(answer.status == 400, "\(address)")
                #expect(answer.error == "invalid_client_metadata", "\(address)")
            }
        }
    }

    @Test("an address inside the network names no client, and is not asked")
    func clientIDs() async throws {
        try await guarded { server in
            for address in Self.addresses {
                let answer = try await server.send(
                    .get(
                        "/authorize",
                        [
                            ("client_id", address), ("response_type", "code"),
                            ("redirect_uri", "https://client.example.test/callback"),
                        ]))
                // 503: nobody knows the name, as far as can be told now.
                #expect([400, 403, 503].contains(answer.status) && answer.location == nil, "\(address)")
            }
        }
    }

    @Test("what an administrator registered by mistake is not asked either: keys and request objects")
    func use() async throws {
        try await guarded { server in
            for address in Self.addresses where !address.isEmpty {
                let client = try await server.with(server.fixture.web) {
                    ($0.tokenEndpointAuthMethod, $0.proof.jwksURI) = (.privateKeyJWT, address)
                    $0.requests.requestURIs = [address]
                }
                let now = server.fixture.now.seconds
                let assertion = try RSAFixture.client().jwt([
                    "iss": .string(client.clientID), "sub": .string(client.clientID), "aud": .string(TestServer.issuer),
                    "exp": .integer(now + 60), "iat": .integer(now), "jti": "1",
                ])
                let proved = try await server.send(
                    .form(
                        "/oauth/revoke",
                        [
                            ("token", "x"), ("client_assertion", assertion),
                            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                        ]))
                #expect(proved.isRefusal(401...401), "\(address)")
                let asked = try await server.send(
                    .get("/authorize", [("client_id", client.clientID), ("request_uri", address)]))
                #expect(asked.status == 400 && asked.location == nil, "\(address)")
            }
        }
    }
}
