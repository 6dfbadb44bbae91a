/// Asks for the code that a device shows (RFC 8628 section 3.3). Posts `PageFieldName.userCode`.
package struct ActivatePage: Page {
    /// Why the code was not taken.
    package enum Problem: Sendable, CaseIterable {
        case unknownCode, expiredCode, usedCode, tooManyAttempts

        var text: String {
            switch self {
            case .unknownCode: "There is no such code. Check what your device shows and try again."
            case .expiredCode: "This code has expired. Ask your device for a new one."
            case .usedCode: "This code was used already. Ask your device for a new one."
            case .tooManyAttempts: "Too many attempts. Wait a while, then try again."
            }
        }
    }

    package var frame: PageFrame
    package var form: PageForm
    /// What the field holds already: the code of `verification_uri_complete`, or what was typed before a mistake.
    package var userCode: String
    package var problem: Problem?

    package init(_ frame: PageFrame, form: PageForm, userCode: String = "", problem: Problem? = nil) {
        (self.frame, self.form, self.userCode, self.problem) = (frame, form, userCode, problem)
    }

    package var template: PageTemplate { .activate }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(["userCode": .text(userCode), "errorText": .text(problem?.text)])
    }
}

/// Asks whether the code is the one on the user's own device (RFC 8628 sections 3.3.1 and 5.4).
///
/// Posts `PageFieldName.decision`: `accept` or `decline`.
package struct DeviceConfirmPage: Page {
    package var frame: PageFrame
    package var form: PageForm
    package var userCode: String
    package var application: PageApplication
    package var request: AccessRequest
    /// Who is signed in, when known.
    package var user: String?

    package init(
        _ frame: PageFrame, form: PageForm, userCode: String, application: PageApplication,
        request: AccessRequest = AccessRequest()
    ) {
        (self.frame, self.form, self.userCode) = (frame, form, userCode)
        (self.application, self.request) = (application, request)
    }

    package var template: PageTemplate { .deviceConfirm }
    package var contentSecurityPolicy: ContentSecurityPolicy { .leaving }

    package var fields: PageFields {
        frame.fields.adding(form.fields).adding(application.fields).adding(request.fields).adding([
            "userCode": .text(userCode), "user": .text(user),
            "hasFacts": .flag([user, request.api].contains { !($0 ?? "").isEmpty }),
        ])
    }
}

/// What became of the device: the user may turn to it again.
package struct DeviceOutcomePage: Page {
    package enum Outcome: Sendable, CaseIterable {
        case approved, denied
        /// The user gave up, or could not sign in.
        case left
    }

    package var frame: PageFrame
    package var outcome: Outcome
    /// The name of the application on the device, when known.
    package var application: String?

    package init(_ frame: PageFrame, _ outcome: Outcome, application: String? = nil) {
        (self.frame, self.outcome, self.application) = (frame, outcome, application)
    }

    package var template: PageTemplate { .message }
    package var contentSecurityPolicy: ContentSecurityPolicy { .closed }

    package var fields: PageFields {
        let named = PageApplication.isolated(application) ?? "the application"
        return switch outcome {
        case .approved:
            MessagePage(
                frame, title: "Your device is connected",
                text: "You can close this window and go on with \(named) on your device."
            ).fields
        case .denied:
            MessagePage(
                frame, title: "Your device is not connected", text: "You refused, so \(named) was told that it has no access."
            ).fields
        case .left:
            MessagePage(
                frame, title: "Your device is not connected",
                text: "You left without an answer. Enter the code again while your device shows it."
            ).fields
        }
    }
}
