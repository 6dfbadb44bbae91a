import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct ResponseModeCheckTests {
    @Test("tokens never travel in a query", arguments: ["token", "id_token", "code id_token"])
    func tokensInQuery(_ type: String) throws {
        let refusal = try CheckCase().refusal(of: .responseMode, [("response_type", type), ("response_mode", "query")])
        #expect(refusal?.kind == .invalidRequest)
    }

    @Test("every mode fits a code", arguments: [
        "query", "fragment", "form_post", "web_message", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt",
    ])
    func code(_ mode: String) throws {
        #expect(try CheckCase().refusal(of: .responseMode, [("response_type", "code"), ("response_mode", mode)]) == nil)
    }

    @Test("unknown modes are refused", arguments: ["JWT", "QUERY", "query fragment"])
    func unknown(_ mode: String) throws {
        let refusal = try CheckCase().refusal(of: .responseMode, [("response_type", "code"), ("response_mode", mode)])
        #expect(refusal?.kind == .invalidRequest)
    }
}
