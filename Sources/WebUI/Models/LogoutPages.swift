/// Asks whether to end the session (OpenID Connect RP-Initiated Logout section 2, contract 12.2).
///
/// Posts `PageFieldName.decision`: `accept` or `decline`.
package struct LogoutPage: Page {
    package var frame: PageFrame
    /// The application that asks, when known.
    package var application: String?
    /// Who is signed in, when known.
    package var user: String?
    package var form: PageForm

    package init(_ frame: PageFrame, application: String? = nil, user: String? = nil, form: PageForm) {
        (self.frame, self.application, self.user, self.form) = (frame, application, user, form)
    }

    package var template: PageTemplate { .logout }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(["application": .text(application), "user": .text(user)])
    }
}

/// The plain `OK` after a logout that names no address to return to (contract 12.1, OpenID Connect RP-Initiated Logout).
package struct LoggedOutPage: Page {
    package var frame: PageFrame
    /// A way on, for who wants to follow it.
    package var link: PageLink?

    package init(_ frame: PageFrame, link: PageLink? = nil) { (self.frame, self.link) = (frame, link) }

    package var template: PageTemplate { .message }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        MessagePage(frame, title: "You are logged out", text: "OK. You can close this window.", link: link).fields
    }
}
