import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct OtherCheckTests {
    @Test("an organization is refused with the contract's text")
    func organization() throws {
        let refusal = try CheckCase().refusal(of: .organization, [("organization", "org_1")])
        #expect(refusal?.description == "parameter organization is not allowed for this client")
    }

    @Test("audience and resource may not disagree where both count")
    func conflictingTargets() throws {
        let pairs = [("audience", "https://a/"), ("resource", "https://b/")]
        #expect(try CheckCase().refusal(of: .audience, pairs)?.kind == .invalidTarget)
        #expect(try CheckCase().refusal(of: .audience, [("audience", "https://a/"), ("resource", "https://a/")]) == nil)
        var without = CheckCase()
        without.settings.resourceParameterCompatibility = false
        #expect(try without.refusal(of: .audience, pairs) == nil)
    }
}
