import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthProtocol

/// `/mfa/*` (contract 17).
enum MultifactorRoutes {
    static let routes: [Route] = [
        .api(.get, at: "/mfa/authenticators", .oauth(.clientEndpoint), use: list),
        .api(.delete, at: "/mfa/authenticators/*", .oauth(.clientEndpoint), use: delete),
        .api(.post, at: "/mfa/challenge", .oauth(.clientEndpoint), use: challenge),
        .api(.post, at: "/mfa/associate", .oauth(.clientEndpoint), use: associate),
    ]

    /// An array, unlike every other answer.
    @Sendable private static func list(_ call: TenantCall) async throws -> Response {
        let entries = try await AuthenticatorsEndpoint(call.context).list(try presented(call), in: call.info)
        let body = JSONValue.array(entries.map { .object($0) })
        return .content(ByteBuffer(bytes: body.serialized), type: "application/json")
    }

    /// The last part of the path is the id, percent-encoded because ids contain `|`.
    @Sendable private static func delete(_ call: TenantCall) async throws -> Response {
        let path = call.request.uri.path
        let last = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? [][...]
        // A plus sign stands for itself in a path.
        let escaped = last.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] }
        guard let id = PercentEncoding.decodeForm(escaped),
            try await AuthenticatorsEndpoint(call.context).delete(id, try presented(call), in: call.info)
        else { throw RouteFailure.notFound }
        return Response(status: .noContent)
    }

    @Sendable private static func challenge(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await MFAChallengeEndpoint(call.context).respond(
                to: form, authorization: try call.authorization(), in: call.info))
    }

    @Sendable private static func associate(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await MFAAssociateEndpoint(call.context).respond(to: form, try presented(call), in: call.info))
    }

    private static func presented(_ call: TenantCall) throws -> PresentedAccessToken? {
        try call.authorization().flatMap { PresentedAccessToken(authorization: $0) }
    }
}
