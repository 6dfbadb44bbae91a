import Testing
import WebUI

@Suite("Hostile values on pages")
struct HostileValueTests {
    static let hostile: [String] = [
        #""><script>alert(1)</script>"#,
        "</script><script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        #"' onfocus='alert(1)"#,
        #"" autofocus onfocus="alert(1)"#,
        // One Character each: a quote or bracket with a combining mark.
        "\"\u{301} autofocus onfocus=alert(1) x=\"\u{301}",
        "<\u{338}script>alert(1)</script>",
        "<\u{200D}img src=x onerror=alert(1)>",
        "{{{tenantName}}}{{>login}}{{=<% %>=}}",
        "<!--", "]]>", "&lt;script&gt;", "&#34;onclick=",
        "line one\r\nline two\n\tline three",
        "nul \u{0} bell \u{7} delete \u{7F}",
        "line\u{2028}separator\u{2029}",
        "\u{202E}moc.live\u{202C} \u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{1F985}\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
        String(repeating: "a<\"'&>", count: 1700),
    ]

    @Test("no value changes which tags and attributes a page has", arguments: hostile)
    func structureIsFixed(text: String) throws {
        for (plain, sample) in zip(SamplePages.all(saying: "plain"), SamplePages.all(saying: text)) {
            let expected = HTMLTags(try plain.html()).tags.map(\.shape)
            #expect(HTMLTags(try sample.html()).tags.map(\.shape) == expected, "\(sample.name)")
        }
    }

    @Test("a value arrives whole where it is shown")
    func valuesAreShown() throws {
        let application = #"A "quoted" <name> & Co's"#
        var login = LoginPage(PageFrame(tenantName: "T"), application: application, form: PageForm(action: "/u/login"))
        login.identifierValue = "o'hara+tag@example.com"
        let html = try TestPages.rendering().render(login)
        #expect(html.contains("<bdi>A &quot;quoted&quot; &lt;name&gt; &amp; Co&#39;s</bdi>"))
        #expect(html.contains(#"value="o&#39;hara+tag@example.com""#))
    }

    @Test("template syntax in a value is text")
    func templateSyntaxIsText() throws {
        let page = MessagePage(PageFrame(tenantName: "Acme"), title: "{{tenantName}}", text: "{{{text}}} {{>login}}")
        let html = try TestPages.rendering().render(page)
        #expect(html.contains("<h1>{{tenantName}}</h1>"))
        #expect(html.contains("{{{text}}} {{&gt;login}}"))
    }

    @Test("the response of web_message cannot end its script", arguments: ["</script>", "<!--<script>", "\u{2028}\u{2029}&"])
    func responseStaysInScript(text: String) throws {
        let page = WebMessagePage(
            responseJSON: #"{"state":"\#(text)"}"#, targetOrigin: "https://app.example.com", nonce: ScriptNonce(randomBytes: [1]))
        let html = try TestPages.rendering().render(page)
        #expect(!html.contains(#""state":""# + text))
        #expect(html.contains(#""response":{"state":"\u"#))
        #expect(HTMLTags(html).all("script").count == 1)
    }

    @Test("only script literals are written without HTML escaping")
    func unescapedVariables() throws {
        let marked = try SamplePages.all(saying: "<b>").filter { try $0.html().contains("<b>") }
        #expect(marked.isEmpty)
    }
}
