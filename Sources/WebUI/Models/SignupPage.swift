/// The sign-up page (`screen_hint=signup`).
///
/// Posts `PageFieldName.email`, `.password` and, where asked, `.username`.
package struct SignupPage: Page {
    /// What the user typed before a mistake.
    package struct Values: Sendable {
        package var email: String
        /// nil when the connection has no user names: then it is not asked for.
        package var username: String?
        package init(email: String = "", username: String? = nil) { (self.email, self.username) = (email, username) }
    }

    /// What was wrong, where the user can mend it.
    package struct Errors: Sendable {
        /// Of the attempt as a whole.
        package var general: String?
        package var email: String?
        package var username: String?
        package var password: String?
        package init(general: String? = nil) { self.general = general }

        var isEmpty: Bool { [general, email, username, password].allSatisfy { ($0 ?? "").isEmpty } }
    }

    package var frame: PageFrame
    package var application: String
    package var form: PageForm
    package var values: Values
    /// The connection's rules for passwords, a sentence each.
    package var passwordRules: [String]
    package var errors = Errors()
    /// Back to the login page.
    package var loginLink: String?

    package init(
        _ frame: PageFrame, application: String, form: PageForm, values: Values = Values(), passwordRules: [String] = []
    ) {
        (self.frame, self.application, self.form) = (frame, application, form)
        (self.values, self.passwordRules) = (values, passwordRules)
    }

    package var template: PageTemplate { .signup }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(PageFields(passwordRules: passwordRules)).adding([
            "application": .text(application),
            "email": .text(values.email),
            "asksUsername": .flag(values.username != nil),
            "username": .text(values.username),
            "hasErrors": .flag(!errors.isEmpty),
            "errorText": .text(errors.general),
            "emailError": .text(errors.email),
            "usernameError": .text(errors.username),
            "passwordError": .text(errors.password),
            "passwordDescription": .text(passwordDescription),
            "loginLink": .text(PageURL.checked(loginLink)),
        ])
    }

    /// The ids of what describes the password field.
    private var passwordDescription: String {
        let ids = [(errors.password ?? "").isEmpty ? nil : "password-error", passwordRules.isEmpty ? nil : "password-rules"]
        return ids.compactMap(\.self).joined(separator: " ")
    }
}

extension PageFields {
    /// The list of rules beside a field for a new password.
    init(passwordRules: [String]) {
        self = ["hasRules": .flag(!passwordRules.isEmpty), "rules": .list(passwordRules.map { ["rule": .text($0)] })]
    }
}
