import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct PromptCheckTests {
    @Test("none stands alone", arguments: ["none login", "consent none", "none select_account"])
    func none(_ prompt: String) throws {
        #expect(try CheckCase().refusal(of: .prompt, [("prompt", prompt)])?.description == WireText.promptNoneWithOthers)
    }

    @Test("unknown members are refused, so that a misspelt login is not skipped", arguments: ["Login", "login,consent", "create"])
    func unknown(_ prompt: String) throws {
        #expect(try CheckCase().refusal(of: .prompt, [("prompt", prompt)])?.kind == .invalidRequest)
    }

    @Test("known members combine", arguments: ["none", "login", "login consent", "select_account  login", ""])
    func known(_ prompt: String) throws {
        #expect(try CheckCase().refusal(of: .prompt, [("prompt", prompt)]) == nil)
    }
}
