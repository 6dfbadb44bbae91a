import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 3.1 and conformance 1.2.
@Suite struct DiscoveryDocumentTests {
    private func document(_ change: (inout TenantSettings) -> Void = { _ in }) async throws -> JSONObject {
        var fixture = try await EngineFixture.make()
        change(&fixture.tenant.settings)
        return DiscoveryDocument(fixture.context).document(in: fixture.request())
    }

    private func texts(_ document: JSONObject, _ member: String) -> [String] { document[member]?.array?.compactMap(\.string) ?? [] }

    @Test("an Auth0 tenant's members, in order")
    func auth0Members() async throws {
        #expect(
            try await document().members.map(\.name) == [
                "issuer", "authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "userinfo_endpoint",
                "mfa_challenge_endpoint", "jwks_uri", "revocation_endpoint", "end_session_endpoint",
                "pushed_authorization_request_endpoint", "backchannel_authentication_endpoint",
                "global_token_revocation_endpoint", "scopes_supported",
                "response_types_supported", "code_challenge_methods_supported", "response_modes_supported", "subject_types_supported",
                "claims_supported", "claims_parameter_supported", "token_endpoint_auth_methods_supported",
                "token_endpoint_auth_signing_alg_values_supported", "tls_client_certificate_bound_access_tokens",
                "id_token_signing_alg_values_supported", "dpop_signing_alg_values_supported", "request_parameter_supported",
                "request_uri_parameter_supported", "request_object_signing_alg_values_supported", "require_pushed_authorization_requests",
                "backchannel_token_delivery_modes_supported", "backchannel_logout_supported", "backchannel_logout_session_supported",
                "global_token_revocation_endpoint_auth_methods_supported",
            ])
    }

    /// Values of contract 3.1 that SDKs read.
    static let auth0: [(String, JSONValue)] = [
        ("issuer", "https://default.test/"), ("authorization_endpoint", "https://default.test/authorize"),
        ("token_endpoint", "https://default.test/oauth/token"), ("userinfo_endpoint", "https://default.test/userinfo"),
        ("jwks_uri", "https://default.test/.well-known/jwks.json"), ("revocation_endpoint", "https://default.test/oauth/revoke"),
        ("end_session_endpoint", "https://default.test/oidc/logout"), ("mfa_challenge_endpoint", "https://default.test/mfa/challenge"),
        ("pushed_authorization_request_endpoint", "https://default.test/oauth/par"),
        ("code_challenge_methods_supported", .strings(["S256", "plain"])),
        ("response_modes_supported", .strings(["query", "fragment", "form_post"])),
        ("token_endpoint_auth_signing_alg_values_supported", .strings(["RS256", "RS384", "PS256"])),
        ("id_token_signing_alg_values_supported", .strings(["RS256", "PS256", "HS256"])),
        ("request_object_signing_alg_values_supported", .strings(["RS256", "RS384", "PS256"])),
        ("request_uri_parameter_supported", false), ("require_pushed_authorization_requests", false), ("dpop_signing_alg_values_supported", .strings(["ES256"])),
        ("backchannel_token_delivery_modes_supported", .strings(["poll"])), ("backchannel_logout_supported", true),
        (
            "global_token_revocation_endpoint",
            "https://default.test/oauth/global-token-revocation/connection/{connectionName}"
        ),
        ("global_token_revocation_endpoint_auth_methods_supported", .strings(["global-token-revocation+jwt"])),
    ]

    @Test("an Auth0 tenant's values", arguments: auth0)
    func auth0Value(_ member: String, _ value: JSONValue) async throws { #expect(try await document()[member] == value) }

    @Test("what would mislead Auth0's clients is absent", arguments: [
        "authorization_response_iss_parameter_supported", "introspection_endpoint", "grant_types_supported", "registration_endpoint",
        "check_session_iframe", "mtls_endpoint_aliases", "acr_values_supported",
        "client_id_metadata_document_supported", "frontchannel_logout_supported",
    ])
    func absent(_ member: String) async throws { #expect(try await document()[member] == nil) }

    /// What the certification suite wants to find (conformance 1.2).
    static let standard: [(String, [String])] = [
        ("scopes_supported", ["openid", "profile", "email", "address", "phone", "offline_access"]),
        ("response_types_supported", ["code", "id_token", "code id_token", "code token"]),
        ("response_modes_supported", ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"]),
        ("grant_types_supported", [
            "authorization_code", "implicit", "refresh_token", "client_credentials", "urn:openid:params:grant-type:ciba",
            "urn:ietf:params:oauth:grant-type:device_code",
        ]),
        ("subject_types_supported", ["public", "pairwise"]), ("id_token_signing_alg_values_supported", ["RS256", "PS256"]),
        ("userinfo_signing_alg_values_supported", ["RS256", "PS256"]),
        ("request_object_signing_alg_values_supported", ["none", "RS256", "PS256", "ES256"]),
        ("token_endpoint_auth_methods_supported", [
            "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none",
        ]),
        ("token_endpoint_auth_signing_alg_values_supported", ["RS256", "PS256", "ES256", "HS256"]),
        ("code_challenge_methods_supported", ["S256"]), ("dpop_signing_alg_values_supported", ["ES256", "PS256", "EdDSA"]),
        ("authorization_signing_alg_values_supported", ["PS256", "RS256"]), ("display_values_supported", ["page"]),
        ("backchannel_token_delivery_modes_supported", ["poll", "ping"]),
        ("backchannel_authentication_request_signing_alg_values_supported", ["PS256", "ES256"]),
        ("id_token_encryption_alg_values_supported", ["RSA-OAEP-256", "RSA-OAEP", "ECDH-ES"]),
        ("userinfo_encryption_enc_values_supported", ["A128GCM", "A256GCM", "A128CBC-HS256"]),
        ("claims_supported", ["sub", "iss", "name", "email", "phone_number", "address", "updated_at"]),
    ]

    @Test("a standard tenant lists what the certification suite wants", arguments: standard)
    func standardList(_ member: String, _ wanted: [String]) async throws {
        let found = texts(try await document { $0.defaultWireProfile = .standard }, member)
        for value in wanted { #expect(found.contains(value)) }
        #expect(Set(found).count == found.count)
    }

    @Test("a standard tenant's flags", arguments: [
        ("claims_parameter_supported", true), ("request_parameter_supported", true), ("request_uri_parameter_supported", true),
        ("backchannel_logout_supported", true), ("backchannel_logout_session_supported", true), ("frontchannel_logout_supported", true),
        ("frontchannel_logout_session_supported", true), ("authorization_response_iss_parameter_supported", true),
        ("backchannel_user_code_parameter_supported", false), ("require_request_uri_registration", true),
    ])
    func standardFlag(_ member: String, _ value: Bool) async throws {
        #expect(try await document { $0.defaultWireProfile = .standard }[member] == .bool(value))
    }

    @Test("no algorithm of a secret signs for everybody", arguments: [
        "userinfo_signing_alg_values_supported", "authorization_signing_alg_values_supported",
        "backchannel_authentication_request_signing_alg_values_supported", "dpop_signing_alg_values_supported",
    ])
    func noSymmetric(_ member: String) async throws {
        let found = texts(try await document { $0.defaultWireProfile = .standard }, member)
        #expect(!found.isEmpty && !found.contains { $0.hasPrefix("HS") || $0 == "none" })
    }

    @Test("each switch shows and hides its members")
    func switches() async throws {
        let on = try await document { settings in
            (settings.registration.enabled, settings.registration.metadataDocuments) = (true, true)
            (settings.introspection, settings.requirePushedAuthorizationRequests) = (true, true)
            settings.authenticationContexts = [AuthenticationContext(acr: "urn:a", methods: ["pwd"])]
        }
        #expect(on["registration_endpoint"] == "https://default.test/oidc/register" && on["client_id_metadata_document_supported"] == true)
        #expect(on["introspection_endpoint"] == "https://default.test/oauth/introspect")
        #expect(on["require_pushed_authorization_requests"] == true && on["acr_values_supported"] == .strings(["urn:a"]))
        let off = try await document { settings in
            settings.rpLogoutEndSessionEndpointDiscovery = false
            settings.backchannel.enabled = false
            settings.defaultWireProfile = .standard
            settings.introspection = false
        }
        for member in [
            "end_session_endpoint", "backchannel_authentication_endpoint", "introspection_endpoint", "mfa_challenge_endpoint",
            "backchannel_token_delivery_modes_supported",
        ] { #expect(off[member] == nil) }
    }

    @Test("a standard tenant's endpoints are URLs, where the name of a connection goes too")
    func endpointsAreURLs() async throws {
        let document = try await document { $0.defaultWireProfile = .standard }
        for member in document.members where member.name.hasSuffix("_endpoint") {
            #expect(member.value.string.flatMap { RedirectURI($0) } != nil, "\(member.name)")
        }
        #expect(
            document["global_token_revocation_endpoint"]
                == "https://default.test/oauth/global-token-revocation/connection/%7BconnectionName%7D")
    }

    @Test("the issuer follows the host of the request")
    func issuer() async throws {
        let fixture = try await EngineFixture.make()
        let request = fixture.request(issuer: Issuer(scheme: "http", host: "localhost:3000"))
        let document = DiscoveryDocument(fixture.context).document(in: request)
        #expect(document["issuer"] == "http://localhost:3000/")
        #expect(document["token_endpoint"] == "http://localhost:3000/oauth/token")
    }

    @Test("mutual TLS is listed where it is listened for, under its own address")
    func mutualTLS() async throws {
        let fixture = try await EngineFixture.make()
        var request = fixture.request()
        let without = DiscoveryDocument(fixture.context).document(in: request)
        #expect(without["tls_client_certificate_bound_access_tokens"] == false)
        #expect(!texts(without, "token_endpoint_auth_methods_supported").contains("tls_client_auth"))
        request.mtlsIssuerURL = "https://mtls.default.test:8443/"
        let document = DiscoveryDocument(fixture.context).document(in: request)
        let aliases = try #require(document["mtls_endpoint_aliases"]?.object)
        for name in ["token_endpoint", "userinfo_endpoint", "pushed_authorization_request_endpoint", "backchannel_authentication_endpoint"] {
            #expect(aliases[name]?.string?.hasPrefix("https://mtls.default.test:8443/") == true)
        }
        #expect(aliases["token_endpoint"] == "https://mtls.default.test:8443/oauth/token" && aliases["authorization_endpoint"] == nil)
        #expect(aliases["registration_endpoint"] == nil && document["issuer"] == "https://default.test/")
        #expect(texts(document, "token_endpoint_auth_methods_supported").contains("self_signed_tls_client_auth"))
    }
}
