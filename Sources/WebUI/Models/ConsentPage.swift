/// Asks whether an application may act for the user (contract 6), or only whether to continue to it.
///
/// Posts `PageFieldName.decision`: `accept` or `decline`.
package struct ConsentPage: Page {
    package typealias Application = PageApplication
    package typealias Scope = PageScope

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
    /// `authorization_details` of the request, where access is asked for.
    package var details: [AuthorizationDetail] = []

    package init(_ frame: PageFrame, application: Application, user: String, form: PageForm, question: Question) {
        (self.frame, self.application, self.user) = (frame, application, user)
        (self.form, self.question) = (form, question)
    }

    package var template: PageTemplate { .consent }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(application.fields).adding(questionFields).adding(["user": .text(user)])
    }

    private var questionFields: PageFields {
        switch question {
        case .access(let api, let scopes):
            AccessRequest(api: api, scopes: scopes, details: details).fields.adding(["asksAccess": .flag(true)])
        case .confirmation(let destination):
            ["asksAccess": .flag(false), "destination": .text(destination)]
        }
    }
}
