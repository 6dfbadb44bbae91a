import AuthorizationServer
import Hummingbird
import OAuthProtocol
import WebUI

/// `/v2/logout` (contract 12.1) and `/oidc/logout` (contract 12.2).
enum LogoutRoutes {
    @Sendable static func logout(_ call: TenantCall) async throws -> Response {
        let form = try call.queryParameters()
        return answer(try await LogoutEndpoint(call.context).respond(to: form, browser: call.browser, in: call.info(telling: form)), call)
    }

    @Sendable static func oidcLogout(_ call: TenantCall) async throws -> Response {
        let form = try await call.parameters()
        if try form.optional(PageFieldName.decision) == PageFieldName.decline {
            return call.page(MessagePage(call.frame, title: "You are still logged in", text: "You can close this window."))
        }
        let endpoint = RPInitiatedLogoutEndpoint(call.context)
        return answer(try await endpoint.respond(to: form, browser: call.browser, in: call.info), call)
    }

    /// The page behind `check_session_iframe` (OIDC Session Management 3.3).
    @Sendable static func checkSession(_ call: TenantCall) async throws -> Response {
        let nonce = ScriptNonce(randomBytes: call.edge.environment.randomness.bytes(16))
        return call.page(SessionIFramePage(cookieName: BrowserCookies(call.info.issuer).browserStateName, nonce: nonce))
    }

    private static func frontchannel(
        _ frames: [String], _ destination: LogoutDestination, _ call: TenantCall
    ) -> FrontchannelLogoutPage {
        let nonce = ScriptNonce(randomBytes: call.edge.environment.randomness.bytes(16))
        var page = FrontchannelLogoutPage(call.frame, frames: frames, target: nil, nonce: nonce)
        switch destination {
        case .nowhere: break
        case .address(let address): page.target = address
        case .offered(let address): page.link = link(to: address)
        }
        return page
    }

    /// Says whose page it is: that is all that the user has to go by.
    private static func link(to address: String) -> PageLink {
        PageLink("Continue to \(RedirectURI(address)?.host ?? address)", url: address)
    }

    private static func answer(_ outcome: LogoutOutcome, _ call: TenantCall) -> Response {
        switch outcome {
        case .redirect(let location, let changes): return call.sendOn(to: location).setting(changes, for: call.info.issuer)
        case .loggedOut(let offered, let changes):
            return call.page(LoggedOutPage(call.frame, link: offered.map(link(to:)))).setting(changes, for: call.info.issuer)
        case .frames(let frames, let destination, let changes):
            return call.page(frontchannel(frames, destination, call)).setting(changes, for: call.info.issuer)
        case .refused(let error, let clientID, let changes):
            let known = clientID.map { [("client_id", $0)] } ?? []
            return ErrorPageResponse(call).response(to: error, known: known).setting(changes, for: call.info.issuer)
        case .confirm(let prompt):
            let hidden = prompt.fields.map { HiddenField($0.name, $0.value) } + [HiddenField("_csrf", prompt.csrf)]
            return call.page(
                LogoutPage(
                    call.frame, application: prompt.clientName, user: prompt.userLabel,
                    form: PageForm(action: "/oidc/logout", hidden: hidden)))
        }
    }
}
