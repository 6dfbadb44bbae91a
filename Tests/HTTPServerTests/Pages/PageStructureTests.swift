import Testing
import WebUI

@Suite("Structure of pages")
struct PageStructureTests {
    static let pages = SamplePages().all

    @Test("every page is a document with language, a title that says what and where, and one heading", arguments: pages)
    func document(sample: SamplePage) throws {
        let html = try sample.html()
        let document = HTMLTags(html)
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(document.all("title").count == 1)
        #expect(document.all("h1").count == 1)
        #expect(document.all("main").count == 1)
        #expect(document.all("meta").first?["charset"] == "utf-8")
        #expect(!html.contains("<title> |") && !html.contains("<h1></h1>"))
        #expect(!html.contains("Optional(") && !html.contains("{{"))
    }

    @Test("every tag that opens also closes, in order", arguments: pages)
    func nesting(sample: SamplePage) throws {
        let empty: Set<String> = ["!DOCTYPE", "meta", "link", "input", "img", "br"]
        var open: [String] = []
        for tag in HTMLTags(try sample.html()).tags where !empty.contains(tag.name) {
            if tag.name.hasPrefix("/") {
                #expect(open.popLast() == String(tag.name.dropFirst()))
            } else {
                open.append(tag.name)
            }
        }
        #expect(open.isEmpty)
    }

    @Test("no id is given twice, and every reference to one is good", arguments: pages)
    func references(sample: SamplePage) throws {
        let tags = HTMLTags(try sample.html()).tags
        let ids = tags.compactMap { $0["id"] }
        #expect(Set(ids).count == ids.count)
        let referred = tags.flatMap { tag in [tag["for"], tag["aria-describedby"]].compactMap { $0 } }
        for reference in referred.flatMap({ $0.split(separator: " ") }) {
            #expect(ids.contains(String(reference)), "\(reference)")
        }
    }

    @Test("every field has a label, every image a text alternative, every button a type", arguments: pages)
    func labels(sample: SamplePage) throws {
        let document = HTMLTags(try sample.html())
        let labelled = Set(document.all("label").compactMap { $0["for"] })
        for input in document.all("input") where input["type"] != "hidden" {
            #expect(labelled.contains(input["id"] ?? "none"))
            #expect(input["autocomplete"] != nil)
        }
        #expect(document.all("img").allSatisfy { $0["alt"] != nil })
        #expect(document.all("button").allSatisfy { $0["type"] == "submit" })
        #expect(document.tags.filter { $0["autofocus"] != nil }.count <= 1)
    }

    @Test("no inline style or event attribute, no inline script without a nonce, nothing from other hosts", arguments: pages)
    func policyIsPossible(sample: SamplePage) throws {
        let document = HTMLTags(try sample.html())
        #expect(document.all("style").isEmpty)
        for tag in document.tags {
            #expect(tag["style"] == nil)
            #expect(!tag.attributes.contains { $0.name.hasPrefix("on") }, "\(tag.shape)")
        }
        for script in document.all("script") {
            #expect(script["nonce"] != nil || script["src"] == Assets.script.path)
        }
        let loaded = document.all("script").compactMap { $0["src"] } + document.all("link").compactMap { $0["href"] }
        #expect(loaded.allSatisfy { $0.hasPrefix("/assets/") })
    }

    @Test("every form posts and carries its hidden fields", arguments: pages)
    func forms(sample: SamplePage) throws {
        let document = HTMLTags(try sample.html())
        for form in document.all("form") {
            #expect(form["method"] == "post")
            #expect(form["action"] == "https://app.example.com/path?one=1&amp;two=2")
            #expect(document.all("input").contains { $0["name"] == "state" && $0["type"] == "hidden" })
        }
    }

    @Test(
        "an error is announced, tied to its fields and named in the title",
        arguments: pages.filter { $0.name.hasSuffix("-failed") })
    func errors(sample: SamplePage) throws {
        let html = try sample.html()
        let document = HTMLTags(html)
        #expect(html.contains("<title>Error: "))
        #expect(document.tags.contains { $0["role"] == "alert" })
        let invalid = document.all("input").filter { $0["aria-invalid"] == "true" }
        #expect(!invalid.isEmpty)
        #expect(invalid.allSatisfy { !($0["aria-describedby"] ?? "").isEmpty })
    }

    @Test("password managers find user name, current and new passwords")
    func autocomplete() throws {
        let found = try Dictionary(uniqueKeysWithValues: Self.pages.map { sample in
            (sample.name, HTMLTags(try sample.html()).all("input").compactMap { $0["autocomplete"] })
        })
        #expect(found["login"] == ["username", "current-password"])
        #expect(found["activate"] == ["off"])
        #expect(found["signup"] == ["username", "new-password"])
        #expect(found["signup-failed"] == ["email", "username", "new-password"])
        #expect(found["password-reset"] == ["username", "new-password", "new-password"])
        #expect(found["password-reset-request"] == ["username"])
    }

    @Test("fields and buttons have the names that the routes read")
    func fieldNames() throws {
        func names(_ sample: String, _ tag: String) throws -> [String] {
            let page = try #require(Self.pages.first { $0.name == sample })
            return HTMLTags(try page.html()).all(tag).filter { $0["type"] != "hidden" }.compactMap { $0["name"] }
        }
        #expect(try names("login", "input") == [PageFieldName.identifier, PageFieldName.password])
        let signup = [PageFieldName.email, PageFieldName.username, PageFieldName.password]
        #expect(try names("signup-failed", "input") == signup)
        #expect(try names("password-reset", "input") == [PageFieldName.newPassword, PageFieldName.repeatedPassword])
        #expect(try names("password-reset-request", "input") == [PageFieldName.email])
        #expect(try names("consent", "button") == [PageFieldName.decision, PageFieldName.decision])
        #expect(try names("logout", "button") == [PageFieldName.decision, PageFieldName.decision])
        #expect(try names("login", "button") == [PageFieldName.action])
        #expect(try names("activate", "input") == [PageFieldName.userCode])
        #expect(try names("device-confirm", "button") == [PageFieldName.decision, PageFieldName.decision])
        #expect(try names("backchannel", "button") == [PageFieldName.decision, PageFieldName.decision])
    }

    @Test(
        "the first empty field of the login page has the focus",
        arguments: [("", "username"), ("jane@example.com", "password")])
    func focus(identifier: String, focused: String) throws {
        var page = LoginPage(PageFrame(tenantName: "T"), application: "A", form: PageForm(action: "/u/login"))
        page.identifierValue = identifier
        let inputs = HTMLTags(try TestPages.rendering().render(page)).all("input")
        #expect(inputs.filter { $0["autofocus"] != nil }.compactMap { $0["id"] } == [focused])
    }

    @Test("parts that a page lacks leave nothing behind")
    func absentParts() throws {
        let page = LoginPage(PageFrame(tenantName: "T", language: ""), application: "A", form: PageForm(action: "/u/login"))
        let html = try TestPages.rendering().render(page)
        #expect(html.contains(#"<html lang="en">"#))
        for absent in ["Sign up", "Forgot", "alert", "footer", "aria-invalid", "aria-describedby", "application-"] {
            #expect(!html.contains(absent), "\(absent)")
        }
    }
}
