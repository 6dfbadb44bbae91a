import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `GET|POST /userinfo` (contract 10).
enum UserInfoRoute {
    @Sendable static func respond(_ call: TenantCall) async throws -> Response {
        let token = try await bearer(call)
        return .json(try await UserInfoEndpoint(call.context).respond(bearer: token, in: call.info))
    }

    /// One token, from one place (RFC 6750 section 2): the header, the body of a POST, or the query. Throws
    /// `invalidRequest` when it comes twice.
    private static func bearer(_ call: TenantCall) async throws -> String? {
        let header = try headerToken(call)
        let parameter = try await parameterToken(call)
        guard header == nil || parameter == nil else {
            throw OAuthError(.invalidRequest, WireText.repeatedParameter("access_token"))
        }
        return header ?? parameter
    }

    private static func headerToken(_ call: TenantCall) throws(OAuthError) -> String? {
        guard let header = try call.authorization() else { return nil }
        guard header.lowercased().hasPrefix("bearer ") else { return "" }
        return String(header.dropFirst("bearer ".utf8.count).drop { $0 == " " })
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
