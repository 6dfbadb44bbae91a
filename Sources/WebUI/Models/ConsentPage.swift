/// Asks whether an application may act for the user (contract 6), or only whether to continue to it.
///
/// Posts `PageFieldName.decision`: `accept` or `decline`.
package struct ConsentPage: Page {
    package struct Application: Sendable {
        package var name: String
        package var logoURL: String?
        package init(name: String, logoURL: String? = nil) { (self.name, self.logoURL) = (name, logoURL) }
    }

    package struct Scope: Sendable {
        package var name: String
        /// In words for the user; without it the name is shown.
        package var description: String?
        package init(_ name: String, description: String? = nil) { (self.name, self.description) = (name, description) }
    }

    package enum Question: Sendable {
        /// May the application have these scopes, of the API where one is asked for?
        case access(api: String?, scopes: [Scope])
        /// Continue to an application whose callback cannot be verified (contract 6.2)? `destination` is shown, such as its host.
        case confirmation(destination: String?)
    }

    package var frame: PageFrame
    package var application: Application
    /// Who is signed in, as they know themselves: their e-mail address or name.
    package var user: String
    package var form: PageForm
    package var question: Question

    package init(_ frame: PageFrame, application: Application, user: String, form: PageForm, question: Question) {
        (self.frame, self.application, self.user) = (frame, application, user)
        (self.form, self.question) = (form, question)
    }

    package var template: PageTemplate { .consent }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(questionFields).adding([
            "application": .text(application.name),
            "applicationLogo": .text(PageURL.checked(application.logoURL)),
            "user": .text(user),
        ])
    }

    private var questionFields: PageFields {
        switch question {
        case .access(let api, let scopes):
            [
                "asksAccess": .flag(true), "api": .text(api),
                "hasScopes": .flag(!scopes.isEmpty), "scopes": .list(scopes.map(\.fields)),
            ]
        case .confirmation(let destination):
            ["asksAccess": .flag(false), "destination": .text(destination)]
        }
    }
}

extension ConsentPage.Scope {
    fileprivate var fields: PageFields {
        let hasDescription = !(description ?? "").isEmpty
        return ["scopeTitle": .text(hasDescription ? description : name), "scopeName": .text(hasDescription ? name : nil)]
    }
}
