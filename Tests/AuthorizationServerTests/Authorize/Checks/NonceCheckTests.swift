import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct NonceCheckTests {
    @Test("an ID token from the front channel needs a nonce", arguments: ["id_token", "code id_token", "id_token token"])
    func required(_ type: String) throws {
        let refusal = try CheckCase().refusal(of: .nonce, [("response_type", type)])
        #expect(refusal?.description == "Missing required parameter: nonce")
        #expect(try CheckCase().refusal(of: .nonce, [("response_type", type), ("nonce", "n=")]) == nil)
    }

    @Test("a code or a token alone does not", arguments: ["code", "token", "code token"])
    func optional(_ type: String) throws {
        #expect(try CheckCase().refusal(of: .nonce, [("response_type", type)]) == nil)
    }
}
