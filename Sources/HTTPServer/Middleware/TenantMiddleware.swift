import AuthorizationServer
import HTTPTypes
import Hummingbird
import Logging
import Storage

/// Finds the tenant by the request's host and fixes what the engine is told about the request, the time included.
struct TenantMiddleware: HTTPMiddleware {
    let edge: HTTPEdge

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        // Health checks come to any host, and must not depend on the database.
        guard let arrival = context.arrival, case .tenant = context.match.route?.handler else {
            return try await next(request, context)
        }
        var context = context
        do {
            if let (tenant, issuer) = try await edge.tenants.resolve(arrival) {
                var info = info(request, arrival, issuer, context)
                if !tenant.settings.mutualTLS { info.clientCertificate = nil }
                context.tenant = .tenant(tenant, info)
            }
        } catch {
            context.tenant = .failed(error)
        }
        return try await next(request, context)
    }

    private func info(_ request: Request, _ arrival: Arrival, _ issuer: Issuer, _ context: MartletRequestContext) -> RequestInfo {
        var info = RequestInfo(
            now: edge.configuration.now(), issuer: issuer, address: arrival.address,
            userAgent: Self.shortened(request.headers[.userAgent] ?? ""), logger: context.logger)
        info.requestID = context.requestID
        info.reportedAddress = request.headers[.auth0ForwardedFor]
        info.sdkTelemetry = request.headers[.auth0Client]
        (info.method, info.path) = (request.method.rawValue, request.uri.path)
        info.dpopProofs = request.headers[values: .dpop]
        info.mtlsIssuerURL = edge.configuration.hosts.mutualTLSURL(of: issuer)
        // A proxy's own certificate is never its client's.
        info.clientCertificate =
            arrival.isThroughProxy ? edge.configuration.certificateFields?.presented(request.headers) : context.clientCertificate
        return info
    }

    /// Counting characters costs more than the rest of this middleware, so only what may be too long is counted.
    private static func shortened(_ userAgent: String) -> String {
        userAgent.utf8.count <= 512 ? userAgent : String(userAgent.prefix(512))
    }
}
