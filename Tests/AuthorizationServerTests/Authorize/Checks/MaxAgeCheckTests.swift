import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct MaxAgeCheckTests {
    @Test("max_age is a plain number of seconds", arguments: ["-1", "+5", "1.5", "abc", "1e3", "٣", "99999999999999999999"])
    func malformed(_ text: String) throws {
        #expect(try CheckCase().refusal(of: .maxAge, [("max_age", text)])?.kind == .invalidRequest)
    }

    @Test("zero and ordinary values pass", arguments: ["0", "1", "86400"])
    func accepted(_ text: String) throws {
        #expect(try CheckCase().refusal(of: .maxAge, [("max_age", text)]) == nil)
    }
}
