import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// An assertion is used up by what it gives and by nothing else (RFC 7523 section 3).
@Suite struct AssertionUseTests {
    static let grants: [GrantType] = [.jwtBearer, .tokenExchange]

    @Test("a second use is refused, at the other grant too")
    func replay() async throws {
        let test = try await ExchangeCase.make { $0.acceptsPlainAssertions = true }
        for (first, second) in [(GrantType.jwtBearer, GrantType.tokenExchange), (.tokenExchange, .jwtBearer)] {
            let shown = try test.key.jwt(test.claims())
            func form(_ grant: GrantType) -> [(String, String)] {
                grant == .jwtBearer ? test.assertForm(shown) : test.exchangeForm(shown)
            }
            _ = try await test.fixture.token(form(first))
            for grant in [first, second] {
                let kind = try await test.fixture.refusal(of: form(grant)).kind
                #expect(kind == (grant == .jwtBearer ? .invalidGrant : .invalidRequest))
            }
        }
    }

    @Test("of many uses at once one gets a token", arguments: grants)
    func concurrent(_ grant: GrantType) async throws {
        let test = try await ExchangeCase.make()
        let form = try test.form(grant)
        let successes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 { group.addTask { (try? await test.fixture.token(form)) != nil } }
            return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
        }
        #expect(successes == 1)
    }

    @Test("a public client is told the nonce and then gets its token for the same assertion", arguments: grants)
    func nonceRetry(_ grant: GrantType) async throws {
        let test = try await ExchangeCase.make(public: true) { $0.acceptsPlainAssertions = true }
        let (fixture, key) = (test.fixture, try TestKey())
        let shown = try test.key.jwt(test.claims())
        let form = grant == .jwtBearer ? test.assertForm(shown) : test.exchangeForm(shown)
        let first = try await fixture.refusal(of: form, proofs: [fixture.proof(key, withNonce: false)])
        #expect(first.kind == .useDPoPNonce && first.dpopNonce != nil)
        #expect(try await fixture.token(form, proofs: [fixture.proof(key)]).tokenType == "DPoP")
        let again = try await fixture.refusal(of: form, proofs: [fixture.proof(key)]).kind
        #expect(again == (grant == .jwtBearer ? .invalidGrant : .invalidRequest))
    }

    @Test("what is wrong with the request leaves the assertion as it was", arguments: grants, [
        ("audience", "https://unknown.example.test/"), ("scope", "bad\"scope"), ("client_secret", "wrong"), ("resource", "urn:other"),
    ])
    func refusedRequest(_ grant: GrantType, _ wrong: (name: String, value: String)) async throws {
        let test = try await ExchangeCase.make()
        let form = try test.form(grant)
        _ = try await test.fixture.refusal(of: form.filter { $0.0 != wrong.name } + [wrong])
        _ = try await test.fixture.token(form)
    }

    @Test("a user who is blocked gets nothing, and the assertion is good after unblocking", arguments: grants)
    func blocked(_ grant: GrantType) async throws {
        let test = try await ExchangeCase.make()
        let form = try test.form(grant)
        #expect(try await test.fixture.stores.users.setBlocked(test.fixture.user.userID, true, at: test.fixture.now))
        #expect(try await test.fixture.refusal(of: form).kind == .userBlocked)
        #expect(try await test.fixture.stores.users.setBlocked(test.fixture.user.userID, false, at: test.fixture.now))
        _ = try await test.fixture.token(form)
    }
}
