import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct ClientMayUseGrantCheckTests {
    @Test("each response type needs its grants", arguments: [
        ("code", [GrantType.implicit], "authorization_code"),
        ("token", [.authorizationCode], "implicit"),
        ("id_token", [.authorizationCode], "implicit"),
        ("code id_token", [.authorizationCode], "implicit"),
        ("code token", [.implicit], "authorization_code"),
    ])
    func missingGrant(_ type: String, _ grants: [GrantType], _ named: String) throws {
        var subject = CheckCase()
        subject.client.grantTypes = grants
        let refusal = try subject.refusal(of: .clientMayUseGrant, [("response_type", type)])
        #expect(refusal?.kind == .unauthorizedClient)
        #expect(refusal?.description == "Grant type '\(named)' not allowed for the client.")
    }

    @Test("a client with both grants may use all seven", arguments: ResponseType.all)
    func allowed(_ type: ResponseType) throws {
        #expect(try CheckCase().refusal(of: .clientMayUseGrant, [("response_type", type.description)]) == nil)
    }
}
