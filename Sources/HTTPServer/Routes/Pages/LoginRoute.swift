import AuthorizationServer
import Hummingbird
import OAuthProtocol
import WebUI

/// `/u/login`.
enum LoginRoute {
    @Sendable static func show(_ call: TenantCall) async throws -> Response {
        let visit = try call.visit(try call.queryParameters())
        return try await call.answeringFailures {
            call.answer(to: try await LoginStep(call.context).show(visit)) { page($0, call) }
        }
    }

    @Sendable static func submit(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let visit = try call.visit(form)
        var submission = LoginSubmission(
            csrf: try form.optional("_csrf"), identifier: try form.optional(PageFieldName.identifier) ?? "",
            password: try form.password(PageFieldName.password) ?? SecretString(""))
        submission.isCancelled = try form.optional(PageFieldName.action) == PageFieldName.cancel
        return try await call.answeringFailures {
            call.answer(to: try await LoginStep(call.context).submit(submission, visit)) { page($0, call) }
        }
    }

    private static func page(_ prompt: LoginPrompt, _ call: TenantCall) -> Response {
        var page = LoginPage(
            call.frame, application: prompt.page.clientName, form: PageForm(action: PagePath.login, prompt.page),
            identifier: prompt.acceptsUsername ? .emailOrUsername : .email,
            links: LoginPage.Links(signup: prompt.signupPath, forgotPassword: prompt.passwordResetPath))
        page.identifierValue = prompt.identifier
        page.presentation = PageApplication(prompt.page)
        page.error = prompt.problem?.text
        return call.page(page, for: prompt.problem)
    }
}
