import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct DiscoveryDocumentTests {
    @Test("the document lists what is implemented, under the request's issuer")
    func golden() async throws {
        let fixture = try await EngineFixture.make()
        let document = DiscoveryDocument(fixture.context).document(in: fixture.request())
        #expect(
            document.serializedString == """
                {"issuer":"https://default.test/","authorization_endpoint":"https://default.test/authorize",\
                "token_endpoint":"https://default.test/oauth/token","userinfo_endpoint":"https://default.test/userinfo",\
                "jwks_uri":"https://default.test/.well-known/jwks.json",\
                "revocation_endpoint":"https://default.test/oauth/revoke",\
                "end_session_endpoint":"https://default.test/oidc/logout",\
                "scopes_supported":["openid","profile","offline_access","email","address","phone","name","given_name",\
                "family_name","nickname","email_verified","picture","created_at","identities"],\
                "response_types_supported":["code","token","id_token","code token","code id_token","token id_token",\
                "code token id_token"],"code_challenge_methods_supported":["S256","plain"],\
                "response_modes_supported":["query","fragment","form_post"],"subject_types_supported":["public"],\
                "token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic","none"],\
                "id_token_signing_alg_values_supported":["HS256","RS256"],"request_parameter_supported":false,\
                "request_uri_parameter_supported":false,"claims_supported":["aud","auth_time","birthdate","created_at","email",\
                "email_verified","exp","family_name","gender","given_name","iat","identities","iss","locale","middle_name",\
                "name","nickname","phone_number","phone_number_verified","picture","preferred_username","sub","updated_at",\
                "website","zoneinfo"]}
                """)
    }

    @Test("the issuer follows the host of the request")
    func issuer() async throws {
        let fixture = try await EngineFixture.make()
        let request = fixture.request(issuer: Issuer(scheme: "http", host: "localhost:3000"))
        let document = DiscoveryDocument(fixture.context).document(in: request)
        #expect(document["issuer"] == "http://localhost:3000/")
        #expect(document["token_endpoint"] == "http://localhost:3000/oauth/token")
    }

    @Test("end_session_endpoint follows the tenant's flag")
    func endSession() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.rpLogoutEndSessionEndpointDiscovery = false
        #expect(DiscoveryDocument(fixture.context).document(in: fixture.request())["end_session_endpoint"] == nil)
    }

    @Test(
        "what would mislead clients is absent",
        arguments: [
            "authorization_response_iss_parameter_supported", "introspection_endpoint", "grant_types_supported",
            "pushed_authorization_request_endpoint", "device_authorization_endpoint", "registration_endpoint",
        ])
    func absent(member: String) async throws {
        let fixture = try await EngineFixture.make()
        #expect(DiscoveryDocument(fixture.context).document(in: fixture.request())[member] == nil)
    }
}
