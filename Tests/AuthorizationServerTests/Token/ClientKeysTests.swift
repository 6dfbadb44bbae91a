import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Keys by `jwks_uri`: rotation, failure, and how often they are fetched.
@Suite struct ClientKeysTests {
    private static let url = "https://client.example.test/jwks.json"

    private func make() async throws -> ClientAssertionCase {
        let test = try await ClientAssertionCase.make(profile: .standard) { ($0.proof.jwks, $0.proof.jwksURI) = (nil, Self.url) }
        test.fixture.outbound.serve(TestKey.jwks(test.key), at: Self.url)
        return test
    }

    @Test("keys are fetched once and serve until they are too old")
    func cached() async throws {
        let test = try await make()
        for _ in 0..<3 { _ = try await test.authenticate(test.form(try test.assertion())) }
        #expect(test.fixture.outbound.gets == [Self.url])
        test.fixture.clock.advance(by: .hours(2))
        _ = try await test.authenticate(test.form(try test.assertion()))
        #expect(test.fixture.outbound.gets.count == 2)
    }

    @Test("a rotated key is fetched when it is first used")
    func rotation() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        let next = try TestKey(.es256, kid: "next")
        test.fixture.outbound.serve(TestKey.jwks(next), at: Self.url)
        _ = try await test.authenticate(test.form(try next.jwt(test.claims())))
        await test.expectRefused(test.form(try test.assertion()))
    }

    @Test("of many requests with a rotated key at once all are served, and one fetches")
    func concurrentRotation() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        let next = try TestKey(.es256, kid: "next")
        test.fixture.outbound.serve(TestKey.jwks(next), at: Self.url)
        let forms = try (0..<16).map { _ in test.form(try next.jwt(test.claims())) }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for form in forms { group.addTask { (try? await test.authenticate(form)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 16 && test.fixture.outbound.gets.count == 2)
    }

    @Test("a key set that became unreadable proves nobody new, and fails no request in another way")
    func becameMalformed() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        test.fixture.outbound.serve("no key set", at: Self.url)
        await test.expectRefused(test.form(try TestKey(.es256, kid: "next").jwt(test.claims())))
    }

    @Test("a key that was replaced under the same kid is found too")
    func replacedUnderSameName() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        let next = try TestKey(.es256, kid: test.key.kid)
        test.fixture.outbound.serve(TestKey.jwks(next), at: Self.url)
        _ = try await test.authenticate(test.form(try next.jwt(test.claims())))
    }

    @Test("unknown keys make nobody fetch more than once in half a minute")
    func floods() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        for number in 0..<20 {
            await test.expectRefused(test.form(try TestKey(.es256, kid: "forged-\(number)").jwt(test.claims())))
        }
        #expect(test.fixture.outbound.gets.count == 2)
        test.fixture.clock.advance(by: 31)
        await test.expectRefused(test.form(try TestKey(.es256, kid: "forged").jwt(test.claims())))
        #expect(test.fixture.outbound.gets.count == 3)
    }

    @Test("known keys serve while the address is down, also right after somebody asked for unknown ones")
    func down() async throws {
        let test = try await make()
        _ = try await test.authenticate(test.form(try test.assertion()))
        test.fixture.outbound.fail(Self.url)
        await test.expectRefused(test.form(try TestKey(.es256, kid: "forged").jwt(test.claims())))
        _ = try await test.authenticate(test.form(try test.assertion()))
    }

    @Test("an address that never answered is asked again after half a minute")
    func neverUp() async throws {
        let test = try await make()
        test.fixture.outbound.fail(Self.url, with: .forbidden)
        for _ in 0..<5 { await test.expectRefused(test.form(try test.assertion())) }
        #expect(test.fixture.outbound.gets.count == 1)
        test.fixture.outbound.serve(TestKey.jwks(test.key), at: Self.url)
        test.fixture.clock.advance(by: 31)
        _ = try await test.authenticate(test.form(try test.assertion()))
    }

    @Test(
        "what is no key set proves nobody",
        arguments: ["", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"])
    func malformed(document: String) async throws {
        let test = try await make()
        test.fixture.outbound.serve(document, at: Self.url)
        await test.expectRefused(test.form(try test.assertion()))
    }

    @Test("a page of errors with the right keys in it is no answer")
    func wrongStatus() async throws {
        let test = try await make()
        test.fixture.outbound.serve(TestKey.jwks(test.key), at: Self.url, status: 404)
        await test.expectRefused(test.form(try test.assertion()))
    }

    @Test("of many requests at once one fetches")
    func singleFlight() async throws {
        let test = try await make()
        let forms = try (0..<16).map { _ in test.form(try test.assertion()) }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for form in forms { group.addTask { (try? await test.authenticate(form)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 16 && test.fixture.outbound.gets.count == 1)
    }

    @Test("a client without keys cannot prove itself by one")
    func none() async throws {
        let test = try await ClientAssertionCase.make { $0.proof.jwks = nil }
        await test.expectRefused(test.form(try test.assertion()))
    }
}
