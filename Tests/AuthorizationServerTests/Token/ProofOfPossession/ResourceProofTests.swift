import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Bound tokens at a resource (RFC 9449 section 7, RFC 8705 section 3; conformance 9, `dpop-negative-tests`).
@Suite struct ResourceProofTests {
    private static let certificate = PresentedCertificate(der: FixtureCertificate.der, isChainVerified: false)
    private static let userinfo = "https://default.test/userinfo"

    private struct Case {
        let fixture: EngineFixture
        let key: TestKey
        let accessToken: String

        func proof(_ changes: [(String, JSONValue?)] = [], by key: TestKey? = nil, header: [(String, JSONValue?)] = []) throws
            -> String
        {
            try (key ?? self.key).proof(
                "GET", ResourceProofTests.userinfo, at: fixture.now, jti: fixture.environment.randomness.alphanumeric(20),
                accessToken: accessToken, changes: changes, header: header)
        }

        @discardableResult func check(
            _ proofs: [String], scheme: String = "DPoP", certificate: PresentedCertificate? = nil
        ) async throws -> String? {
            var request = fixture.request()
            (request.method, request.path, request.dpopProofs) = ("GET", "/userinfo", proofs)
            request.clientCertificate = certificate
            let token = try await AccessTokenReader(fixture.context).read(accessToken, in: request)
            return try await ResourceProof(fixture.context).check(
                token, presentedAs: scheme, accessToken: accessToken, in: request)
        }

        func expectRefused(
            _ proofs: [String], scheme: String = "DPoP", kind: OAuthError.Kind = .invalidDPoPProof,
            certificate: PresentedCertificate? = nil, _ location: SourceLocation = #_sourceLocation
        ) async {
            let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
                try await check(proofs, scheme: scheme, certificate: certificate)
            }
            #expect(error?.kind == kind, sourceLocation: location)
            #expect(
                WireProfile.standard.wireError(for: error?.kind ?? .serverError, at: .resource).status == 401,
                sourceLocation: location)
        }
    }

    private func bound() async throws -> Case {
        let (fixture, key) = (try await EngineFixture.make(), try TestKey())
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid"], audience: nil)
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native), proofs: [fixture.proof(key)])
        return Case(fixture: fixture, key: key, accessToken: response.accessToken)
    }

    private func bearer() async throws -> Case {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid"], audience: nil)
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native))
        return Case(fixture: fixture, key: try TestKey(), accessToken: response.accessToken)
    }

    @Test("a bound token with its proof is good, once, and a nonce comes back")
    func good() async throws {
        let test = try await bound()
        let proof = try test.proof()
        #expect(try await test.check([proof]) == DPoPNonce(test.fixture.context).current(at: test.fixture.now))
        await test.expectRefused([proof])
    }

    @Test("no proof, as Bearer, and another key's proof")
    func withoutKey() async throws {
        let test = try await bound()
        await test.expectRefused([])
        await test.expectRefused([], scheme: "Bearer", kind: .invalidToken)
        await test.expectRefused([try test.proof()], scheme: "Bearer", kind: .invalidToken)
        await test.expectRefused([try test.proof(by: try TestKey())], kind: .invalidToken)
        await test.expectRefused([try test.proof(), try test.proof()])
    }

    @Test(
        "ath missing, wrong, of another token, or no text",
        arguments: [nil, .string(""), .string("AAAA"), .string("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"), .integer(1)]
            as [JSONValue?])
    func tokenHash(hash: JSONValue?) async throws {
        let test = try await bound()
        await test.expectRefused([try test.proof([("ath", hash)])])
    }

    @Test("a proof for the token endpoint is none for a resource")
    func otherEndpoint() async throws {
        let test = try await bound()
        await test.expectRefused([try test.proof([("htm", "POST")])])
        await test.expectRefused([try test.proof([("htu", "https://default.test/oauth/token")])])
    }

    @Test("a stale nonce is answered with a fresh one")
    func nonce() async throws {
        let test = try await bound()
        await test.expectRefused([try test.proof([("nonce", "stale")])], kind: .useDPoPNonce)
        let nonce = DPoPNonce(test.fixture.context).current(at: test.fixture.now)
        try await test.check([test.proof([("nonce", .string(nonce))])])
    }

    @Test("an unbound token is a bearer token and nothing else")
    func unbound() async throws {
        let test = try await bearer()
        #expect(try await test.check([], scheme: "Bearer") == nil)
        await test.expectRefused([try test.proof()], kind: .invalidToken)
    }

    @Test("a certificate-bound token needs its certificate")
    func certificate() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.update({ $0.proof.tlsClientCertificateBoundAccessTokens = true }, fixture.machine)
        let response = try await fixture.token(fixture.machineForm, proofs: [], certificate: Self.certificate)
        let test = Case(fixture: fixture, key: try TestKey(), accessToken: response.accessToken)
        #expect(try await test.check([], scheme: "Bearer", certificate: Self.certificate) == nil)
        await test.expectRefused([], scheme: "Bearer", kind: .invalidToken)
        let other = PresentedCertificate(der: FixtureCertificate.der + [0], isChainVerified: true)
        await test.expectRefused([], scheme: "Bearer", kind: .invalidToken, certificate: other)
        await test.expectRefused([try test.proof()], kind: .invalidToken, certificate: Self.certificate)
    }

    @Test(
        "schemes are read in any case",
        arguments: [
            ("Bearer x", "Bearer", "x"), ("bearer  x", "Bearer", "x"), ("dpop x", "DPoP", "x"), ("DPOP x", "DPoP", "x"),
            ("Bearer", "Bearer", ""),
        ])
    func schemes(header: String, scheme: String, token: String) {
        let presented = PresentedAccessToken(authorization: header)
        #expect(presented?.scheme == scheme && presented?.token == token)
        #expect(PresentedAccessToken(authorization: "Basic x") == nil && PresentedAccessToken(authorization: "") == nil)
    }

    @Test(
        "a bearer token is what follows the scheme, byte for byte",
        arguments: [
            ("Bearer x", "x"), ("BEARER   x.y", "x.y"), ("Bearer  \u{64C}x", "\u{64C}x"), ("Bearer", nil), ("Bearer ", nil),
            ("DPoP x", nil), ("Bearerx", nil), (nil, nil),
        ] as [(String?, String?)])
    func bearer(header: String?, token: String?) {
        #expect(PresentedAccessToken.bearer(in: header).map { Array($0.utf8) } == token.map { Array($0.utf8) })
    }
}
