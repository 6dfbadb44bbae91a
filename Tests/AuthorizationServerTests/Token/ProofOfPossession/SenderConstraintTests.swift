import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The matrix of contract 16.1, certificate-bound tokens (RFC 8705), and bound codes and refresh tokens.
@Suite struct SenderConstraintTests {
    private static let certificate = PresentedCertificate(der: FixtureCertificate.der, isChainVerified: false)
    private static let thumbprint = certificate.confirmation.thumbprint

    enum Outcome: Equatable, Sendable { case bearer, bound, refused }

    struct Cell: Sendable, CustomTestStringConvertible {
        let policy: ResourceServer.ProofOfPossession
        let clientWantsProof: Bool
        let sendsProof: Bool
        let outcome: Outcome
        var testDescription: String { "\(policy), client \(clientWantsProof), proof \(sendsProof): \(outcome)" }
    }

    static let matrix: [Cell] = [
        Cell(policy: .none, clientWantsProof: false, sendsProof: false, outcome: .bearer),
        Cell(policy: .none, clientWantsProof: false, sendsProof: true, outcome: .bearer),
        Cell(policy: .none, clientWantsProof: true, sendsProof: false, outcome: .refused),
        Cell(policy: .none, clientWantsProof: true, sendsProof: true, outcome: .refused),
        Cell(policy: .allowed, clientWantsProof: false, sendsProof: false, outcome: .bearer),
        Cell(policy: .allowed, clientWantsProof: false, sendsProof: true, outcome: .bound),
        Cell(policy: .allowed, clientWantsProof: true, sendsProof: false, outcome: .refused),
        Cell(policy: .allowed, clientWantsProof: true, sendsProof: true, outcome: .bound),
        Cell(policy: .requiredForPublicClients, clientWantsProof: false, sendsProof: false, outcome: .bearer),
        Cell(policy: .required, clientWantsProof: false, sendsProof: false, outcome: .refused),
        Cell(policy: .required, clientWantsProof: false, sendsProof: true, outcome: .bound),
    ]

    @Test("API policy, client and proof decide", arguments: matrix)
    func cells(cell: Cell) async throws {
        let fixture = try await EngineFixture.make()
        try await fixture.setPolicy(cell.policy)
        _ = try await fixture.update({ $0.proof.dpopBoundAccessTokens = cell.clientWantsProof }, fixture.machine)
        let proofs = cell.sendsProof ? [try fixture.proof(try TestKey(), withNonce: false)] : []
        guard cell.outcome != .refused else {
            let kind = try await fixture.refusal(of: fixture.machineForm, proofs: proofs).kind
            #expect([.invalidRequest, .invalidDPoPProof].contains(kind))
            return
        }
        let response = try await fixture.token(fixture.machineForm, proofs: proofs)
        #expect((response.tokenType == "DPoP") == (cell.outcome == .bound))
    }

    @Test("a proof that does not count is not even looked at")
    func ignored() async throws {
        let fixture = try await EngineFixture.make()
        try await fixture.setPolicy(.none)
        #expect(try await fixture.token(fixture.machineForm, proofs: ["rubbish"]).tokenType == "Bearer")
    }

    @Test("an API that demands it of public clients refuses them without a proof")
    func publicClient() async throws {
        let fixture = try await EngineFixture.make()
        try await fixture.setPolicy(.requiredForPublicClients)
        let code = try await fixture.insertCode(for: fixture.native)
        let form = fixture.codeForm(code, from: fixture.native)
        #expect(try await fixture.refusal(of: form).kind == .invalidRequest)
        #expect(try await fixture.token(form, proofs: [fixture.proof(try TestKey())]).tokenType == "DPoP")
    }

    @Test("without an API the opaque token is bound when a proof comes")
    func userinfoOnly() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid"], audience: nil)
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native), proofs: [fixture.proof(key)])
        #expect(response.tokenType == "DPoP")
        let read = try await AccessTokenReader(fixture.context).read(response.accessToken, in: fixture.request())
        #expect(read.confirmation == Confirmation(method: .jkt, thumbprint: key.jkt))
    }

    // MARK: Certificates

    @Test("a client that asked for it gets tokens bound to its certificate, or none")
    func certificateBound() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.update({ $0.proof.tlsClientCertificateBoundAccessTokens = true }, fixture.machine)
        #expect(try await fixture.refusal(of: fixture.machineForm).kind == .invalidRequest)
        let response = try await fixture.token(fixture.machineForm, proofs: [], certificate: Self.certificate)
        #expect(response.tokenType == "Bearer")
        #expect(try await fixture.confirmation(of: response) == ["x5t#S256": .string(Self.thumbprint)])
    }

    @Test("a certificate that nobody asked for binds nothing")
    func unaskedCertificate() async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(fixture.machineForm, proofs: [], certificate: Self.certificate)
        #expect(try await fixture.confirmation(of: response) == nil)
    }

    @Test(
        "FAPI refuses bearer tokens: a proof or a certificate is needed",
        arguments: [WireProfile.fapi1Advanced, .fapi2Security, .fapi2MessageSigning, .fapiCIBA])
    func fapi(profile: WireProfile) async throws {
        let test = try await ClientAssertionCase.make(profile: profile)
        let fixture = test.fixture
        func form() throws -> [(String, String)] {
            test.form(try test.assertion()) + [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]
        }
        let error = try await fixture.refusal(of: form())
        #expect(error.onTheWire == "400 invalid_request")
        #expect(try await fixture.token(form(), proofs: [fixture.proof(try TestKey(), withNonce: false)]).tokenType == "DPoP")
        let bound = try await fixture.token(form(), proofs: [], certificate: Self.certificate)
        #expect(try await fixture.confirmation(of: bound) == ["x5t#S256": .string(Self.thumbprint)])
        _ = try await fixture.update({ $0.proof.dpopBoundAccessTokens = true }, test.client)
        #expect(try await fixture.refusal(of: form(), proofs: [], certificate: Self.certificate).kind == .invalidDPoPProof)
    }

    // MARK: Codes

    @Test("a bound code needs a proof of its key; another key, or none, leaves the code unused")
    func boundCode() async throws {
        let fixture = try await EngineFixture.make()
        let (key, stranger) = (try TestKey(), try TestKey())
        let code = try await fixture.insertCode(for: fixture.native) { $0.dpopJKT = key.jkt }
        let form = fixture.codeForm(code, from: fixture.native)
        #expect(try await fixture.refusal(of: form).kind == .invalidDPoPProof)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(stranger)]).kind == .invalidDPoPProof)
        #expect(try await fixture.token(form, proofs: [fixture.proof(key)]).tokenType == "DPoP")
    }

    @Test("a thief without the key cannot use a replay to revoke what a bound code issued")
    func replayedBoundCode() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let code = try await fixture.insertCode(for: fixture.native) { $0.dpopJKT = key.jkt }
        let form = fixture.codeForm(code, from: fixture.native)
        let token = try #require(try await fixture.token(form, proofs: [fixture.proof(key)]).refreshToken)
        _ = try await fixture.refusal(of: form, proofs: [fixture.proof(try TestKey())])
        #expect(try await fixture.family(of: token)?.revokedAt == nil)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(key)]).kind == .invalidGrant)
        #expect(try await fixture.family(of: token)?.revokedAt != nil)
    }

    @Test("a demand for a nonce uses nothing up")
    func nonceDemandKeepsCode() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let form = fixture.codeForm(try await fixture.insertCode(for: fixture.native), from: fixture.native)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(key, withNonce: false)]).kind == .useDPoPNonce)
        _ = try await fixture.token(form, proofs: [fixture.proof(key)])
    }

    // MARK: Refresh tokens

    private func refreshToken(_ fixture: EngineFixture, _ client: Client, _ key: TestKey) async throws -> String {
        let code = try await fixture.insertCode(for: client, scopes: ["openid", "read:items", "offline_access"])
        let response = try await fixture.token(fixture.codeForm(code, from: client), proofs: [fixture.proof(key)])
        return try #require(response.refreshToken)
    }

    @Test("a public client's refresh token is bound: none and another key are invalid_dpop_proof and end nothing")
    func boundRefreshToken() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        for client in [fixture.native, fixture.spa] {
            let token = try await refreshToken(fixture, client, key)
            let form = fixture.refreshForm(token, from: client)
            #expect(try await fixture.refusal(of: form).kind == .invalidDPoPProof)
            #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(try TestKey())]).kind == .invalidDPoPProof)
            let response = try await fixture.token(form, proofs: [fixture.proof(key)])
            #expect(response.tokenType == "DPoP" && response.dpopNonce != nil)
            #expect(try await fixture.confirmation(of: response) == ["jkt": .string(key.jkt)])
        }
    }

    @Test("reuse of a bound token by somebody without the key does not end the family")
    func reuseWithoutKey() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let token = try await refreshToken(fixture, fixture.spa, key)
        let form = fixture.refreshForm(token, from: fixture.spa)
        let next = try #require(try await fixture.token(form, proofs: [fixture.proof(key)]).refreshToken)
        fixture.clock.advance(by: 31)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(try TestKey())]).kind == .invalidDPoPProof)
        #expect(try await fixture.family(of: next)?.revokedAt == nil)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(key)]).kind == .invalidGrant)
        #expect(try await fixture.family(of: next)?.revokedAt != nil)
    }

    @Test("a confidential client may change its key")
    func confidentialClient() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await refreshToken(fixture, fixture.web, try TestKey())
        let form = fixture.refreshForm(token, from: fixture.web)
        let next = try TestKey()
        let response = try await fixture.token(form, proofs: [fixture.proof(next)])
        #expect(try await fixture.confirmation(of: response) == ["jkt": .string(next.jkt)])
        #expect(try await fixture.token(form).tokenType == "Bearer")
    }

    @Test("a concurrent exchange of a bound token presents its proof once")
    func races() async throws {
        let fixture = try await EngineFixture.make()
        let key = try TestKey()
        let token = try await refreshToken(fixture, fixture.spa, key)
        let form = fixture.refreshForm(token, from: fixture.spa)
        let proofs = try (0..<8).map { _ in try fixture.proof(key) }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for proof in proofs { group.addTask { (try? await fixture.token(form, proofs: [proof])) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 8)
    }

    @Test("the password grants bind too")
    func passwordGrant() async throws {
        let fixture = try await EngineFixture.make()
        let form = fixture.form(
            [
                ("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
                ("audience", EngineFixture.audience), ("scope", "read:items"),
            ], of: fixture.web, [])
        #expect(try await fixture.token(form, proofs: [fixture.proof(try TestKey())]).tokenType == "DPoP")
    }
}
