import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// One table says which signatures of clients count, and discovery reads it out (contract 2.2, 3.1, 15.2, 16.1; conformance 1.1).
@Suite struct ClientAlgorithmTests {
    struct Row: Sendable {
        let profile: WireProfile
        let signatures: Set<SignatureAlgorithm>
        let proofs: Set<SignatureAlgorithm>
    }

    static let rows = [
        Row(profile: .auth0, signatures: [.rs256, .rs384, .ps256], proofs: [.es256]),
        Row(profile: .standard, signatures: SignatureAlgorithm.asymmetric, proofs: [.es256, .ps256, .edDSA]),
        Row(profile: .fapi1Advanced, signatures: [.ps256, .es256], proofs: [.es256, .ps256]),
        Row(profile: .fapi2Security, signatures: [.ps256, .es256, .edDSA], proofs: [.es256, .ps256, .edDSA]),
        Row(profile: .fapi2MessageSigning, signatures: [.ps256, .es256, .edDSA], proofs: [.es256, .ps256, .edDSA]),
        Row(profile: .fapiCIBA, signatures: [.ps256, .es256], proofs: [.es256, .ps256]),
    ]

    private static let asymmetric = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }

    @Test("assertions count by the profile's algorithms and no others, whatever the client registered", arguments: rows)
    func assertions(row: Row) async throws {
        let test = try await ClientAssertionCase.make(profile: row.profile)
        for algorithm in Self.asymmetric {
            let key = try ClientAssertionCase.key(algorithm)
            for registered in [nil, algorithm.rawValue] {
                _ = try await test.fixture.changed(test.client) {
                    ($0.proof.jwks, $0.proof.tokenEndpointAuthSigningAlg) = (TestKey.jwks(key), registered)
                }
                let form = test.form(try key.jwt(test.claims()))
                let isAccepted = row.signatures.contains(algorithm)
                guard !isAccepted else { _ = try await test.authenticate(form); continue }
                await test.expectRefused(form)
            }
        }
    }

    @Test("request objects as well", arguments: rows)
    func requestObjects(row: Row) async throws {
        for algorithm in Self.asymmetric {
            let jar = try await RequestObjectCase.make(row.profile, algorithm) {
                $0.requests.requestObjectSigningAlg = algorithm.rawValue
            }
            // A profile may want more of the request than a good object; that comes later and is refused otherwise.
            let isRefused = try await jar.refusal(try jar.object())?.kind == .invalidRequestObject
            #expect(isRefused != row.signatures.contains(algorithm), "\(algorithm)")
        }
    }

    @Test("proofs of possession by the profile's algorithms and no others", arguments: rows)
    func proofs(row: Row) async throws {
        let test = try await ClientAssertionCase.make(.ps256, profile: row.profile)
        for algorithm in Self.asymmetric {
            let proof = try test.fixture.proof(try ClientAssertionCase.key(algorithm), withNonce: false)
            let form = test.form(try test.assertion()) + [
                ("grant_type", "client_credentials"), ("audience", EngineFixture.audience),
            ]
            if row.proofs.contains(algorithm) {
                #expect(try await test.fixture.token(form, proofs: [proof]).tokenType == "DPoP")
            } else {
                #expect(try await test.fixture.refusal(of: form, proofs: [proof]).kind == .invalidDPoPProof)
            }
        }
    }

    @Test("a resource takes the proofs of the profile of the token's client")
    func resource() async throws {
        for profile in [WireProfile.auth0, .standard] {
            let fixture = try await EngineFixture.make()
            let client = try await fixture.update({ $0.wireProfile = profile }, fixture.native)
            let key = try ClientAssertionCase.key(.es256)
            let code = try await fixture.insertCode(for: client, scopes: ["openid"], audience: nil)
            let token = try await fixture.token(fixture.codeForm(code, from: client), proofs: [fixture.proof(key)]).accessToken
            var request = fixture.request()
            (request.method, request.path) = ("GET", "/userinfo")
            let foreign = try ClientAssertionCase.key(.edDSA)
            request.dpopProofs = [
                try foreign.proof("GET", "https://default.test/userinfo", at: fixture.now, jti: "1", accessToken: token)
            ]
            let error = await #expect(throws: OAuthError.self) {
                try await UserInfoEndpoint(fixture.context).respond(
                    to: PresentedAccessToken(token: token, scheme: "DPoP"), in: request)
            }
            // The key is another one in both cases; only a readable proof gets as far as that.
            #expect(error?.kind == (profile == .auth0 ? .invalidDPoPProof : .invalidToken))
        }
    }

    @Test("discovery lists what the tenant's default profile accepts, no less and no more", arguments: rows)
    func discovery(row: Row) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultWireProfile = row.profile
        let document = DiscoveryDocument(fixture.context).document(in: fixture.request())
        func listed(_ member: String) -> [String]? { document[member]?.array?.compactMap(\.string) }
        let names = Set(row.signatures.map(\.rawValue))
        let assertions = try #require(listed("token_endpoint_auth_signing_alg_values_supported"))
        #expect(Set(assertions.filter { !$0.hasPrefix("HS") }) == names)
        let hasSecrets = assertions.contains { $0.hasPrefix("HS") }
        #expect(hasSecrets == (row.profile == .standard))
        #expect(listed("token_endpoint_auth_methods_supported")?.contains("client_secret_jwt") == hasSecrets)
        let objects = try #require(listed("request_object_signing_alg_values_supported"))
        #expect(Set(objects.filter { $0 != "none" }) == names && objects.contains("none") == (row.profile == .standard))
        if row.profile != .auth0 {
            #expect(Set(listed("backchannel_authentication_request_signing_alg_values_supported") ?? []) == names)
        }
        #expect(Set(listed("dpop_signing_alg_values_supported") ?? []) == Set(row.proofs.map(\.rawValue)))
    }

    @Test("Auth0 knows no client_secret_jwt")
    func secretJWT() async throws {
        for (profile, isAccepted) in [(WireProfile.auth0, false), (.standard, true)] {
            let test = try await ClientAssertionCase.make(profile: profile) { $0.tokenEndpointAuthMethod = .clientSecretJWT }
            let secret = Array(EngineFixture.secret.revealed.utf8)
            let form = test.form(JWS.signHS256(typ: "JWT", payload: test.claims(), secret: secret))
            guard !isAccepted else { _ = try await test.authenticate(form); continue }
            await test.expectRefused(form)
        }
    }

    @Test("every name in the table is an algorithm that we know", arguments: WireProfile.allCases)
    func names(profile: WireProfile) {
        let rules = profile.rules
        let known = rules.clientSignatures(symmetric: false) + rules.clientSignatures(symmetric: true)
        #expect(known.count == rules.clientAlgorithms.count && rules.proofSignatures.count == rules.proofAlgorithms.count)
        #expect(Set(SignatureAlgorithm.allCases.map(\.rawValue)).isSuperset(of: rules.clientAlgorithms))
    }
}
