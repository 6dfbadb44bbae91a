import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The published keys of trusted issuers.
@Suite struct TrustedKeysTests {
    private static let url = "https://idp.example.test/jwks.json"

    private func make() async throws -> ExchangeCase {
        let test = try await ExchangeCase.make { ($0.jwks, $0.jwksURI) = (nil, Self.url) }
        test.fixture.outbound.serve(TestKey.jwks(test.key), at: Self.url)
        return test
    }

    private func assertion(_ test: ExchangeCase, under key: TestKey) throws -> [(String, String)] {
        test.assertForm(try key.jwt(test.claims(), header: [("typ", "oauth-id-jag+jwt")]))
    }

    @Test("an issuer that changed its keys is asked once more for the one that is missing")
    func rotation() async throws {
        let test = try await make()
        _ = try await test.fixture.token(assertion(test, under: test.key))
        let next = try TestKey(kid: "next-key")
        test.fixture.outbound.serve(TestKey.jwks(next), at: Self.url)
        _ = try await test.fixture.token(assertion(test, under: next))
        #expect(test.fixture.outbound.gets == [Self.url, Self.url])
        #expect(try await test.fixture.refusal(of: assertion(test, under: test.key)).kind == .invalidGrant, "the old key is gone")
    }

    @Test("a forger's unknown keys make the issuer asked no more often than every half minute")
    func flood() async throws {
        let test = try await make()
        let forger = try TestKey(kid: "forged")
        for _ in 0..<5 { #expect(try await test.fixture.refusal(of: assertion(test, under: forger)).kind == .invalidGrant) }
        #expect(test.fixture.outbound.gets.count == 2)
        test.fixture.clock.advance(by: 31)
        _ = try await test.fixture.refusal(of: assertion(test, under: forger))
        #expect(test.fixture.outbound.gets.count == 3)
        _ = try await test.fixture.token(assertion(test, under: test.key))
    }

    @Test("keys that cannot be had or read are a refusal and no fault of ours", arguments: ["gone", "rubbish", "empty"])
    func unreachable(_ what: String) async throws {
        let test = try await make()
        switch what {
        case "gone": test.fixture.outbound.fail(Self.url)
        case "rubbish": test.fixture.outbound.serve("<html>", at: Self.url)
        default: test.fixture.outbound.serve(#"{"keys":[]}"#, at: Self.url)
        }
        let error = try await test.fixture.refusal(of: assertion(test, under: test.key))
        #expect(error.onTheWire == "400 invalid_grant")
        #expect(try await test.fixture.refusal(of: test.exchangeForm(test.key.jwt(test.claims()))).onTheWire == "400 invalid_request")
    }
}
