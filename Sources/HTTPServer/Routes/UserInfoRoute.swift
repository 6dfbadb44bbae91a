import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthProtocol

/// `GET|POST /userinfo` (contract 10).
enum UserInfoRoute {
    @Sendable static func respond(_ call: TenantCall) async throws -> Response {
        let presented = try await presented(call)
        let answer = try await UserInfoEndpoint(call.context).respond(to: presented, in: call.info) { userID in
            try await call.count(.userinfo, user: userID)
        }
        let isDPoP = presented.scheme.isExactly("DPoP")
        let nonce = isDPoP ? DPoPNonce(call.context).current(at: call.info.now) : nil
        switch answer {
        case .json(let claims): return Response.json(claims).with(dpopNonce: nonce)
        case .jwt(let text):
            return Response.content(ByteBuffer(string: text), type: "application/jwt", status: .ok).with(dpopNonce: nonce)
        }
    }

    /// One token, from one place (RFC 6750 section 2): the header, the body of a POST, or the query. Throws
    /// `invalidRequest` when it comes twice.
    private static func presented(_ call: TenantCall) async throws -> PresentedAccessToken {
        let header = try call.authorization().map { PresentedAccessToken(authorization: $0) ?? PresentedAccessToken(token: "") }
        guard let parameter = try await parameterToken(call) else { return header ?? PresentedAccessToken(token: nil) }
        guard header == nil else { throw OAuthError(.invalidRequest, WireText.repeatedParameter("access_token")) }
        return PresentedAccessToken(token: parameter, isParameter: true)
    }

    private static func parameterToken(_ call: TenantCall) async throws -> String? {
        let query = try call.queryParameters().optional("access_token", maximumBytes: 16_384)
        guard call.request.method == .post else { return query }
        let body = try await call.bodyParameters().optional("access_token", maximumBytes: 16_384)
        guard query == nil || body == nil else {
            throw OAuthError(.invalidRequest, WireText.repeatedParameter("access_token"))
        }
        return query ?? body
    }
}
