import Testing
import WebUI

/// The form that a hosted login page's script puts into its document (contract 13.5). It is no document of its own, so it is not
/// among the sample pages.
@Suite("The form of /usernamepassword/login")
struct LoginCallbackFormTests {
    private static func html(_ value: String, action: String = "/login/callback") throws -> String {
        let form = PageForm(action: action, hidden: [HiddenField("wresult", value), HiddenField("wctx", "{\"state\":\"s\"}")])
        return try TestPages.rendering().render(LoginCallbackForm(form, nonce: ScriptNonce(randomBytes: [1])))
    }

    @Test("the form is the first element, posts to the callback, and can be sent without a script")
    func structure() throws {
        let html = try Self.html("x")
        let tags = HTMLTags(html).tags
        #expect(tags.first?.name == "form" && tags.first?["method"] == "post" && tags.first?["action"] == "/login/callback")
        #expect(HTMLTags(html).all("input").map { $0["name"] } == ["wresult", "wctx"])
        #expect(HTMLTags(html).all("button").count == 1)
        #expect(html.contains(#"value="{&quot;state&quot;:&quot;s&quot;}""#))
    }

    @Test("its one script has the nonce of its policy, which allows no frame and nothing else")
    func policy() throws {
        let form = LoginCallbackForm(PageForm(action: "/"), nonce: ScriptNonce(randomBytes: [1]))
        let policy = form.contentSecurityPolicy.headerValue
        #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-01'") && policy.contains("frame-ancestors 'none'"))
        #expect(HTMLTags(try Self.html("x")).all("script").map { $0["nonce"] } == ["01"])
    }

    @Test("no value changes its tags", arguments: HostileValueTests.hostile)
    func hostileValues(value: String) throws {
        #expect(HTMLTags(try Self.html(value)).tags.map(\.shape) == HTMLTags(try Self.html("plain")).tags.map(\.shape))
    }

    @Test("an action that is no path of ours becomes the root", arguments: ["javascript:alert(1)", "//evil.example"])
    func action(url: String) throws {
        #expect(HTMLTags(try Self.html("x", action: url)).tags.first?["action"] == "/")
    }
}
