import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Request objects in the security profiles (FAPI 1.0 Part 2 5.2.2, FAPI 2.0 Message Signing 5.3.2; conformance 10, 11a).
@Suite struct StrictRequestObjectTests {
    private func make(_ algorithm: SignatureAlgorithm = .es256) async throws -> RequestObjectCase {
        try await RequestObjectCase.make(.fapi1Advanced, algorithm)
    }

    @Test("PS256 and ES256 are accepted", arguments: [SignatureAlgorithm.ps256, .es256])
    func accepted(_ algorithm: SignatureAlgorithm) async throws {
        let jar = try await make(algorithm)
        #expect(try await jar.refusal(try jar.object()) == nil)
    }

    @Test("RS256 is refused, registered or not", arguments: [nil, "RS256"])
    func rs256(_ registered: String?) async throws {
        let jar = try await RequestObjectCase.make(.fapi1Advanced, .rs256) { $0.requests.requestObjectSigningAlg = registered }
        #expect(try await jar.refusal(try jar.object())?.kind == .invalidRequestObject)
    }

    @Test("exp, nbf, aud and client_id must be there", arguments: ["exp", "nbf", "aud", "client_id"])
    func missing(_ name: String) async throws {
        let jar = try await make()
        #expect(try await jar.refusal(try jar.object([(name, nil)]))?.kind == .invalidRequestObject)
    }

    @Test("an hour is the limit, forward and back", arguments: [
        (0, 3600, true), (0, 3601, false), (-3600, 300, false), (-1800, 1800, true), (-1800, 1801, false), (-3601, -1, false),
    ])
    func window(_ nbf: Int64, _ exp: Int64, _ isGood: Bool) async throws {
        let jar = try await make()
        let now = jar.fixture.now.seconds
        let object = try jar.object([("nbf", .integer(now + nbf)), ("exp", .integer(now + exp)), ("iat", nil)])
        #expect(try await (jar.refusal(object) == nil) == isGood)
    }

    @Test("what is only in the query is not there")
    func outside() async throws {
        let jar = try await make()
        for name in ["response_type", "redirect_uri"] {
            let object = try jar.object([(name, nil)])
            let query = EngineBrowser.parameters(jar.client).filter { $0.0 == name }
            let error = try await jar.refusal(object, query)
            if name == "response_type" {
                #expect(error?.description == "Missing required parameter: response_type")
            } else {
                // One callback is registered, so the request may leave it out (RFC 6749 section 3.1.2.3).
                #expect(error == nil)
            }
        }
    }

    @Test("a request without an object is refused and tells the client so")
    func plain() async throws {
        let jar = try await make()
        let form = FormParameters(EngineBrowser.parameters(jar.client, ["response_mode": "jwt"]))
        #expect(try await jar.refusal(of: form)?.kind == .invalidRequest)
    }

    @Test("pushed objects are judged alike, and signed stays signed until the visit")
    func pushed() async throws {
        let jar = try await RequestObjectCase.make(.standard) { $0.requests.requireSignedRequestObject = true }
        let endpoint = PushedAuthorizationEndpoint(jar.fixture.context)
        func push(_ pairs: [(String, String)]) async throws -> String {
            let form = FormParameters(pairs + jar.fixture.credentials(of: jar.client))
            return try await endpoint.respond(to: form, authorization: nil, in: jar.fixture.request()).requestURI
        }
        await #expect(throws: OAuthError.self) { try await push(EngineBrowser.parameters(jar.client).filter { $0.0 != "client_id" }) }
        await #expect(throws: OAuthError.self) { try await push([("request", try jar.object([("aud", "https://evil.test/")]))]) }
        let uri = try await push([("request", try jar.object())])
        #expect(try await jar.refusal(of: FormParameters([("client_id", jar.client.clientID), ("request_uri", uri)])) == nil)
    }

    @Test("nobody can claim in a query that a request was signed")
    func forgedMark() async throws {
        let jar = try await RequestObjectCase.make(.standard) { $0.requests.requireSignedRequestObject = true }
        let form = FormParameters(EngineBrowser.parameters(jar.client) + [("martlet_signed", "1")])
        #expect(try await jar.refusal(of: form)?.kind == .invalidRequest)
    }
}
