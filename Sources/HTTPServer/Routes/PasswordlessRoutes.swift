import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `POST /passwordless/start`, `POST /passwordless/verify`, `GET /passwordless/verify_redirect` and `POST /otp/challenge` (contract 20).
enum PasswordlessRoutes {
    static let routes: [Route] = [
        .api(.post, at: "/passwordless/start", .oauth(.clientEndpoint), use: start).limited(by: .passwordless),
        .api(.post, at: "/passwordless/verify", .oauth(.clientEndpoint), use: verify).limited(by: .passwordless),
        .api(.post, at: "/otp/challenge", .oauth(.clientEndpoint), use: challenge).limited(by: .passwordless),
        .page(.get, at: "/passwordless/verify_redirect", use: openLink),
    ]

    @Sendable private static func start(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await PasswordlessStart(call.context).respond(
                to: form, authorization: try call.authorization(), in: call.info))
    }

    /// 200 says that the code is right; there is nothing else to say.
    @Sendable private static func verify(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        try await PasswordlessVerify(call.context).respond(to: form, in: call.info)
        return .json([:])
    }

    @Sendable private static func challenge(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await OTPChallenge(call.context).respond(to: form, authorization: try call.authorization(), in: call.info))
    }

    /// A `HEAD` is a program that looks at links in mails: it must not use them up.
    @Sendable private static func openLink(_ call: TenantCall) async throws -> Response {
        guard !call.isHead else { return Response(status: .ok) }
        let query = try call.queryParameters()
        return try await call.answeringFailures {
            call.answer(to: try await PasswordlessLink(call.context).open(query, browser: call.browser, in: call.info))
        }
    }
}
