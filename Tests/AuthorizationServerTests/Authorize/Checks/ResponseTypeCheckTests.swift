import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct ResponseTypeCheckTests {
    @Test("the list of checks is the documented one, in order")
    func list() {
        #expect(
            AuthorizeChecks.all.map(\.name) == [
                "strictParameters", "requestOrigin", "responseType", "responseMode", "clientMayUseGrant", "pkce", "scope",
                "prompt", "maxAge", "nonce", "audience", "organization", "claims", "dpopJKT",
            ])
    }

    @Test("all seven response types pass, in any order of members", arguments: [
        "code", "token", "id_token", "code token", "id_token code", "id_token token", "token id_token code",
    ])
    func accepted(_ type: String) throws {
        #expect(try CheckCase().refusal(of: .responseType, [("response_type", type)]) == nil)
    }

    @Test("a missing response type is an invalid request that names it", arguments: [[], [("response_type", "")]])
    func missing(_ pairs: [(String, String)]) throws {
        let refusal = try CheckCase().refusal(of: .responseType, pairs)
        #expect(refusal?.kind == .invalidRequest)
        #expect(refusal?.description == "Missing required parameter: response_type")
    }

    @Test("unknown, repeated and mixed members are unsupported", arguments: ["none", "code code", "code foo", "Code", " "])
    func unsupported(_ type: String) throws {
        #expect(try CheckCase().refusal(of: .responseType, [("response_type", type)])?.kind == .unsupportedResponseType)
    }
}
