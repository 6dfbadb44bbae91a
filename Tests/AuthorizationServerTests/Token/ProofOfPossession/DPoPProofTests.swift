import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// RFC 9449 section 4.3, contract 16.1, conformance 9 (`dpop-negative-tests`).
@Suite struct DPoPProofTests {
    @Test("a good proof binds the token to its key", arguments: [SignatureAlgorithm.es256, .ps256, .edDSA])
    func accepted(algorithm: SignatureAlgorithm) async throws {
        let fixture = try await EngineFixture.make()
        if algorithm != .es256 { _ = try await fixture.update({ $0.wireProfile = .standard }, fixture.machine) }
        let key = try ClientAssertionCase.key(algorithm)
        let response = try await fixture.token(fixture.machineForm, proofs: [fixture.proof(key, withNonce: false)])
        #expect(response.tokenType == "DPoP")
        #expect(try await fixture.confirmation(of: response) == ["jkt": .string(key.jkt)])
        #expect(response.dpopNonce == DPoPNonce(fixture.context).current(at: fixture.now))
    }

    @Test("without a proof there is no binding and no nonce")
    func bearer() async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(fixture.machineForm)
        let confirmation = try await fixture.confirmation(of: response)
        #expect(response.tokenType == "Bearer" && response.dpopNonce == nil && confirmation == nil)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var claims: [(String, JSONValue?)] = []
        var header: [(String, JSONValue?)] = []
    }

    private static let now = ManualNow().now.seconds

    static let malformed: [Malformed] = [
        Malformed(testDescription: "typ missing", header: [("typ", nil)]),
        Malformed(testDescription: "typ JWT", header: [("typ", "JWT")]),
        Malformed(testDescription: "alg missing", header: [("alg", nil)]),
        Malformed(testDescription: "alg none", header: [("alg", "none")]),
        Malformed(testDescription: "alg HS256", header: [("alg", "HS256")]),
        Malformed(testDescription: "alg of another family", header: [("alg", "PS256")]),
        Malformed(testDescription: "alg in lower case", header: [("alg", "es256")]),
        Malformed(testDescription: "jwk missing", header: [("jwk", nil)]),
        Malformed(testDescription: "jwk a string", header: [("jwk", "x")]),
        Malformed(testDescription: "crit", header: [("crit", .strings(["x"]))]),
        Malformed(testDescription: "jti missing", claims: [("jti", nil)]),
        Malformed(testDescription: "jti empty", claims: [("jti", "")]),
        Malformed(testDescription: "jti a number", claims: [("jti", 1)]),
        Malformed(testDescription: "jti of 257 bytes", claims: [("jti", .string(String(repeating: "j", count: 257)))]),
        Malformed(testDescription: "htm missing", claims: [("htm", nil)]),
        Malformed(testDescription: "htm GET", claims: [("htm", "GET")]),
        Malformed(testDescription: "htm in lower case", claims: [("htm", "post")]),
        Malformed(testDescription: "htu missing", claims: [("htu", nil)]),
        Malformed(testDescription: "htu of another path", claims: [("htu", "https://default.test/userinfo")]),
        Malformed(testDescription: "htu of another host", claims: [("htu", "https://other.test/oauth/token")]),
        Malformed(testDescription: "htu of another scheme", claims: [("htu", "http://default.test/oauth/token")]),
        Malformed(testDescription: "htu of another port", claims: [("htu", "https://default.test:8443/oauth/token")]),
        Malformed(testDescription: "htu with user information", claims: [("htu", "https://default.test@evil.test/oauth/token")]),
        Malformed(testDescription: "htu with a trailing slash", claims: [("htu", "https://default.test/oauth/token/")]),
        Malformed(testDescription: "htu without scheme", claims: [("htu", "//default.test/oauth/token")]),
        Malformed(testDescription: "iat missing", claims: [("iat", nil)]),
        Malformed(testDescription: "iat as text", claims: [("iat", .string("\(now)"))]),
        Malformed(testDescription: "iat an hour ago", claims: [("iat", .integer(now - 3600))]),
        Malformed(testDescription: "iat an hour ahead", claims: [("iat", .integer(now + 3600))]),
        Malformed(testDescription: "iat beyond every date", claims: [("iat", .integer(.max))]),
    ]

    @Test("malformed proofs are invalid_dpop_proof", arguments: malformed)
    func refused(row: Malformed) async throws {
        let fixture = try await EngineFixture.make()
        let proof = try fixture.proof(try TestKey(), withNonce: false, row.claims, header: row.header)
        let error = try await fixture.refusal(of: fixture.machineForm, proofs: [proof])
        #expect(error.kind == .invalidDPoPProof)
        #expect(error.onTheWire == "400 invalid_dpop_proof")
    }

    @Test("RS256 is refused")
    func weakAlgorithm() async throws {
        let fixture = try await EngineFixture.make()
        let proof = try fixture.proof(try ClientAssertionCase.fixtureRSA(.rs256), withNonce: false)
        #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [proof]).kind == .invalidDPoPProof)
    }

    @Test("a private key in the header is refused")
    func privateKey() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        var exposed = key.bareJWK
        exposed["d"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        let proof = try fixture.proof(key, withNonce: false, header: [("jwk", .object(exposed))])
        #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [proof]).kind == .invalidDPoPProof)
    }

    @Test("a signature by another key, a broken one, and what is no JWT are refused")
    func wrongSignature() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let forged = try fixture.proof(try TestKey(), withNonce: false, header: [("jwk", .object(key.bareJWK))])
        let good = try fixture.proof(key, withNonce: false)
        for proof in [forged, String(good.dropLast(4)) + "AAAA", "", "x", "a.b.c", good + "." + good, good + ","] {
            #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [proof]).kind == .invalidDPoPProof)
        }
    }

    @Test("two headers are refused, two good ones and the same twice")
    func twoProofs() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let (one, other) = (try fixture.proof(key, withNonce: false), try fixture.proof(key, withNonce: false))
        for proofs in [[one, other], [one, one]] {
            #expect(try await fixture.refusal(of: fixture.machineForm, proofs: proofs).kind == .invalidDPoPProof)
        }
    }

    @Test(
        "htu counts without query and fragment, host and scheme in any case, with the default port",
        arguments: [
            "https://default.test/oauth/token?a=b", "https://default.test/oauth/token#x", "HTTPS://DEFAULT.test/oauth/token",
            "https://default.test:443/oauth/token",
        ])
    func addresses(address: String) async throws {
        let fixture = try await EngineFixture.make()
        let proof = try fixture.proof(try TestKey(), withNonce: false, [("htu", .string(address))])
        #expect(try await fixture.token(fixture.machineForm, proofs: [proof]).tokenType == "DPoP")
    }

    @Test("ten seconds old, extra members and nbf and exp are no reason to refuse")
    func tolerated() async throws {
        let fixture = try await EngineFixture.make()
        let now = fixture.now.seconds
        let proof = try fixture.proof(
            try TestKey(), withNonce: false,
            [("iat", .integer(now - 10)), ("nbf", .integer(now - 10)), ("exp", .integer(now + 60)), ("extra", "x")],
            header: [("extra", "y")])
        #expect(try await fixture.token(fixture.machineForm, proofs: [proof]).tokenType == "DPoP")
    }

    // MARK: Single use

    @Test("a proof counts once, also when the request around it differs")
    func replay() async throws {
        let fixture = try await EngineFixture.make()
        let proof = try fixture.proof(try TestKey(), withNonce: false)
        _ = try await fixture.token(fixture.machineForm, proofs: [proof])
        #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [proof]).kind == .invalidDPoPProof)
        fixture.clock.advance(by: 60)
        #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [proof]).kind == .invalidDPoPProof)
    }

    @Test("a proof counts once on all nodes over one database", arguments: Backend.shared)
    func replayOnAnotherNode(backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engines: [any StorageEngine] = [
                try await database.open(masterKeys: EngineFixture.masterKeys),
                try await database.open(masterKeys: EngineFixture.masterKeys),
            ]
            let fixture = try await EngineFixture.make(engine: engines[0])
            let other = fixture.otherNode(over: engines[1])
            let proof = try fixture.proof(try TestKey(), withNonce: false)
            _ = try await fixture.token(fixture.machineForm, proofs: [proof])
            let error = try await fixture.refusal(of: fixture.machineForm, proofs: [proof], on: other)
            #expect(error.kind == .invalidDPoPProof)
            for engine in engines { try await engine.close() }
        }
    }

    // MARK: Nonces

    @Test("Auth0 demands a nonce of public clients: 400, its text, and a nonce that then works")
    func nonceDemand() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let code = try await fixture.insertCode(for: fixture.native)
        let form = fixture.codeForm(code, from: fixture.native)
        let error = try await fixture.refusal(of: form, proofs: [fixture.proof(key, withNonce: false)])
        #expect(error.description == "Authorization server requires nonce in DPoP proof")
        #expect(error.onTheWire == "400 use_dpop_nonce")
        let nonce = try #require(error.dpopNonce)
        let proof = try fixture.proof(key, withNonce: false, [("nonce", .string(nonce))])
        #expect(try await fixture.token(form, proofs: [proof]).tokenType == "DPoP")
    }

    @Test("other profiles demand none")
    func noNonceDemand() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = .standard }, fixture.native)
        let code = try await fixture.insertCode(for: client)
        let proof = try fixture.proof(try TestKey(), withNonce: false)
        #expect(try await fixture.token(fixture.codeForm(code, from: client), proofs: [proof]).tokenType == "DPoP")
    }

    @Test("a forged nonce, another tenant's, a number and an empty one are answered with a good one", arguments: [
        .string("AAAAAAAAAAAAAAAAAAAAAA"), .integer(1), .string(""), .strings(["x"]),
    ] as [JSONValue])
    func forgedNonce(nonce: JSONValue) async throws {
        let fixture = try await EngineFixture.make()
        let proof = try fixture.proof(try TestKey(), withNonce: false, [("nonce", nonce)])
        let error = try await fixture.refusal(of: fixture.machineForm, proofs: [proof])
        #expect(error.kind == .useDPoPNonce && error.dpopNonce == DPoPNonce(fixture.context).current(at: fixture.now))
    }

    @Test("a nonce lives five to ten minutes")
    func nonceLifetime() async throws {
        let fixture = try await EngineFixture.make()
        let nonces = DPoPNonce(fixture.context)
        let (now, nonce) = (fixture.now, DPoPNonce(fixture.context).current(at: fixture.now))
        #expect(nonces.accepts(nonce, at: now) && nonces.accepts(nonce, at: now + 300))
        #expect(!nonces.accepts(nonce, at: now + 600) && !nonces.accepts(nonce, at: now - 600))
        let elsewhere = try await EngineFixture.make(engine: fixture.engine, tenant: TenantID("elsewhere") ?? .default)
        #expect(!DPoPNonce(elsewhere.context).accepts(nonce, at: now))
    }

    @Test("with a nonce the clock may be five minutes off, without it one")
    func clockWithNonce() async throws {
        let fixture = try await EngineFixture.make()
        let late = JSONValue.integer(fixture.now.seconds - 240)
        let without = try fixture.proof(try TestKey(), withNonce: false, [("iat", late)])
        #expect(try await fixture.refusal(of: fixture.machineForm, proofs: [without]).kind == .invalidDPoPProof)
        let with = try fixture.proof(try TestKey(), [("iat", late)])
        #expect(try await fixture.token(fixture.machineForm, proofs: [with]).tokenType == "DPoP")
    }
}
