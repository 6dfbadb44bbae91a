import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct PKCECheckTests {
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private func refusal(
        _ extra: [(String, String)], public isPublic: Bool = true, _ change: (inout CheckCase) -> Void = { _ in }
    ) throws -> OAuthError? {
        var subject = CheckCase(public: isPublic)
        change(&subject)
        return try subject.refusal(of: .pkce, [("response_type", "code")] + extra)
    }

    @Test("S256 with a well-formed challenge passes")
    func accepted() throws {
        #expect(try refusal([("code_challenge", Self.challenge), ("code_challenge_method", "S256")]) == nil)
    }

    @Test("a public client without a challenge is refused, unless the tenant relaxed it")
    func required() throws {
        #expect(try refusal([])?.description == "Missing required parameter: code_challenge")
        #expect(try refusal([], { $0.settings.requirePKCEForPublicClients = false }) == nil)
    }

    @Test("a confidential client may leave PKCE out, but not half of it")
    func confidential() throws {
        #expect(try refusal([], public: false) == nil)
        #expect(try refusal([("code_challenge_method", "S256")], public: false)?.kind == .invalidRequest)
    }

    @Test("plain is refused by default, also when the method is left out; the tenant may allow it")
    func plain() throws {
        for pairs in [[("code_challenge_method", "plain")], []] {
            let pairs = [("code_challenge", Self.challenge)] + pairs
            #expect(try refusal(pairs)?.kind == .invalidRequest)
            #expect(try refusal(pairs, { $0.settings.allowPlainCodeChallenge = true }) == nil)
        }
    }

    @Test("malformed challenges and unknown methods are refused", arguments: [
        ("short", "S256"), (String(repeating: "a", count: 129), "S256"), (challenge + "=", "S256"), (challenge + "\u{e9}", "S256"),
        (challenge, "s256"), (challenge, "S512"),
    ])
    func malformed(_ challenge: String, _ method: String) throws {
        #expect(try refusal([("code_challenge", challenge), ("code_challenge_method", method)])?.kind == .invalidRequest)
    }

    @Test("without a code there is nothing to protect")
    func implicit() throws {
        #expect(try CheckCase(public: true).refusal(of: .pkce, [("response_type", "id_token")]) == nil)
    }
}
