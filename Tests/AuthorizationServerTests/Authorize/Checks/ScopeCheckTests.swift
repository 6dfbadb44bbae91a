import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct ScopeCheckTests {
    @Test("online and offline access exclude each other")
    func both() throws {
        let refusal = try CheckCase().refusal(of: .scope, [("scope", "openid online_access offline_access")])
        #expect(refusal?.kind == .invalidRequest)
        #expect(refusal?.description == "Cannot request both online_access and offline_access scopes")
    }

    @Test("only malformed scopes are invalid", arguments: ["a\"b", "a\\b", "caf\u{e9}"])
    func malformed(_ scope: String) throws {
        #expect(try CheckCase().refusal(of: .scope, [("scope", scope)])?.kind == .invalidScope)
    }

    @Test("unknown scopes, doubled spaces and no scope at all pass", arguments: ["unknown:thing", "openid  profile", ""])
    func tolerated(_ scope: String) throws {
        #expect(try CheckCase().refusal(of: .scope, [("scope", scope)]) == nil)
    }
}
