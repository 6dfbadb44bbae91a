import FoundationEssentials
import Testing
import WebUI

@Suite("Pages about the end of a session")
struct SessionPageTests {
    private let frame = PageFrame(tenantName: "T")
    private let nonce = ScriptNonce(randomBytes: [1, 2])

    private func logout(_ frames: [String], target: String? = "https://rp.example/bye?state=a") -> FrontchannelLogoutPage {
        FrontchannelLogoutPage(frame, frames: frames, target: target, nonce: nonce)
    }

    @Test("each client's address is a frame, and only its origin may be framed")
    func frames() throws {
        let page = logout([
            "https://a.example/logout?iss=https%3A%2F%2Fop%2F&sid=1", "HTTPS://b.example:8443/x", "https://a.example/other",
        ])
        let document = HTMLTags(try TestPages.rendering().render(page))
        #expect(document.all("iframe").compactMap { $0["src"] } == [
            "https://a.example/logout?iss=https%3A%2F%2Fop%2F&amp;sid=1", "HTTPS://b.example:8443/x", "https://a.example/other",
        ])
        let policy = page.contentSecurityPolicy.headerValue
        #expect(policy.contains("; frame-src https://a.example https://b.example:8443; "))
        #expect(policy.contains("; script-src 'nonce-0102'; "))
    }

    @Test(
        "an address without an origin is no frame and adds nothing to the policy",
        arguments: [
            "javascript:alert(1)", "https://user@evil.example/", "https://a;script-src *", "https://a.example;b/", "//a.example",
            "/v2/logout", "data:text/html,x", "https://*/", "https:///path", "com.example:/logout",
        ])
    func badFrames(url: String) throws {
        let page = logout([url])
        #expect(try HTMLTags(TestPages.rendering().render(page)).all("iframe").isEmpty)
        #expect(page.contentSecurityPolicy.headerValue.contains("; frame-src 'none'; "))
    }

    @Test("the page goes on by script, or without scripts by refresh, and has a link")
    func goesOn() throws {
        let html = try TestPages.rendering().render(logout([], target: #"https://rp.example/bye?state=a'b"c&d</script>"#))
        let refresh = #"<noscript><meta http-equiv="refresh" content="5;url="#
        #expect(html.contains(refresh + "https://rp.example/bye?state=a&#39;b&quot;c&amp;d&lt;/script&gt;\"></noscript>"))
        #expect(html.contains(#"var target = "https://rp.example/bye?state=a\u0027b\u0022c\u0026d\u003c/script\u003e";"#))
        #expect(HTMLTags(html).all("a").contains { $0["id"] == "logout-continue" })
        #expect(html.contains("<h1>You are logged out</h1>"))
    }

    @Test(
        "a target that is neither of the web nor of an application's own scheme is no target",
        arguments: [
            nil, "", "javascript:alert(1)", "data:text/html,x", "/path", "//a.example", "a.b", "a.b c:/", "vb script.x:y",
        ])
    func noTarget(url: String?) throws {
        let html = try TestPages.rendering().render(logout(["https://a.example/"], target: url))
        #expect(!html.contains("http-equiv") && !html.contains("<script") && !html.contains("logout-continue"))
        #expect(html.contains("<h1>You are logged out</h1>"))
    }

    @Test("a way on that is only offered: a link, and nothing that takes it by itself")
    func offered() throws {
        var page = logout(["https://a.example/"], target: nil)
        page.link = PageLink("Continue to rp.example", url: "https://rp.example/bye")
        for html in [
            try TestPages.rendering().render(page), try TestPages.rendering().render(LoggedOutPage(frame, link: page.link)),
        ] {
            #expect(html.contains(#"href="https://rp.example/bye""#) && html.contains("Continue to rp.example"))
            #expect(!html.contains("http-equiv") && !html.contains("<script"))
        }
        page.link = PageLink("x", url: "javascript:alert(1)")
        #expect(try !TestPages.rendering().render(page).contains("alert"))
    }

    @Test("an application's own scheme is a target")
    func ownScheme() throws {
        let html = try TestPages.rendering().render(logout([], target: "com.example.app:/bye"))
        #expect(html.contains(#"href="com.example.app:/bye""#))
    }

    @Test("scripts on pages need nothing newer than ES5, and no WebCrypto", arguments: SamplePages().all)
    func oldScripts(sample: SamplePage) throws {
        let html = try sample.html()
        let scripts = html.components(separatedBy: "<script").dropFirst().map { $0.components(separatedBy: "</script>")[0] }
        for script in scripts + [String(decoding: Assets.script.bytes, as: UTF8.self)] {
            for modern in ["=>", "let ", "const ", "async ", "crypto", "Promise", "fetch(", "class ", "`"] {
                #expect(!script.contains(modern), "\(modern)")
            }
        }
    }

    @Test("the cookie's name is a literal that cannot end the script")
    func cookieName() throws {
        let page = SessionIFramePage(cookieName: "a\"</script>'", nonce: nonce)
        let html = try TestPages.rendering().render(page)
        #expect(html.contains(#"var cookieName = "a\u0022\u003c/script\u003e\u0027";"#))
        #expect(HTMLTags(html).all("script").compactMap { $0["nonce"] } == ["0102"])
    }

    @Test("fixed hooks of pages are there", arguments: [
        ("login", "login-submit"), ("login", "login-cancel"), ("consent", "consent-accept"), ("consent", "consent-deny"),
        ("logout", "logout-confirm"), ("error", "error-page"), ("device-confirm", "device-confirm"),
        ("device-confirm", "device-deny"), ("backchannel", "ciba-approve"), ("backchannel", "ciba-deny"),
    ])
    func hooks(sample: String, id: String) throws {
        let page = try #require(SamplePages().all.first { $0.name == sample })
        #expect(HTMLTags(try page.html()).tags.filter { $0["id"] == id }.count == 1)
    }

    @Test("the cancel button comes after the one that logs in, and needs no field")
    func cancel() throws {
        var page = LoginPage(frame, application: "A", form: PageForm(action: "/u/login"))
        let buttons = HTMLTags(try TestPages.rendering().render(page)).all("button")
        #expect(buttons.compactMap { $0["id"] } == ["login-submit", "login-cancel"])
        #expect(buttons[1]["formnovalidate"] != nil && buttons[1]["value"] == PageFieldName.cancel)
        page.canCancel = false
        #expect(try !TestPages.rendering().render(page).contains("cancel"))
    }

    @Test("the error page holds the error's code as text")
    func errorCode() throws {
        let page = ErrorPage(frame, status: 400, error: "invalid_request_uri", description: "d", trackingID: "t")
        let html = try TestPages.rendering().render(page)
        let content = html.components(separatedBy: "<div id=\"error-page\">")
        #expect(content.count == 2 && content[1].contains("<code>invalid_request_uri</code>"))
    }
}
