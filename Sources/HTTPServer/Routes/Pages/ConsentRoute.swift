import AuthorizationServer
import Hummingbird
import OAuthProtocol
import Storage
import WebUI

/// `/u/consent`: agreement to scopes, and confirmation of callbacks (contract 6).
enum ConsentRoute {
    @Sendable static func show(_ call: TenantCall) async throws -> Response {
        let visit = try call.visit(try call.queryParameters())
        return try await call.answeringFailures {
            call.answer(to: try await ConsentStep(call.context).show(visit)) { page($0, call) }
        }
    }

    /// Anything but the button that accepts declines.
    @Sendable static func submit(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let visit = try call.visit(form)
        let allows = try form.optional(PageFieldName.decision) == PageFieldName.accept
        let csrf = try form.optional("_csrf")
        return try await call.answeringFailures {
            call.answer(to: try await ConsentStep(call.context).submit(allows: allows, csrf: csrf, visit)) { page($0, call) }
        }
    }

    private static func page(_ prompt: ConsentPrompt, _ call: TenantCall) -> Response {
        var page = ConsentPage(
            call.frame, application: PageApplication(prompt.page), user: prompt.userLabel,
            form: PageForm(action: PagePath.consent, prompt.page), question: question(prompt.question))
        page.details = AuthorizationDetail.all(inJSON: prompt.authorizationDetails)
        return call.page(page, for: prompt.problem)
    }

    private static func question(_ question: ConsentPrompt.Question) -> ConsentPage.Question {
        switch question {
        case .consent(let api, let scopes):
            .access(api: api, scopes: scopes.map { ConsentPage.Scope($0.value, description: $0.description) })
        case .confirmCallback(let uri): .confirmation(destination: uri)
        }
    }
}
