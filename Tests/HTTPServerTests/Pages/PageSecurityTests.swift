import Testing
import WebUI

@Suite("Addresses, policies and assets of pages")
struct PageSecurityTests {
    static let refused: [String] = [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "blob:https://a/b", "ftp://a/b",
        "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "https:evil.example", "https://",
        "relative/path",
        "https://a.example/\" onclick=\"x", "com.example.app://callback", "",
    ]

    @Test("an address that is no http, https or path is neither linked to nor posted to", arguments: refused)
    func refusedAddresses(url: String) throws {
        for sample in SamplePages.all(linkingTo: url) {
            let document = HTMLTags(try sample.html())
            // An application may end a logout at a scheme of its own.
            let ownScheme = sample.name == "frontchannel-logout" && url == "com.example.app://callback"
            for tag in document.all("a") where !ownScheme { #expect(tag["href"] == nil, "\(sample.name)") }
            #expect(document.all("iframe").isEmpty, "\(sample.name)")
            for tag in document.all("form") { #expect(tag["action"] == "/", "\(sample.name)") }
            for tag in document.all("img") { #expect(tag["src"] == Assets.icon.path, "\(sample.name)") }
        }
    }

    @Test(
        "paths, http and https are linked to as they are",
        arguments: ["/u/signup?state=a", "?a=b", "#top", "https://a.example", "http://localhost:3000/", "HTTPS://A.example/"])
    func acceptedAddresses(url: String) throws {
        let link = PageLink("On", url: url)
        let html = try TestPages.rendering().render(MessagePage(PageFrame(tenantName: "T"), title: "T", text: "x", link: link))
        #expect(html.contains("href=\"\(url)\""))
    }

    @Test("support by mail is a mailto link to one plain address only")
    func supportMail() throws {
        func footer(_ email: String) throws -> Bool {
            let frame = PageFrame(tenantName: "T", support: PageFrame.Support(email: email))
            return try TestPages.rendering().render(LoggedOutPage(frame)).contains("href=\"mailto:\(email)\"")
        }
        #expect(try footer("help@acme.example"))
        #expect(try !footer("help@acme.example?bcc=evil@x"))
        #expect(try !footer("help@acme.example,evil@x"))
        #expect(try !footer("nobody"))
    }

    @Test("every page's policy refuses what it does not name, and framing unless made for it", arguments: SamplePages().all)
    func policies(sample: SamplePage) {
        let policy = sample.page.contentSecurityPolicy.headerValue
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(policy.contains("base-uri 'none'"))
        #expect(!policy.contains("unsafe"))
        switch sample.name {
        case "web-message": #expect(policy.contains("frame-ancestors https://app.example.com"))
        case "session-iframe": #expect(!policy.contains("frame-ancestors"))
        default: #expect(policy.contains("frame-ancestors 'none'"))
        }
        #expect(policy.contains("frame-src") == sample.name.hasPrefix("frontchannel-logout"))
    }

    @Test("a policy never keeps a form from the application, whose redirects Chromium checks as well")
    func formAction() throws {
        let leaving: Set<String> = [
            "login", "signup", "consent", "confirmation", "logout", "password-reset", "form-post", "device-confirm",
            "backchannel",
        ]
        for sample in SamplePages().all where leaving.contains(sample.name) {
            #expect(!sample.page.contentSecurityPolicy.headerValue.contains("form-action"), "\(sample.name)")
        }
        #expect(ContentSecurityPolicy.closed.headerValue.contains("form-action 'self'"))
    }

    @Test("the nonce of policy and script is the same and hexadecimal")
    func nonces() throws {
        let nonce = ScriptNonce(randomBytes: [0, 255, 16, 171])
        #expect(nonce.value == "00ff10ab")
        let page = WebMessagePage(responseJSON: "{}", targetOrigin: "http://localhost:3000", nonce: nonce)
        #expect(page.contentSecurityPolicy.headerValue.contains("script-src 'nonce-00ff10ab'"))
        #expect(try TestPages.rendering().render(page).contains(#"<script nonce="00ff10ab">"#))
    }

    @Test(
        "a target origin that is none receives nothing and frames nothing",
        arguments: [
            "*", "/", "", "null", "https://a.example/path", "https://a.example; script-src *", "https://a b", "javascript:x",
        ])
    func badOrigins(origin: String) throws {
        let page = WebMessagePage(responseJSON: #"{"code":"abc"}"#, targetOrigin: origin, nonce: ScriptNonce(randomBytes: [1]))
        let html = try TestPages.rendering().render(page)
        #expect(!html.contains("postMessage") && !html.contains("abc"))
        #expect(page.contentSecurityPolicy.headerValue.hasSuffix("frame-ancestors 'none'"))
    }

    @Test("an IPv6 origin, which CSP cannot spell, may frame by its scheme")
    func ipv6Origin() throws {
        let page = WebMessagePage(responseJSON: "{}", targetOrigin: "http://[::1]:3000", nonce: ScriptNonce(randomBytes: [1]))
        #expect(page.contentSecurityPolicy.headerValue.hasSuffix("frame-ancestors http:"))
        #expect(try TestPages.rendering().render(page).contains(#"var targetOrigin = "http://[::1]:3000";"#))
    }

    @Test("web_message posts the response's members as given")
    func webMessage() throws {
        let page = WebMessagePage(
            responseJSON: #"{"code":"a-b","state":"x\"y"}"#, targetOrigin: "https://a.example",
            nonce: ScriptNonce(randomBytes: [1]))
        let html = try TestPages.rendering().render(page)
        #expect(html.contains(#"{"type":"authorization_response","response":{"code":"a-b","state":"x\"y"}}"#))
        #expect(html.contains("(window.opener || window.parent).postMessage(authorizationResponse, targetOrigin)"))
    }

    @Test("assets have content, distinct versioned paths and no address of another host")
    func assets() {
        #expect(Set(Assets.all.map(\.path)).count == Assets.all.count)
        for asset in Assets.all {
            #expect(asset.bytes.count > 200)
            #expect(asset.path.hasPrefix("/assets/"))
            let text = String(decoding: asset.bytes, as: UTF8.self).split(separator: "http://www.w3.org/2000/svg").joined()
            #expect(!text.contains("http://") && !text.contains("https://") && !text.contains("@import"))
        }
    }
}
