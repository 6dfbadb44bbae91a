import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 16.1: what must be bound to a key does not come through a browser.
@Suite struct ProofOfPossessionCheckTests {
    /// Whose rule demands the proof.
    enum Demand: String, Sendable, CaseIterable {
        case nobody, api, apiOfPublicClients, clientByProof, clientByCertificate, profile
    }

    private func refusal(_ type: String, _ demand: Demand, public isPublic: Bool = false) throws -> OAuthError? {
        let test = CheckCase(public: isPublic)
        var subject = AuthorizeCheck.Subject(client: test.client, settings: test.settings)
        var api = ResourceServer(id: "1", identifier: "urn:api", name: "API", createdAt: Timestamp(seconds: 1))
        switch demand {
        case .nobody: break
        case .api: api.proofOfPossession = .required
        case .apiOfPublicClients: api.proofOfPossession = .requiredForPublicClients
        case .clientByProof: subject.client.proof.dpopBoundAccessTokens = true
        case .clientByCertificate: subject.client.proof.tlsClientCertificateBoundAccessTokens = true
        case .profile: subject.profile = .fapiCIBA
        }
        subject.api = api
        do {
            try AuthorizeCheck.proofOfPossession.judge(
                try AuthorizeParameters(FormParameters([("response_type", type)])), subject)
            return nil
        } catch {
            return error
        }
    }

    static let demanding = Demand.allCases.filter { $0 != .nobody }

    @Test("a response type with an access token is refused, whoever demands the proof", arguments: [
        "token", "id_token token", "code token", "code id_token token",
    ], demanding)
    func refused(_ type: String, _ demand: Demand) throws {
        let refusal = try refusal(type, demand, public: demand == .apiOfPublicClients)
        #expect(refusal?.kind == .invalidRequest && refusal?.description == WireText.tokenNeedsProof)
    }

    @Test("one without is not", arguments: ["code", "id_token", "code id_token"], demanding)
    func passed(_ type: String, _ demand: Demand) throws { #expect(try refusal(type, demand, public: true) == nil) }

    @Test("nor is a token that need not be bound")
    func unbound() throws {
        #expect(try refusal("token", .nobody) == nil)
        #expect(try refusal("token", .apiOfPublicClients) == nil)
    }

    @Test("the client hears of it at the callback in the request's own mode, and at the endpoint for pushed requests", arguments: [
        ("fragment", ResponseMode.fragment), ("form_post", .formPost),
    ])
    func delivered(_ name: String, _ mode: ResponseMode) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { $0.proofOfPossession = .required }
        var browser = EngineBrowser(fixture)
        let asks = ["response_type": "code token", "audience": EngineFixture.audience, "response_mode": name]
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, asks))
        #expect(answer["error"] == "invalid_request" && answer["state"] == "st=&te" && answer.target.mode == mode)
        #expect(answer["access_token"] == nil && answer["code"] == nil)
        let pushed = EngineBrowser.parameters(fixture.web, asks).filter { $0.0 != "client_id" } + fixture.credentials(of: fixture.web)
        let error = await #expect(throws: OAuthError.self) {
            try await PushedAuthorizationEndpoint(fixture.context).respond(
                to: FormParameters(pushed), authorization: nil, in: fixture.request())
        }
        #expect(error?.kind == .invalidRequest && error?.description == WireText.tokenNeedsProof)
        #expect(try EngineBrowser.state(await browser.authorize(fixture.web, ["response_type": "token"]), at: PagePath.login) != "")
    }
}
