import AuthorizationServer
import Hummingbird
import OAuthProtocol
import WebUI

/// `/u/reset-password-request`: asks for the mail. `/u/reset-password`: the page behind its link (contract 13.4).
enum PasswordResetRoutes {
    @Sendable static func showRequest(_ call: TenantCall) async throws -> Response {
        let visit = try call.visit(try call.queryParameters())
        return try await call.answeringFailures {
            call.answer(to: try await PasswordResetRequestStep(call.context).show(visit)) { page($0, call) }
        }
    }

    @Sendable static func submitRequest(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let visit = try call.visit(form)
        let (identifier, csrf) = (try form.optional(PageFieldName.email) ?? "", try form.optional("_csrf"))
        return try await call.answeringFailures {
            let step = PasswordResetRequestStep(call.context)
            return call.answer(to: try await step.submit(identifier: identifier, csrf: csrf, visit)) { page($0, call) }
        }
    }

    @Sendable static func show(_ call: TenantCall) async throws -> Response {
        let ticket = try call.queryParameters().optional("ticket")
        let shown = try await PasswordResetStep(call.context).show(ticket: ticket, browser: call.browser, in: call.info)
        return page(shown.prompt, call).setting(shown.changes, for: call.info.issuer)
    }

    @Sendable static func submit(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let submission = PasswordResetSubmission(
            ticket: try form.optional("ticket"), csrf: try form.optional("_csrf"),
            password: try form.password(PageFieldName.newPassword) ?? SecretString(""),
            repeated: SecretString(try form.optional(PageFieldName.repeatedPassword) ?? ""))
        let prompt = try await PasswordResetStep(call.context).submit(submission, browser: call.browser, in: call.info)
        return page(prompt, call)
    }

    private static func page(_ prompt: PasswordResetRequestPrompt, _ call: TenantCall) -> Response {
        if prompt.isSent {
            let link = PageLink("Back to log in", url: prompt.loginPath)
            return call.page(MessagePage(call.frame, title: "Check your email", text: WireText.passwordResetSent, link: link))
        }
        var page = PasswordResetRequestPage(
            call.frame, form: PageForm(action: PagePath.passwordResetRequest, prompt.page), email: prompt.identifier,
            loginLink: prompt.loginPath)
        page.error = prompt.problem?.text
        return call.page(page, for: prompt.problem)
    }

    private static func page(_ prompt: PasswordResetPrompt, _ call: TenantCall) -> Response {
        switch prompt.stage {
        case .choose:
            let hidden = [HiddenField("ticket", prompt.ticket), HiddenField("_csrf", prompt.csrf)]
            var page = PasswordResetPage(
                call.frame, form: PageForm(action: PagePath.passwordReset, hidden: hidden), account: prompt.userLabel,
                passwordRules: prompt.passwordRules)
            page.error = prompt.problem?.text
            return call.page(page, for: prompt.problem)
        case .done:
            let text = "Your password has been changed, and you have been logged out everywhere. You can log in with the new one."
            return call.page(MessagePage(call.frame, title: "Password changed", text: text))
        case .invalid:
            return call.page(
                MessagePage(call.frame, title: "This link does not work", text: prompt.problem?.text ?? ""), for: prompt.problem)
        }
    }
}
