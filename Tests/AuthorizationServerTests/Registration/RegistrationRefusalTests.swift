import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What registration refuses (RFC 7591 section 3.2.2; conformance 3.0, 3.7).
@Suite struct RegistrationRefusalTests {
    static let redirectURIs: [RefusedMetadata] = [
        "https://client.example.test/cb#fragment", "https://client.example.test/cb#", "http://client.example.test/cb", "/cb", "", "cb",
        "https://", "javascript:alert(1)", "data:text/html,x", "https://*.example.test/cb", "https://{organization_name}.example.test/cb",
        "https://user:password@client.example.test/cb", "https://client.example.test/c b", "https://client.example.test/\u{e9}",
        "vbscript:x", "file:///etc/passwd", "about:blank", "blob:https://x.test/1",
    ].map { RefusedMetadata("redirect_uris", .array([.string($0)]), .invalidRedirectURI) } + [
        RefusedMetadata("redirect_uris", nil, .invalidRedirectURI), RefusedMetadata("redirect_uris", .array([]), .invalidRedirectURI),
        RefusedMetadata("redirect_uris", "https://client.example.test/cb", .invalidRedirectURI),
        RefusedMetadata("redirect_uris", .array([1]), .invalidRedirectURI),
        RefusedMetadata("redirect_uris", .array([RegistrationCase.callback, "https://x.test/#f"]), .invalidRedirectURI),
        RefusedMetadata("redirect_uris", .array(Array(repeating: RegistrationCase.callback, count: 101)), .invalidRedirectURI),
    ]

    static let others: [RefusedMetadata] = [
        RefusedMetadata("client_name", 1), RefusedMetadata("client_name", "a\nb"),
        RefusedMetadata("client_name", .string(String(repeating: "x", count: 201))), RefusedMetadata("logo_uri", "javascript:alert(1)"),
        RefusedMetadata("policy_uri", "data:text/html,x"), RefusedMetadata("tos_uri", "ftp://x.test/"), RefusedMetadata("client_uri", 7),
        RefusedMetadata("initiate_login_uri", "http://client.example.test/login"), RefusedMetadata("contacts", "a@b.test"),
        RefusedMetadata("response_types", .array(["code nonsense"])), RefusedMetadata("response_types", "code"),
        RefusedMetadata("grant_types", "authorization_code"), RefusedMetadata("token_endpoint_auth_method", "client_secret"),
        RefusedMetadata("token_endpoint_auth_method", "private_key_jwt"),
        RefusedMetadata("token_endpoint_auth_method", "self_signed_tls_client_auth"),
        RefusedMetadata("token_endpoint_auth_signing_alg", "none"), RefusedMetadata("application_type", "toaster"),
        RefusedMetadata("jwks", "{}"), RefusedMetadata("jwks", .object([:])), RefusedMetadata("jwks_uri", "http://client.example.test/jwks"),
        RefusedMetadata("jwks_uri", "https://client.example.test/jwks", more: [("jwks", .object(["keys": .array([])]))]),
        RefusedMetadata("request_uris", .array(["http://client.example.test/r"])),
        RefusedMetadata("request_object_signing_alg", "HS256"), RefusedMetadata("default_max_age", "600"),
        RefusedMetadata("default_max_age", -1), RefusedMetadata("require_auth_time", "true"),
        RefusedMetadata("id_token_signed_response_alg", "none"), RefusedMetadata("id_token_signed_response_alg", "RS512"),
        RefusedMetadata("id_token_signed_response_alg", "HS256", more: [("token_endpoint_auth_method", "none")]),
        RefusedMetadata("userinfo_signed_response_alg", "HS256"), RefusedMetadata("authorization_signed_response_alg", "none"),
        RefusedMetadata("id_token_encrypted_response_alg", "RSA1_5"), RefusedMetadata("id_token_encrypted_response_enc", "A192GCM"),
        RefusedMetadata("userinfo_encrypted_response_alg", "dir"), RefusedMetadata("subject_type", "private"),
        RefusedMetadata("sector_identifier_uri", "http://client.example.test/s"),
        RefusedMetadata("post_logout_redirect_uris", .array(["bye"])), RefusedMetadata("post_logout_redirect_uris", .array(["https://*.x.test/"])),
        RefusedMetadata("backchannel_logout_uri", "http://client.example.test/l"),
        RefusedMetadata("frontchannel_logout_uri", "javascript:alert(1)"), RefusedMetadata("backchannel_logout_session_required", 1),
        RefusedMetadata("backchannel_token_delivery_mode", "push"), RefusedMetadata("backchannel_token_delivery_mode", "ping"),
        RefusedMetadata("backchannel_client_notification_endpoint", "http://client.example.test/n"),
        RefusedMetadata("backchannel_authentication_request_signing_alg", "none"), RefusedMetadata("backchannel_user_code_parameter", true),
        RefusedMetadata("dpop_bound_access_tokens", "yes"),
    ]

    @Test("callbacks that are no callbacks", arguments: redirectURIs)
    func redirectURI(_ refused: RefusedMetadata) async throws { try await expect(refused) }

    @Test("members that are malformed, not supported or dangerous, each by its name", arguments: others)
    func other(_ refused: RefusedMetadata) async throws {
        let description = try await expect(refused)
        #expect(description.contains(refused.name) || description.hasPrefix("jwks"))
    }

    @discardableResult private func expect(_ refused: RefusedMetadata) async throws -> String {
        let registration = try await RegistrationCase.make()
        let before = try await registration.count()
        let error = try await registration.refusal([(refused.name, refused.value)] + refused.more)
        #expect(error.kind == refused.kind && error.profile == .standard)
        #expect(error.profile.wireError(for: error.kind, at: .clientEndpoint).status == 400)
        #expect(try await registration.count() == before)
        return error.description
    }

    @Test("a key set with a private or symmetric key is refused", arguments: ["d", "k"])
    func privateKeys(_ member: String) async throws {
        let registration = try await RegistrationCase.make()
        var jwk = try TestKey().jwk
        if member == "d" { jwk["d"] = "AAAA" } else { jwk = ["kty": "oct", "k": "c2VjcmV0"] }
        let error = try? await registration.refusal([("jwks", .object(["keys": .array([.object(jwk)])]))])
        #expect(error?.kind == .invalidClientMetadata)
    }

    @Test("the registration is switched off unless the tenant says so")
    func switchedOff() async throws {
        let registration = try await RegistrationCase.make { $0.enabled = false }
        let error = try await registration.refusal()
        #expect(error.kind == .endpointDisabled && error.profile.wireError(for: error.kind, at: .clientEndpoint).status == 404)
    }

    @Test("initial access tokens: none, a wrong one, another scheme, and one with more are refused")
    func initialToken() async throws {
        // SHA-256 of "initial", base64url.
        let hash = Base64URL.encode(TokenHash(of: "initial").bytes)
        let registration = try await RegistrationCase.make { $0.initialAccessTokenHashes = [hash] }
        for wrong in [nil, "Bearer", "Bearer ", "Bearer wrong", "Bearer initial2", "Basic initial", "initial", "Bearer " + hash] {
            let error = try await registration.refusal(authorization: wrong)
            #expect(error.kind == .invalidToken)
        }
        #expect(try await registration.register(authorization: "Bearer initial")["client_id"] != nil)
        #expect(try await registration.register(authorization: "bearer initial")["client_id"] != nil)
    }

    @Test("one address can register only so many, another still can")
    func quota() async throws {
        let registration = try await RegistrationCase.make { $0.perAddress = Bucket(capacity: 2, refillInterval: 60) }
        for _ in 0..<2 { _ = try await registration.register() }
        let error = try await registration.refusal()
        #expect(error.kind == .tooManyRequests && error.retryAfter == 60)
        #expect(try await registration.register(address: "198.51.100.9")["client_id"] != nil)
        registration.fixture.clock.advance(by: 60)
        #expect(try await registration.register()["client_id"] != nil)
    }
}
