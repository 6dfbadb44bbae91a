import WebUI

/// Every page, with every value that may come from outside.
struct SamplePage: CustomStringConvertible, Sendable {
    let name: String
    let page: any Page

    var description: String { name }

    func html() throws -> String { try TestPages.rendering().render(page) }
}

/// The templates, parsed once for all tests.
enum TestPages {
    private static let parsed = Result { try Pages() }

    static func rendering() throws -> Pages { try parsed.get() }
}

/// Makes one page of each kind, with optional parts present, from one set of values.
struct SamplePages: Sendable {
    var tenant = "Acme Cloud"
    var application = "Acme Notes"
    var user = "jane.doe@example.com"
    /// Descriptions, errors, rules.
    var sentence = "Wrong email or password."
    var url = "https://app.example.com/path?one=1&two=2"

    /// Every text is `text`; the addresses stay good.
    static func all(saying text: String) -> [SamplePage] {
        SamplePages(tenant: text, application: text, user: text, sentence: text).all
    }

    /// Every address is `url`.
    static func all(linkingTo url: String) -> [SamplePage] { SamplePages(url: url).all }

    var all: [SamplePage] { signIn + consent + logout + password + outcome + response + request }

    var frame: PageFrame {
        PageFrame(tenantName: tenant, logoURL: nil, support: PageFrame.Support(email: nil, url: url))
    }

    var form: PageForm {
        PageForm(action: url, hidden: [HiddenField("state", user), HiddenField("csrf", "c2VjcmV0")])
    }

    var nonce: ScriptNonce { ScriptNonce(randomBytes: Array(0..<16)) }

    private var signIn: [SamplePage] {
        let links = LoginPage.Links(signup: url, forgotPassword: url)
        let login = LoginPage(frame, application: application, form: form, links: links)
        var failed = LoginPage(frame, application: application, form: form, identifier: .emailOrUsername, links: links)
        (failed.identifierValue, failed.error) = (user, sentence)
        failed.presentation = presented
        let rules = ["At least 8 characters in length", sentence]
        var signup = SignupPage(frame, application: application, form: form, passwordRules: rules)
        signup.loginLink = url
        var refused = signup
        refused.values = SignupPage.Values(email: user, username: user)
        refused.errors = SignupPage.Errors(general: sentence)
        (refused.errors.email, refused.errors.username, refused.errors.password) = (sentence, sentence, sentence)
        return [
            SamplePage(name: "login", page: login), SamplePage(name: "login-failed", page: failed),
            SamplePage(name: "signup", page: signup), SamplePage(name: "signup-failed", page: refused),
        ]
    }

    private var consent: [SamplePage] {
        let scopes = [
            ConsentPage.Scope("read:notes", description: sentence), ConsentPage.Scope(sentence),
            ConsentPage.Scope("offline_access", description: "Keep access while you are away"),
        ]
        let identity = ConsentPage.Application(name: application, logoURL: nil)
        let question = ConsentPage.Question.access(api: application, scopes: scopes)
        let access = ConsentPage(frame, application: identity, user: user, form: form, question: question)
        var branded = ConsentPage(
            frame, application: identity, user: user, form: form, question: .confirmation(destination: sentence))
        branded.application.logoURL = url
        branded.frame.logoURL = url
        return [SamplePage(name: "consent", page: access), SamplePage(name: "confirmation", page: branded)]
    }

    private var logout: [SamplePage] {
        [
            SamplePage(name: "logout", page: LogoutPage(frame, application: application, user: user, form: form)),
            SamplePage(name: "logout-unnamed", page: LogoutPage(frame, form: form)),
            SamplePage(name: "logged-out", page: LoggedOutPage(frame)),
            SamplePage(name: "logged-out-link", page: LoggedOutPage(frame, link: PageLink(sentence, url: url))),
        ]
    }

    private var password: [SamplePage] {
        var request = PasswordResetRequestPage(frame, form: form, email: user, loginLink: url)
        request.error = sentence
        let reset = PasswordResetPage(frame, form: form, account: user, passwordRules: ["At least 8 characters", sentence])
        var refused = reset
        refused.error = sentence
        return [
            SamplePage(name: "password-reset-request", page: request), SamplePage(name: "password-reset", page: reset),
            SamplePage(name: "password-reset-failed", page: refused),
        ]
    }

    private var outcome: [SamplePage] {
        var error = ErrorPage(frame, status: 403, error: application, description: sentence, trackingID: user)
        error.link = PageLink(sentence, url: url)
        let message = MessagePage(frame, title: application, text: sentence, link: PageLink(sentence, url: url))
        return [SamplePage(name: "error", page: error), SamplePage(name: "message", page: message)]
    }

    private var response: [SamplePage] {
        let parameters = [HiddenField("code", "abc"), HiddenField("state", user)]
        let formPost = FormPostPage(frame, redirectURI: url, parameters: parameters, application: application, nonce: nonce)
        let message = WebMessagePage(
            responseJSON: #"{"code":"abc","state":"\#(jsonString(user))"}"#, targetOrigin: "https://app.example.com",
            nonce: nonce)
        return [SamplePage(name: "form-post", page: formPost), SamplePage(name: "web-message", page: message)]
    }

    /// What every JSON writer escapes at least.
    private func jsonString(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\" + String(scalar)
            case "\u{0}"..."\u{1F}": escaped += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
