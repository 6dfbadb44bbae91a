/// Asks a user to approve what an application started on another channel (OpenID Connect CIBA Core section 8).
///
/// Posts `PageFieldName.decision`: `accept` or `decline`.
package struct BackchannelApprovalPage: Page {
    package var frame: PageFrame
    package var form: PageForm
    package var application: PageApplication
    /// Who is asked, as they know themselves.
    package var user: String
    package var request: AccessRequest
    /// `binding_message`: any text; the user compares it with what the other device shows.
    package var bindingMessage: String?

    package init(
        _ frame: PageFrame, form: PageForm, application: PageApplication, user: String, request: AccessRequest = AccessRequest()
    ) {
        (self.frame, self.form, self.application) = (frame, form, application)
        (self.user, self.request) = (user, request)
    }

    package var template: PageTemplate { .backchannelApproval }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(application.fields).adding(request.fields).adding([
            "user": .text(user), "bindingMessage": .text(bindingMessage),
        ])
    }
}

/// What became of the request.
package struct BackchannelOutcomePage: Page {
    package enum Outcome: Sendable, CaseIterable {
        case approved, denied
        /// Answered before, or expired.
        case gone
        /// The user gave up, or could not sign in.
        case left
    }

    package var frame: PageFrame
    package var outcome: Outcome
    /// The name of the application that asked, when known.
    package var application: String?

    package init(_ frame: PageFrame, _ outcome: Outcome, application: String? = nil) {
        (self.frame, self.outcome, self.application) = (frame, outcome, application)
    }

    package var template: PageTemplate { .message }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        let named = PageApplication.isolated(application) ?? "The application"
        return switch outcome {
        case .approved:
            MessagePage(frame, title: "Approved", text: "\(named) was told. You can close this window.").fields
        case .denied:
            MessagePage(
                frame, title: "Denied", text: "\(named) was told that it has no access. You can close this window."
            ).fields
        case .gone:
            MessagePage(
                frame, title: "Nothing to approve", text: "This request was answered already, or it has expired."
            ).fields
        case .left:
            MessagePage(
                frame, title: "Nothing was decided",
                text: "You left without an answer. Until the request expires, the link in your message leads back to it."
            ).fields
        }
    }
}

/// Says that a request is for another account than the one that is signed in, and offers to sign in with that one.
package struct BackchannelOtherAccountPage: Page {
    package var frame: PageFrame
    package var application: String
    /// Who is signed in, as they know themselves.
    package var user: String
    /// A path of this host.
    package var signInLink: String

    package init(_ frame: PageFrame, application: String, user: String, signInLink: String) {
        (self.frame, self.application) = (frame, application)
        (self.user, self.signInLink) = (user, signInLink)
    }

    package var template: PageTemplate { .message }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        let named = PageApplication.isolated(application) ?? "An application"
        let current = PageApplication.isolated(user).map { "You are signed in as \($0), and the" } ?? "The"
        return MessagePage(
            frame, title: "This request is for another account",
            text: "\(current) request of \(named) is for somebody else. Nothing was decided.",
            link: PageLink("Sign in with the other account", url: signInLink)
        ).fields
    }
}
