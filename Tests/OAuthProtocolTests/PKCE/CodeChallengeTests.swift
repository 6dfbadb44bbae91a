import OAuthProtocol
import Testing

@Suite struct CodeChallengeTests {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test("RFC 7636 appendix B: the S256 challenge of the verifier, and the check against it")
    func appendixB() throws {
        #expect(CodeChallenge.s256(of: Self.verifier) == Self.challenge)
        let challenge = try CodeChallenge(value: Self.challenge, method: .s256)
        #expect(challenge.matches(verifier: Self.verifier))
    }

    @Test("A plain challenge is answered by itself and by nothing else")
    func plain() throws {
        let challenge = try CodeChallenge(value: Self.verifier, method: .plain)
        #expect(challenge.matches(verifier: Self.verifier))
        #expect(!challenge.matches(verifier: Self.verifier + "a"))
        #expect(!challenge.matches(verifier: Self.challenge))
    }

    @Test("An S256 challenge is not answered by itself, so seeing it does not help")
    func noDowngrade() throws {
        let challenge = try CodeChallenge(value: Self.challenge, method: .s256)
        #expect(!challenge.matches(verifier: Self.challenge))
    }

    static let malformed = [
        "", "short", String(repeating: "a", count: 42), String(repeating: "a", count: 129), Self.verifier + "=",
        Self.verifier + "+",
        Self.verifier + " ", Self.verifier + "\n", Self.verifier + "é", " " + Self.verifier, Self.verifier + "\u{0}",
    ]

    @Test("A challenge outside 43 to 128 unreserved characters is refused", arguments: malformed)
    func malformedChallenge(value: String) {
        let error = #expect(throws: OAuthError.self) { try CodeChallenge(value: value, method: .s256) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("A verifier outside 43 to 128 unreserved characters never matches", arguments: malformed)
    func malformedVerifier(value: String) throws {
        let challenge = try CodeChallenge(value: CodeChallenge.s256(of: value), method: .s256)
        #expect(!challenge.matches(verifier: value))
    }

    @Test("The shortest and the longest verifier are accepted", arguments: [43, 128])
    func bounds(count: Int) throws {
        let verifier = String(repeating: "~", count: count)
        #expect(try CodeChallenge(value: verifier, method: .plain).matches(verifier: verifier))
        #expect(try CodeChallenge(value: CodeChallenge.s256(of: verifier), method: .s256).matches(verifier: verifier))
    }

    @Test("A method is spelled exactly as registered", arguments: ["s256", "S512", "PLAIN", "none", ""])
    func methods(name: String) { #expect(CodeChallenge.Method(rawValue: name) == nil) }
}
