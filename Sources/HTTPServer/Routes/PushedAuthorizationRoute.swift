import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `POST /oauth/par` (contract 15.1): 201, which SDKs insist on.
enum PushedAuthorizationRoute {
    /// Contract 15.1.
    private static let maximumBytes = 10_240

    @Sendable static func respond(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters(maximumBytes: maximumBytes)
        let answer = try await PushedAuthorizationEndpoint(call.context).respond(
            to: form, authorization: try call.authorization(), in: call.info)
        var response = Response.json(answer.json, status: .created)
        response.headers[.cacheControl] = "no-store"
        if let nonce = answer.dpopNonce { response.headers[.dpopNonce] = nonce }
        return response
    }
}
