import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import WebUI

/// What the hosted pages of Lock and auth0.js call (contract 13.5).
enum HostedLoginRoutes {
    static let routes: [Route] =
        [
            .api(.post, at: "/usernamepassword/login", .database, use: login).limited(by: .embeddedLogin),
            .page(.post, at: PagePath.loginCallback, use: callback),
            .api(.get, at: "/user/geoloc/country", .oauth(.clientEndpoint), use: country),
        ]
        + [
            "/usernamepassword/challenge", "/dbconnections/signup/challenge", "/dbconnections/reset-password/challenge",
            "/passwordless/challenge",
        ].map { .api(.post, at: $0, .oauth(.clientEndpoint), use: challenge) }

    /// A form for the script to put into its page and send.
    @Sendable private static func login(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let result = try await HostedLogin(call.context).respond(to: form, browser: call.browser, in: call.info)
        let nonce = ScriptNonce(randomBytes: call.edge.environment.randomness.bytes(16))
        let hidden = result.fields.map { HiddenField($0.name, $0.value) }
        return call.page(LoginCallbackForm(PageForm(action: PagePath.loginCallback, hidden: hidden), nonce: nonce))
    }

    @Sendable private static func callback(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return try await call.answeringFailures {
            call.answer(to: try await HostedLogin(call.context).redeem(form, browser: call.browser, in: call.info))
        }
    }

    /// We tell people from programs by counting attempts, never by a captcha.
    @Sendable private static func challenge(_ call: TenantCall) async throws -> Response {
        _ = try await call.bodyParameters()
        return .json(["required": false])
    }

    /// Only suggests a telephone prefix. We have no map of addresses.
    @Sendable private static func country(_ call: TenantCall) async throws -> Response { .json([:]) }
}
