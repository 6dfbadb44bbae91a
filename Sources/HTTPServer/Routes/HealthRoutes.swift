import HTTPTypes
import Hummingbird
import Storage

/// What supervisors and crawlers ask.
enum HealthRoutes {
    /// The process answers.
    @Sendable static func alive(_ request: Request, _ edge: HTTPEdge) async throws -> Response { .text("ok\n") }

    /// The database answers as well; 503 when it does not.
    @Sendable static func ready(_ request: Request, _ edge: HTTPEdge) async throws -> Response {
        do {
            try await edge.engine.ping()
            return .text("ready\n")
        } catch {
            return .text("the database does not answer\n", status: .serviceUnavailable)
        }
    }

    /// Nothing here is for search engines.
    @Sendable static func robots(_ request: Request, _ edge: HTTPEdge) async throws -> Response {
        .text("User-agent: *\nDisallow: /\n")
    }
}
