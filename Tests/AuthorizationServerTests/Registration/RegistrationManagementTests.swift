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

    private func make(
        _ changes: [(String, JSONValue?)] = [], _ settings: (inout RegistrationSettings) -> Void = { _ in }
    ) async throws -> Registered {
        let registration = try await RegistrationCase.make(settings)
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

    /// A value that is not the default, for every member that counts. Those that cannot be had together come in two sets.
    static let members: [[(String, JSONValue)]] = [
        [
            ("client_name", "Old"), ("client_uri", "https://client.example.test/"), ("logo_uri", "https://client.example.test/l.png"),
            ("policy_uri", "https://client.example.test/p"), ("tos_uri", "https://client.example.test/t"),
            ("contacts", .strings(["a@b.test"])), ("initiate_login_uri", "https://client.example.test/login"), ("software_id", "s"),
            ("software_version", "1"), ("grant_types", .strings(["authorization_code", "implicit", "refresh_token"])),
            ("response_types", .strings(["code", "id_token"])), ("application_type", "native"),
            ("token_endpoint_auth_method", "private_key_jwt"), ("jwks_uri", "https://client.example.test/jwks"),
            ("token_endpoint_auth_signing_alg", "ES256"), ("tls_client_certificate_bound_access_tokens", true),
            ("dpop_bound_access_tokens", true), ("require_pushed_authorization_requests", true), ("require_signed_request_object", true),
            ("request_object_signing_alg", "ES256"), ("request_uris", .strings(["https://client.example.test/r"])),
            ("default_max_age", 60), ("require_auth_time", true), ("default_acr_values", .strings(["urn:a"])),
            ("id_token_signed_response_alg", "PS256"), ("userinfo_signed_response_alg", "RS256"),
            ("authorization_signed_response_alg", "PS256"), ("id_token_encrypted_response_alg", "RSA-OAEP-256"),
            ("id_token_encrypted_response_enc", "A256GCM"), ("userinfo_encrypted_response_alg", "RSA-OAEP-256"),
            ("userinfo_encrypted_response_enc", "A256GCM"), ("subject_type", "pairwise"),
            ("post_logout_redirect_uris", .strings(["https://client.example.test/bye"])),
            ("backchannel_logout_uri", "https://client.example.test/b"), ("backchannel_logout_session_required", true),
            ("frontchannel_logout_uri", "https://client.example.test/f"), ("frontchannel_logout_session_required", true),
            ("backchannel_token_delivery_mode", "ping"), ("backchannel_client_notification_endpoint", "https://client.example.test/n"),
            ("backchannel_authentication_request_signing_alg", "ES256"), ("scope", "openid"),
        ],
        [
            ("token_endpoint_auth_method", "tls_client_auth"), ("tls_client_auth_subject_dn", "CN=x"),
            ("tls_client_auth_san_dns", "x.test"), ("tls_client_auth_san_uri", "https://x.test/"), ("tls_client_auth_san_ip", "192.0.2.1"),
            ("tls_client_auth_san_email", "a@x.test"), ("sector_identifier_uri", "https://client.example.test/sector.json"),
        ],
    ]

    @Test("what an update leaves out has its default again, every member of it", arguments: 0..<members.count)
    func replacesAll(_ index: Int) async throws {
        let least: [(String, JSONValue?)] = [("client_name", nil)]
        let registration = try await RegistrationCase.make()
        registration.fixture.outbound.serve(#"["https://client.example.test/cb"]"#, at: "https://client.example.test/sector.json")
        let fresh = try await registration.client(try await registration.register(least))
        let answer = try await registration.register(Self.members[index].map { ($0.0, $0.1) })
        let full = try await registration.client(answer)
        let id = try #require(answer["client_id"])
        let updated = try await RegistrationManagement(registration.fixture.context).update(
            full.clientID, RegistrationCase.metadata(least + [("client_id", id)]),
            authorization: "Bearer " + (answer["registration_access_token"]?.string ?? ""), in: registration.fixture.request())
        let found = try await registration.client(updated)
        #expect(full.settings != fresh.settings && found.settings == fresh.settings)
        #expect(found.name == "Unnamed application" && updated["client_name"] == "Unnamed application")
        for (name, value) in Self.members[index] where updated[name] != nil { #expect(updated[name] != value, "\(name)") }
    }

    @Test("each member alone goes back to its default", arguments: members[0])
    func replacesEach(_ name: String, _ value: JSONValue) async throws {
        let client = try await make(Self.needs[name, default: []] + [(name, value)]) { $0.open(to: .implicit) }
        #expect(client.answer[name] == value, "it was registered")
        let fresh = try await client.registration.client(try await client.registration.register())
        let updated = try await client.update([])
        #expect(try await client.registration.client(updated).settings == fresh.settings)
        #expect(updated[name] != value)
    }

    /// What else a member needs to be accepted.
    static let needs: [String: [(String, JSONValue?)]] = [
        "token_endpoint_auth_method": [("jwks_uri", "https://client.example.test/jwks")],
        "response_types": [("grant_types", .strings(["authorization_code", "implicit"]))],
        "backchannel_token_delivery_mode": [("backchannel_client_notification_endpoint", "https://client.example.test/n")],
    ]

    @Test("what an administrator set, and metadata cannot say, stays")
    func administered() async throws {
        let client = try await make()
        var record = try await client.registration.client(client.answer)
        (record.description, record.logout.revokesRefreshTokens, record.responses.includesIssuer) = ("checked", true, true)
        #expect(try await client.registration.fixture.stores.clients.update(record))
        let found = try await client.registration.client(try await client.update([]))
        #expect(found.description == "checked" && found.logout.revokesRefreshTokens && found.responses.includesIssuer)
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
        _ = try await client.update([
            ("is_first_party", true), ("wire_profile", "auth0"), ("third_party_security_mode", "permissive"),
            ("grant_types", .strings(["authorization_code", "password", "implicit"])),
        ])
        let record = try await client.registration.client(client.answer)
        #expect(!record.isFirstParty && record.wireProfile == .standard && record.isStrictThirdParty)
        #expect(record.grantTypes == [.authorizationCode])
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

    @Test("deleting ends every token of the client at once: access tokens of each kind and refresh tokens (RFC 7592 section 2.3)", arguments: [
        EngineFixture.audience, nil,
    ])
    func deleteTokens(_ audience: String?) async throws {
        var client = try await make([("grant_types", .strings(["authorization_code", "refresh_token"]))])
        try await client.registration.fixture.configure {
            ($0.introspection, $0.registration.defaultAudiences) = (true, [EngineFixture.audience])
        }
        let fixture = client.registration.fixture
        let record = try await client.registration.client(client.answer)
        let code = try await fixture.insertCode(for: record, scopes: ["openid", "offline_access"], audience: audience) {
            ($0.redirectURI, $0.access.grantID) = (nil, "grant-0123456789abcdef")
        }
        let secret = [("client_id", client.id), ("client_secret", client.answer["client_secret"]?.string ?? "")]
        let tokens = try await fixture.token(
            [("grant_type", "authorization_code"), ("code", code), ("code_verifier", PKCEExample.verifier)] + secret)
        let refreshToken = try #require(tokens.refreshToken)
        let reader = AccessTokenReader(fixture.context)
        #expect(try await reader.read(tokens.accessToken, in: fixture.request()).clientID == client.id)
        try await client.management.delete(client.id, authorization: client.authorization, in: client.request)
        await #expect(throws: OAuthError.self) { try await reader.read(tokens.accessToken, in: fixture.request()) }
        let observer = try await fixture.changed(fixture.web) { $0.appType = .resourceServer }
        for token in [tokens.accessToken, refreshToken] {
            let answer = try await IntrospectionEndpoint(fixture.context).respond(
                to: FormParameters(fixture.credentials(of: observer) + [("token", token)]), authorization: nil, in: fixture.request())
            #expect(answer == ["active": false])
        }
        fixture.clock.advance(by: 60)
        var again = record
        again.createdAt = fixture.now
        try await fixture.stores.clients.insert(again)
        await #expect(throws: OAuthError.self, "another client of the same id") {
            try await reader.read(tokens.accessToken, in: fixture.request())
        }
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", refreshToken)] + secret
        #expect(try await fixture.refusal(of: refresh).description == WireText.invalidRefreshToken)
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

extension Client {
    /// The record without what makes it this client and no other.
    fileprivate var settings: Client {
        var copy = self
        (copy.clientID, copy.clientSecret) = ("", nil)
        (copy.createdAt, copy.updatedAt) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: 0))
        copy.registration?.accessTokenHash = nil
        copy.registration?.metadata = ""
        return copy
    }
}
