import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import Storage
import WebUI

/// `POST /oauth/device/code`, `/activate` (contract 14) and `POST /bc-authorize` with its page (contract 15.3).
enum DeviceRoutes {
    @Sendable static func deviceCode(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let answer = try await DeviceAuthorizationEndpoint(call.context).respond(
            to: form, authorization: try call.authorization(), in: call.info)
        return Response.json(answer.json, cacheControl: "no-store").with(dpopNonce: answer.dpopNonce)
    }

    @Sendable static func backchannel(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let answer = try await BackchannelAuthenticationEndpoint(call.context).respond(
            to: form, authorization: try call.authorization(), in: call.info)
        return Response.json(answer.json, cacheControl: "no-store").with(dpopNonce: answer.dpopNonce)
    }

    // MARK: Pages

    @Sendable static func showActivation(_ call: TenantCall) async throws -> Response {
        let query = try call.queryParameters()
        if try query.optional("error") != nil { return call.page(DeviceOutcomePage(call.frame, .left)) }
        let code = try query.optional("user_code", maximumBytes: 64)
        return answer(ActivationStep(call.context).show(userCode: code, browser: call.browser, in: call.info), call)
    }

    @Sendable static func submitActivation(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let code = try form.optional(PageFieldName.userCode, maximumBytes: 64) ?? ""
        let csrf = try form.optional("_csrf")
        return try await call.answeringFailures {
            let outcome = try await ActivationStep(call.context).submit(
                userCode: code, csrf: csrf, browser: call.browser, in: call.info)
            return answer(outcome, call)
        }
    }

    private static func answer(_ outcome: ActivationOutcome, _ call: TenantCall) -> Response {
        switch outcome {
        case .leave(let away): return call.answer(to: away)
        case .show(let prompt, let changes):
            let form = PageForm(action: PagePath.activate, hidden: [HiddenField("_csrf", prompt.csrf)])
            let page = ActivatePage(call.frame, form: form, userCode: prompt.userCode, problem: problem(prompt.problem))
            let status: HTTPResponse.Status = prompt.problem == nil ? .ok : prompt.problem == .tooManyAttempts ? .tooManyRequests : .badRequest
            return call.page(page, status: status).setting(changes, for: call.info.issuer)
        }
    }

    private static func problem(_ problem: ActivationPrompt.Problem?) -> ActivatePage.Problem? {
        switch problem {
        case nil: nil
        case .unknownCode: .unknownCode
        case .expiredPage: .expiredCode
        case .tooManyAttempts: .tooManyAttempts
        }
    }

    // MARK: Approval

    @Sendable static func openLink(_ call: TenantCall) async throws -> Response {
        let query = try call.queryParameters()
        if try query.optional("error") != nil { return call.page(BackchannelOutcomePage(call.frame, .left)) }
        let ticket = try query.optional("ticket")
        return try await call.answeringFailures {
            let outcome = try await BackchannelApprovalLink(call.context).open(
                ticket: ticket, browser: call.browser, in: call.info)
            return call.answer(to: outcome)
        }
    }

    @Sendable static func showApproval(_ call: TenantCall) async throws -> Response {
        let visit = try call.visit(try call.queryParameters())
        return try await call.answeringFailures {
            answer(try await DeferredApprovalStep(call.context).show(visit), call)
        }
    }

    /// Anything but the button that accepts declines.
    @Sendable static func submitApproval(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let visit = try call.visit(form)
        let allows = try form.optional(PageFieldName.decision) == PageFieldName.accept
        let csrf = try form.optional("_csrf")
        return try await call.answeringFailures {
            answer(try await DeferredApprovalStep(call.context).submit(allows: allows, csrf: csrf, visit), call)
        }
    }

    private static func answer(_ outcome: ApprovalOutcome, _ call: TenantCall) -> Response {
        switch outcome {
        case .leave(let away): call.answer(to: away)
        case .show(let prompt): page(prompt, call)
        case .otherAccount(let prompt): call.page(otherAccount(prompt, call), status: .forbidden)
        case .approved(.device, let name): call.page(DeviceOutcomePage(call.frame, .approved, application: name))
        case .denied(.device, let name): call.page(DeviceOutcomePage(call.frame, .denied, application: name))
        case .approved(.backchannel, let name): call.page(BackchannelOutcomePage(call.frame, .approved, application: name))
        case .denied(.backchannel, let name): call.page(BackchannelOutcomePage(call.frame, .denied, application: name))
        }
    }

    private static func otherAccount(_ prompt: OtherAccountPrompt, _ call: TenantCall) -> BackchannelOtherAccountPage {
        BackchannelOtherAccountPage(
            call.frame, application: prompt.clientName, user: prompt.userLabel, signInLink: prompt.loginPath)
    }

    private static func page(_ prompt: ApprovalPrompt, _ call: TenantCall) -> Response {
        let form = PageForm(action: PagePath.approval, prompt.page)
        let asked = AccessRequest(
            api: prompt.api, scopes: prompt.scopes.map { PageScope($0.value, description: $0.description) },
            details: AuthorizationDetail.all(inJSON: prompt.authorizationDetails))
        switch prompt.kind {
        case .device:
            var page = DeviceConfirmPage(
                call.frame, form: form, userCode: prompt.userCode ?? "", application: PageApplication(prompt.page), request: asked)
            page.user = prompt.userLabel
            return call.page(page, for: prompt.problem)
        case .backchannel:
            var page = BackchannelApprovalPage(
                call.frame, form: form, application: PageApplication(prompt.page), user: prompt.userLabel, request: asked)
            page.bindingMessage = prompt.bindingMessage
            return call.page(page, for: prompt.problem)
        }
    }
}
