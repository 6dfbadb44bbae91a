/// The login page with identifier and password (contract 4.6).
///
/// Posts `PageFieldName.identifier` and `.password` besides the hidden fields; the button that gives up posts
/// `PageFieldName.action` as `.cancel`.
package struct LoginPage: Page {
    /// What users of the connection call themselves.
    package enum Identifier: Sendable, CaseIterable {
        case email, username, emailOrUsername

        var label: String {
            switch self {
            case .email: "Email address"
            case .username: "Username"
            case .emailOrUsername: "Email address or username"
            }
        }
    }

    /// Where else the user may go; nil hides the link.
    package struct Links: Sendable {
        package var signup: String?
        package var forgotPassword: String?
        package init(signup: String? = nil, forgotPassword: String? = nil) {
            (self.signup, self.forgotPassword) = (signup, forgotPassword)
        }
    }

    package var frame: PageFrame
    /// The name of the application that the user continues to.
    package var application: String
    package var form: PageForm
    package var identifier: Identifier
    package var links: Links
    /// What the identifier field holds already: `login_hint`, or what was typed before a mistake.
    package var identifierValue = ""
    /// Why the last attempt failed, in words for the user.
    package var error: String?
    /// What the application says of itself: its logo, policy and terms are shown.
    package var presentation: PageApplication?
    /// Whether the user may go back to the application without logging in.
    package var canCancel = true

    package init(
        _ frame: PageFrame, application: String, form: PageForm, identifier: Identifier = .email, links: Links = Links()
    ) {
        (self.frame, self.application, self.form) = (frame, application, form)
        (self.identifier, self.links) = (identifier, links)
    }

    package var template: PageTemplate { .login }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(presentation?.fields ?? [:]).adding([
            "application": .text(application),
            "canCancel": .flag(canCancel),
            "identifierLabel": .text(identifier.label),
            "identifierValue": .text(identifierValue),
            "acceptsEmail": .flag(identifier != .username),
            // The first empty field has the focus.
            "focusesPassword": .flag(!identifierValue.isEmpty),
            "errorText": .text(error),
            "signupLink": .text(PageURL.checked(links.signup)),
            "forgotPasswordLink": .text(PageURL.checked(links.forgotPassword)),
        ])
    }
}
