import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// Discovery (contract 3.1) and keys (contract 3.2).
enum MetadataRoutes {
    /// Short, so that a change of keys or settings is seen soon, and kept on while the server is unreachable.
    static let cacheControl = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"

    @Sendable static func discovery(_ call: TenantCall) async throws -> Response {
        .json(DiscoveryDocument(call.context).document(in: call.info), cacheControl: cacheControl)
    }

    /// RFC 9728: `?resource=` names the API.
    @Sendable static func protectedResource(_ call: TenantCall) async throws -> Response {
        let resource = try call.queryParameters().required("resource")
        guard let document = try await ProtectedResourceDocument(call.context).document(of: resource, in: call.info) else {
            throw RouteFailure.notFound
        }
        return .json(document, cacheControl: cacheControl)
    }

    @Sendable static func keys(_ call: TenantCall) async throws -> Response {
        .json(try await JWKSEndpoint(call.context).document(in: call.info), cacheControl: cacheControl)
    }
}
