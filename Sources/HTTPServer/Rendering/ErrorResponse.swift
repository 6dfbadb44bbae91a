import AuthorizationServer
import HTTPTypes
import Hummingbird
import Logging
import OAuthProtocol
import Storage

/// The one way out for failures: whatever was thrown, in the format of the route that it was thrown on.
struct ErrorResponse {
    let request: Request
    let context: MartletRequestContext
    let edge: HTTPEdge

    func response(to error: any Error) -> Response {
        switch error {
        case let error as OAuthError: response(to: error)
        case let error as DatabaseConnectionError: databaseAnswer(error)
        case let failure as RouteFailure: response(to: failure)
        default: unexpected(error)
        }
    }

    private var format: Route.ErrorFormat { context.match.route?.errors ?? .oauth(.clientEndpoint) }

    private var page: ErrorPageResponse {
        var tenant: Tenant?
        if case .tenant(let context, _) = context.tenant { tenant = context.tenant }
        return ErrorPageResponse(pages: edge.pages, tenant: tenant, requestID: context.requestID)
    }

    /// A person asks.
    private var wantsPage: Bool { request.headers[.accept]?.contains("text/html") == true }

    private static var notFound: Response {
        .json(["error": "not_found", "error_description": .string(WireText.notFound)], status: .notFound)
    }

    private func response(to error: OAuthError) -> Response {
        if let cause = error.cause { context.logger.info("refused", metadata: ["cause": "\(cause)"]) }
        switch format {
        case .oauth(let family): return ProtocolErrorBody(error, family, authorization: request.headers[.authorization]).response
        case .database: return ProtocolErrorBody(error, .clientEndpoint, authorization: nil).response
        case .page: return page.response(to: error)
        }
    }

    private func response(to failure: RouteFailure) -> Response {
        switch failure {
        case .notFound, .unknownHost:
            return wantsPage ? page.notFound : Self.notFound
        case .methodNotAllowed(let allow):
            var response = response(to: OAuthError(.methodNotAllowed, WireText.methodNotAllowed(request.method.rawValue)))
            response.headers[.allow] = allow
            return response
        }
    }

    private func unexpected(_ error: any Error) -> Response {
        context.logger.error("failed", metadata: ["error": "\(error)", "route": "\(context.match.route?.path ?? "")"])
        var refusal = OAuthError(unexpected: error)
        refusal.cause = nil
        return response(to: refusal)
    }

    private func databaseAnswer(_ error: DatabaseConnectionError) -> Response {
        var response = Response.json(Self.databaseBody(error), status: HTTPResponse.Status(code: error.status))
        if let delay = error.retryAfter { response.headers[.retryAfter] = String(delay.seconds) }
        return response
    }

    /// Contract 1.3. The order of the members is that of the recorded answers. An error without a code has the third form:
    /// its members alone.
    private static func databaseBody(_ error: DatabaseConnectionError) -> JSONObject {
        var body: JSONObject = [:]
        if !error.code.isEmpty { body["name"] = .string(error.name) }
        for member in error.members where member.name == "message" { body[member.name] = member.value }
        if !error.code.isEmpty {
            body["code"] = .string(error.code)
            body["description"] = error.description
            body["statusCode"] = .integer(Int64(error.status))
        }
        for member in error.members where member.name != "message" { body[member.name] = member.value }
        return body
    }
}
