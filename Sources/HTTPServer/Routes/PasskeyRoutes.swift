import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `POST /passkey/register` and `POST /passkey/challenge` (contract 19).
enum PasskeyRoutes {
    static let routes: [Route] = [
        .api(.post, at: "/passkey/register", .oauth(.clientEndpoint), use: register),
        .api(.post, at: "/passkey/challenge", .oauth(.clientEndpoint), use: challenge),
    ]

    @Sendable private static func register(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await PasskeyEndpoints(call.context).register(form, authorization: try call.authorization(), in: call.info))
    }

    @Sendable private static func challenge(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await PasskeyEndpoints(call.context).challenge(form, authorization: try call.authorization(), in: call.info))
    }
}
