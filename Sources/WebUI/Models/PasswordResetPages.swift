/// Asks which account's password to reset. Posts `PageFieldName.email`.
package struct PasswordResetRequestPage: Page {
    package var frame: PageFrame
    package var form: PageForm
    package var email: String
    package var loginLink: String?
    package var error: String?

    package init(_ frame: PageFrame, form: PageForm, email: String = "", loginLink: String? = nil) {
        (self.frame, self.form, self.email, self.loginLink) = (frame, form, email, loginLink)
    }

    package var template: PageTemplate { .passwordResetRequest }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding([
            "email": .text(email), "errorText": .text(error), "loginLink": .text(PageURL.checked(loginLink)),
        ])
    }
}

/// The page behind the mailed link (contract 13.4). Posts `PageFieldName.newPassword` and `.repeatedPassword`.
package struct PasswordResetPage: Page {
    package var frame: PageFrame
    package var form: PageForm
    /// Whose password it is; password managers file the new one under it.
    package var account: String
    /// The connection's rules for passwords, a sentence each.
    package var passwordRules: [String]
    package var error: String?

    package init(_ frame: PageFrame, form: PageForm, account: String, passwordRules: [String] = []) {
        (self.frame, self.form, self.account, self.passwordRules) = (frame, form, account, passwordRules)
    }

    package var template: PageTemplate { .passwordReset }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(PageFields(passwordRules: passwordRules)).adding([
            "account": .text(account), "errorText": .text(error), "passwordDescription": .text(passwordDescription),
        ])
    }

    /// The ids of what describes the password field.
    private var passwordDescription: String {
        let ids = [(error ?? "").isEmpty ? nil : "error", passwordRules.isEmpty ? nil : "password-rules"]
        return ids.compactMap(\.self).joined(separator: " ")
    }
}
