import AuthorizationServer
import Hummingbird
import OAuthProtocol
import WebUI

/// `/u/signup`.
enum SignupRoute {
    @Sendable static func show(_ call: TenantCall) async throws -> Response {
        let visit = try call.visit(try call.queryParameters())
        return try await call.answeringFailures {
            call.answer(to: try await SignupStep(call.context).show(visit)) { page($0, call) }
        }
    }

    @Sendable static func submit(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let visit = try call.visit(form)
        let submission = SignupSubmission(
            csrf: try form.optional("_csrf"), email: try form.optional(PageFieldName.email) ?? "",
            username: try form.optional(PageFieldName.username),
            password: try form.password(PageFieldName.password) ?? SecretString(""))
        return try await call.answeringFailures {
            call.answer(to: try await SignupStep(call.context).submit(submission, visit)) { page($0, call) }
        }
    }

    private static func page(_ prompt: SignupPrompt, _ call: TenantCall) -> Response {
        var page = SignupPage(
            call.frame, application: prompt.page.clientName, form: PageForm(action: PagePath.signup, prompt.page),
            values: SignupPage.Values(email: prompt.email, username: prompt.requiresUsername ? prompt.username : nil),
            passwordRules: prompt.passwordRules)
        page.loginLink = prompt.loginPath
        if let problem = prompt.problem { page.errors = errors(problem) }
        return call.page(page, for: prompt.problem)
    }

    /// Beside the field where the user can mend it.
    private static func errors(_ problem: PageProblem) -> SignupPage.Errors {
        var errors = SignupPage.Errors()
        switch problem {
        case .database(let error) where error.code == "invalid_password": errors.password = problem.text
        case .database(let error) where error.code == "user_exists": errors.email = problem.text
        case .database(let error) where error.code == "username_exists": errors.username = problem.text
        case .database, .refused: errors.general = problem.text
        }
        return errors
    }
}
