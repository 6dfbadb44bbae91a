import HTTPServer
import OAuthProtocol
import Testing
import WebUI

@Suite("Pages that show what an application asks for")
struct RequestPageTests {
    private let frame = PageFrame(tenantName: "T")
    private let form = PageForm(action: "/u/consent")

    private func consent(_ details: [AuthorizationDetail]) throws -> String {
        var page = ConsentPage(
            frame, application: PageApplication(name: "A"), user: "jane", form: form, question: .access(api: nil, scopes: []))
        page.details = details
        return try TestPages.rendering().render(page)
    }

    /// The page without white space between tags.
    private func compact(_ html: String) -> String { html.split(separator: "\n").joined() }

    @Test("every member of authorization_details is shown, nested as it is, in the order of the request")
    func detailsAreShown() throws {
        let json = """
            [{"actions":["list","read"],"type":"account","limit":{"amount":12.5,"days":30},"once":true,"until":null,"to":[]},
             {"type":"other"}]
            """
        let html = compact(try consent(AuthorizationDetail.all(inJSON: json)))
        #expect(html.contains("<h3><bdi>account</bdi></h3>"))
        #expect(html.contains("<h3><bdi>other</bdi></h3></section>"))
        let actions = #"<bdi class="member">actions</bdi><ul class="members"><li><bdi class="value">list</bdi></li>"#
        #expect(html.contains(actions))
        #expect(html.contains(#"<bdi class="member">limit</bdi><ul class="members"><li><bdi class="member">amount</bdi>"#))
        #expect(html.contains(#"<bdi class="member">amount</bdi>: <bdi class="value">12.5</bdi>"#))
        for value in ["30", "true", "null", "(none)"] { #expect(html.contains(#"<bdi class="value">\#(value)</bdi>"#)) }
        let (actionsAt, limitAt) = (html.firstRange(of: ">actions<"), html.firstRange(of: ">limit<"))
        #expect(try #require(actionsAt).upperBound < #require(limitAt).lowerBound)
        #expect(!html.contains("details-cut"))
    }

    @Test("no details show nothing", arguments: [nil, "[]", " [ ] "])
    func noDetails(text: String?) throws {
        #expect(AuthorizationDetail.all(inJSON: text).isEmpty)
        #expect(try !consent(AuthorizationDetail.all(inJSON: text)).contains("In detail"))
    }

    @Test(
        "text that is no array of objects is shown all the same",
        arguments: ["{", "{}", "[7]", #"["pay"]"#, #"[{"a":1,"a":2}]"#])
    func unreadableDetails(text: String) throws {
        #expect(AuthorizationDetail.all(inJSON: text).count == 1)
        #expect(try consent(AuthorizationDetail.all(inJSON: text)).contains("In detail"))
    }

    private static func deep(_ levels: Int) -> AuthorizationDetail.Value {
        (0..<levels).reduce(.text("bottom")) { value, _ in .list([value]) }
    }

    static let excessive: [(String, AuthorizationDetail)] = [
        ("deep", AuthorizationDetail(type: "t", members: [.init("a", deep(5_000))])),
        ("wide", AuthorizationDetail(type: "t", members: (0..<100_000).map { .init("m\($0)", .text("x")) })),
        ("long value", AuthorizationDetail(type: "t", members: [.init("a", .text(String(repeating: "x", count: 1_000_000)))])),
        ("long name", AuthorizationDetail(type: "t", members: [.init(String(repeating: "x", count: 1_000_000), .text("a"))])),
        ("long type", AuthorizationDetail(type: String(repeating: "x", count: 1_000_000), members: [])),
        ("one long character", AuthorizationDetail(type: "a" + String(repeating: "\u{301}", count: 1_000_000), members: [])),
    ]

    @Test("details beyond bounds are cut, and the page says so", arguments: excessive)
    func detailsAreBounded(name: String, detail: AuthorizationDetail) throws {
        let html = try consent([detail])
        #expect(html.utf8.count < 100_000)
        #expect(html.contains("id=\"details-cut\""))
        #expect(!html.contains("bottom"))
    }

    @Test("many objects are cut as well")
    func manyObjects() throws {
        let html = try consent((0..<100_000).map { AuthorizationDetail(type: "t\($0)", members: []) })
        #expect(html.utf8.count < 100_000)
        #expect(html.contains("id=\"details-cut\""))
    }

    @Test("a nested list without a text does not show that of the list around it")
    func membersAreNotInherited() throws {
        let inner = AuthorizationDetail.Value.list([.list([.text("x")])])
        let html = compact(try consent([AuthorizationDetail(type: "t", members: [.init("outer", inner)])]))
        #expect(html.split(separator: ">outer<").count == 2)
        #expect(html.split(separator: ">x<").count == 2)
    }

    @Test("an application that nobody vouches for is marked on every page that asks for access")
    func unverified() throws {
        var application = PageApplication(name: "A")
        application.unverified = PageApplication.Unverified(domain: "client.example", redirectHost: "127.0.0.1")
        let pages: [any Page] = [
            ConsentPage(frame, application: application, user: "j", form: form, question: .access(api: nil, scopes: [])),
            ConsentPage(frame, application: application, user: "j", form: form, question: .confirmation(destination: nil)),
            DeviceConfirmPage(frame, form: form, userCode: "ABCD", application: application),
            BackchannelApprovalPage(frame, form: form, application: application, user: "j"),
        ]
        for page in pages {
            let html = try TestPages.rendering().render(page)
            #expect(html.contains("Not verified; this application says it is at <strong><bdi>client.example</bdi></strong>."))
            #expect(html.contains("Your answer is sent to <strong><bdi>127.0.0.1</bdi></strong>."))
        }
        application.unverified = PageApplication.Unverified(domain: nil, redirectHost: nil)
        let html = try TestPages.rendering().render(DeviceConfirmPage(frame, form: form, userCode: "A", application: application))
        #expect(html.contains("Not verified; anybody can register"))
        #expect(!html.contains("says it is at") && !html.contains("Your answer is sent"))
    }

    @Test("the login page shows the client's logo, policy and terms (registration of logo_uri, policy_uri, tos_uri)")
    func loginPresentation() throws {
        var page = LoginPage(frame, application: "A", form: form)
        var application = PageApplication(name: "ignored", logoURL: "https://c.example/logo.png")
        (application.policyURL, application.termsURL) = ("https://c.example/policy", "https://c.example/terms")
        page.presentation = application
        let document = HTMLTags(try TestPages.rendering().render(page))
        #expect(document.all("img").contains { $0["src"] == "https://c.example/logo.png" })
        #expect(document.all("a").compactMap { $0["href"] } == ["https://c.example/policy", "https://c.example/terms"])
        #expect(document.all("a").allSatisfy { $0["rel"] == "noopener noreferrer" })
        #expect(!document.text.contains("ignored"))
    }

    @Test("an application cannot name addresses of this host", arguments: ["/v2/logout", "?a", "#a", "/u/login"])
    func ownPaths(url: String) throws {
        var application = PageApplication(name: "A", logoURL: url)
        (application.policyURL, application.termsURL) = (url, url)
        let page = DeviceConfirmPage(frame, form: form, userCode: "A", application: application)
        #expect(try !TestPages.rendering().render(page).contains("\"\(url)\""))
    }

    @Test("a binding message is kept apart from the text around it and shown as it is")
    func bindingMessage() throws {
        var page = BackchannelApprovalPage(frame, form: form, application: PageApplication(name: "A"), user: "j")
        let message = "\u{202E}\u{5E9}\u{5DC}\u{5D5}\u{5DD} 決済 \u{1F98A} 1 < 2\nW4SCT"
        page.bindingMessage = message
        let html = try TestPages.rendering().render(page)
        let shown = message.split(separator: "<").joined(separator: "&lt;")
        #expect(html.contains("id=\"binding-message\"><bdi>\(shown)</bdi></p>"))
        page.bindingMessage = nil
        #expect(try !TestPages.rendering().render(page).contains("binding-message"))
    }

    @Test("a name inside a sentence does not turn the words around it")
    func isolatedName() throws {
        let named = try TestPages.rendering().render(DeviceOutcomePage(frame, .denied, application: "\u{202E}A"))
        #expect(named.contains("\u{2068}\u{202E}A\u{2069} was told"))
        #expect(try TestPages.rendering().render(BackchannelOutcomePage(frame, .denied)).contains("The application was told"))
    }

    @Test("a request for another account names who is signed in and leads to the login page")
    func otherAccount() throws {
        let page = BackchannelOtherAccountPage(frame, application: "\u{202E}A", user: "jane", signInLink: "/u/login?state=s")
        let html = try TestPages.rendering().render(page)
        #expect(html.contains("You are signed in as \u{2068}jane\u{2069}, and the request of \u{2068}\u{202E}A\u{2069} is for"))
        #expect(HTMLTags(html).all("a").contains { $0["href"] == "/u/login?state=s" })
        #expect(HTMLTags(html).all("form").isEmpty)
    }

    @Test("each problem of a code has a text of its own, tied to the field", arguments: ActivatePage.Problem.allCases)
    func codeProblems(problem: ActivatePage.Problem) throws {
        let html = try TestPages.rendering().render(ActivatePage(frame, form: form, userCode: "WDJB-MJHT", problem: problem))
        let document = HTMLTags(html)
        #expect(html.contains("<div class=\"alert\" role=\"alert\" id=\"error\">"))
        #expect(document.all("input").contains { $0["aria-describedby"] == "error" && $0["value"] == "WDJB-MJHT" })
        let code = try #require(document.all("input").first { $0["name"] == "user_code" })
        #expect(code["autocapitalize"] == "characters" && code["spellcheck"] == "false")
    }
}
