import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client proves itself by the method that it registered and by no other (contract 2.2).
@Suite struct ClientMethodTests {
    private func make(
        _ method: ClientAuthenticationMethod, profile: WireProfile = .standard, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> ClientAssertionCase {
        try await ClientAssertionCase.make(profile: profile) {
            $0.tokenEndpointAuthMethod = method
            change(&$0)
        }
    }

    private func secretForm(_ test: ClientAssertionCase) -> [(String, String)] {
        [("client_id", test.client.clientID), ("client_secret", EngineFixture.secret.revealed)]
    }

    private func hmac(_ test: ClientAssertionCase, _ algorithm: SignatureAlgorithm, secret: String) throws -> String {
        try JWS.signHMAC(typ: "JWT", payload: test.claims(), secret: Array(secret.utf8), algorithm: algorithm)
    }

    private static let certificate = PresentedCertificate(der: FixtureCertificate.der, isChainVerified: true)

    @Test(
        "a secret proves nobody who registered something stronger",
        arguments: [ClientAuthenticationMethod.clientSecretJWT, .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth])
    func secret(method: ClientAuthenticationMethod) async throws {
        let test = try await make(method)
        await test.expectRefused(secretForm(test))
        await test.expectRefused([("client_id", test.client.clientID)])
    }

    @Test(
        "an assertion proves nobody who registered something else",
        arguments: [
            ClientAuthenticationMethod.clientSecretPost, .clientSecretBasic, .clientSecretJWT, .tlsClientAuth,
            .selfSignedTLSClientAuth,
        ])
    func assertion(method: ClientAuthenticationMethod) async throws {
        let test = try await make(method)
        await test.expectRefused(test.form(try test.assertion()))
        guard method != .clientSecretJWT else { return }
        await test.expectRefused(test.form(try hmac(test, .hs256, secret: EngineFixture.secret.revealed)))
    }

    @Test(
        "FAPI counts neither secrets nor nothing",
        arguments: [ClientAuthenticationMethod.none, .clientSecretPost, .clientSecretBasic, .clientSecretJWT])
    func weakMethods(method: ClientAuthenticationMethod) async throws {
        let test = try await make(method, profile: .fapi2Security)
        await test.expectRefused(secretForm(test))
        await test.expectRefused(test.form(try hmac(test, .hs256, secret: EngineFixture.secret.revealed)))
        await test.expectRefused([("client_id", test.client.clientID)])
    }

    // MARK: client_secret_jwt

    @Test("client_secret_jwt with every HMAC, once", arguments: [SignatureAlgorithm.hs256, .hs384, .hs512])
    func secretJWT(algorithm: SignatureAlgorithm) async throws {
        let test = try await make(.clientSecretJWT)
        let form = test.form(try hmac(test, algorithm, secret: EngineFixture.secret.revealed))
        #expect(try await test.authenticate(form).method == .clientSecretJWT)
        await test.expectRefused(form)
        await test.expectRefused(test.form(try hmac(test, algorithm, secret: "wrong")))
    }

    @Test("client_secret_jwt with the registered algorithm alone")
    func secretJWTAlgorithm() async throws {
        let test = try await make(.clientSecretJWT) { $0.proof.tokenEndpointAuthSigningAlg = "HS512" }
        await test.expectRefused(test.form(try hmac(test, .hs256, secret: EngineFixture.secret.revealed)))
        _ = try await test.authenticate(test.form(try hmac(test, .hs512, secret: EngineFixture.secret.revealed)))
    }

    // MARK: Several secrets

    @Test(
        "every live secret counts, and none that has expired",
        arguments: [ClientAuthenticationMethod.clientSecretPost, .clientSecretJWT])
    func severalSecrets(method: ClientAuthenticationMethod) async throws {
        let test = try await make(method) { client in
            client.additionalSecrets = [
                ClientSecret(id: "cred_0000000000000001", value: SecretString("second-secret"), createdAt: client.createdAt),
                ClientSecret(
                    id: "cred_0000000000000002", value: SecretString("old-secret"), createdAt: client.createdAt,
                    expiresAt: client.createdAt + 60),
            ]
        }
        func form(_ secret: String) throws -> [(String, String)] {
            method == .clientSecretJWT
                ? test.form(try hmac(test, .hs256, secret: secret))
                : [("client_id", test.client.clientID), ("client_secret", secret)]
        }
        for secret in [EngineFixture.secret.revealed, "second-secret", "old-secret"] {
            _ = try await test.authenticate(form(secret))
        }
        test.fixture.clock.advance(by: 60)
        await test.expectRefused(try form("old-secret"))
        _ = try await test.authenticate(form("second-secret"))
    }

    // MARK: Certificates

    struct Named: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isRight: Bool
        let set: @Sendable (inout ClientProof) -> Void
    }

    static let named: [Named] = [
        Named(testDescription: "subject", isRight: true) {
            $0.tlsClientAuthSubjectDN = "CN=client one,OU=Clients,O=Example\\, Inc.,C=DE"
        },
        Named(testDescription: "subject, spelled otherwise", isRight: true) {
            $0.tlsClientAuthSubjectDN = "cn=client one, 2.5.4.11=Clients, o=Example\\2C Inc., c=DE"
        },
        Named(testDescription: "DNS name", isRight: true) { $0.tlsClientAuthSANDNS = "CLIENT.example.test" },
        Named(testDescription: "URI", isRight: true) { $0.tlsClientAuthSANURI = "https://client.example.test/id" },
        Named(testDescription: "address", isRight: true) { $0.tlsClientAuthSANIP = "203.0.113.9" },
        Named(testDescription: "e-mail", isRight: true) { $0.tlsClientAuthSANEmail = "client@example.test" },
        Named(testDescription: "nothing registered", isRight: false) { _ in },
        Named(testDescription: "empty subject", isRight: false) { $0.tlsClientAuthSubjectDN = "" },
        Named(testDescription: "another subject", isRight: false) {
            $0.tlsClientAuthSubjectDN = "CN=client two,OU=Clients,O=Example\\, Inc.,C=DE"
        },
        Named(testDescription: "part of the subject", isRight: false) { $0.tlsClientAuthSubjectDN = "CN=client one" },
        Named(testDescription: "the subject in another order", isRight: false) {
            $0.tlsClientAuthSubjectDN = "C=DE,O=Example\\, Inc.,OU=Clients,CN=client one"
        },
        Named(testDescription: "a subject that only looks the same", isRight: false) {
            $0.tlsClientAuthSubjectDN = "CN=client one\\,OU\\=Clients,O=Example\\, Inc.,C=DE"
        },
        Named(testDescription: "a wildcard", isRight: false) { $0.tlsClientAuthSANDNS = "*.example.test" },
        Named(testDescription: "a suffix", isRight: false) { $0.tlsClientAuthSANDNS = "example.test" },
        Named(testDescription: "another URI", isRight: false) { $0.tlsClientAuthSANURI = "https://client.example.test/" },
        Named(testDescription: "the DNS name as address", isRight: false) { $0.tlsClientAuthSANIP = "client.example.test" },
        Named(testDescription: "right subject, wrong name", isRight: false) {
            $0.tlsClientAuthSubjectDN = "CN=client one,OU=Clients,O=Example\\, Inc.,C=DE"
            $0.tlsClientAuthSANDNS = "other.example.test"
        },
    ]

    @Test("tls_client_auth compares the registered name", arguments: named)
    func certificateNames(row: Named) async throws {
        let test = try await make(.tlsClientAuth) { row.set(&$0.proof) }
        let form = [("client_id", test.client.clientID)]
        let authenticated = try? await test.authenticate(form) { $0.clientCertificate = Self.certificate }
        #expect((authenticated?.method == .tlsClientAuth) == row.isRight)
        #expect(authenticated == nil || authenticated?.certificate == Self.certificate)
    }

    @Test("tls_client_auth needs a verified chain, a certificate, and no secret beside it")
    func unverifiedChain() async throws {
        let test = try await make(.tlsClientAuth) { $0.proof.tlsClientAuthSANDNS = "client.example.test" }
        let form = [("client_id", test.client.clientID)]
        await test.expectRefused(form)
        let unverified = PresentedCertificate(der: FixtureCertificate.der, isChainVerified: false)
        let garbage = PresentedCertificate(der: [0x30, 0x82, 1], isChainVerified: true)
        for certificate in [unverified, garbage] {
            let error = await #expect(throws: OAuthError.self) {
                try await test.authenticate(form) { $0.clientCertificate = certificate }
            }
            #expect(error?.kind == .invalidClient)
        }
        let error = await #expect(throws: OAuthError.self) {
            try await test.authenticate(secretForm(test)) { $0.clientCertificate = Self.certificate }
        }
        #expect(error?.kind == .invalidClient)
    }

    @Test("self_signed_tls_client_auth compares the key with the registered ones, chain or no chain")
    func selfSigned() async throws {
        let key = TestKey(try PrivateKey(pkcs8DER: FixtureCertificate.privateKey), .es256, kid: "certificate")
        let test = try await make(.selfSignedTLSClientAuth) { $0.proof.jwks = TestKey.jwks(key) }
        let form = [("client_id", test.client.clientID)]
        let certificate = PresentedCertificate(der: FixtureCertificate.der, isChainVerified: false)
        let authenticated = try await test.authenticate(form) { $0.clientCertificate = certificate }
        #expect(authenticated.method == .selfSignedTLSClientAuth && authenticated.hasProvedSecret)
        let stranger = try await make(.selfSignedTLSClientAuth)
        let error = await #expect(throws: OAuthError.self) {
            try await stranger.authenticate(form) { $0.clientCertificate = Self.certificate }
        }
        #expect(error?.kind == .invalidClient)
    }

    @Test("a rotated certificate is found by jwks_uri")
    func selfSignedByURL() async throws {
        let url = "https://client.example.test/jwks"
        let test = try await make(.selfSignedTLSClientAuth) { ($0.proof.jwks, $0.proof.jwksURI) = (nil, url) }
        test.fixture.outbound.serve(TestKey.jwks(test.key), at: url)
        let form = [("client_id", test.client.clientID)]
        _ = try? await test.authenticate(form)
        test.fixture.outbound.serve(
            TestKey.jwks(TestKey(try PrivateKey(pkcs8DER: FixtureCertificate.privateKey), .es256)), at: url)
        _ = try await test.authenticate(form) { $0.clientCertificate = Self.certificate }
    }

    @Test("FAPI takes rotation away from refresh tokens")
    func rotation() async throws {
        let test = try await make(.privateKeyJWT, profile: .fapi2Security) { $0.refreshToken = .rotatingDefaults }
        let authenticated = try await test.authenticate(test.form(try test.assertion()))
        #expect(authenticated.client.refreshToken.rotationType == .nonRotating)
    }
}
