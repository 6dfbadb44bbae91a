import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `/oidc/register` (RFC 7591, RFC 7592, contract 21.1).
enum RegistrationRoutes {
    @Sendable static func register(_ call: TenantCall) async throws -> Response {
        let metadata = try await object(of: call)
        let answer = try await RegistrationEndpoint(call.context).register(
            metadata, authorization: try call.authorization(), in: call.info)
        return .json(answer, status: .created, cacheControl: "no-store")
    }

    /// `GET`, `PUT` and `DELETE` of a client's own address.
    @Sendable static func manage(_ call: TenantCall) async throws -> Response {
        let management = RegistrationManagement(call.context)
        let clientID = String(call.request.uri.path.split(separator: "/").last ?? "")
        let authorization = try call.authorization()
        switch call.request.method {
        case .put:
            let answer = try await management.update(
                clientID, try await object(of: call), authorization: authorization, in: call.info)
            return .json(answer, cacheControl: "no-store")
        case .delete:
            try await management.delete(clientID, authorization: authorization, in: call.info)
            return Response(status: .noContent)
        default:
            let answer = try await management.read(clientID, authorization: authorization, in: call.info)
            return .json(answer, cacheControl: "no-store")
        }
    }

    private static func object(of call: TenantCall) async throws -> JSONObject {
        guard let object = try await call.jsonBody() else {
            throw OAuthError(.invalidClientMetadata, WireText.malformedJSON)
        }
        return object
    }
}
