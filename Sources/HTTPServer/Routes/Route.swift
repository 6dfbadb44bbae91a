package import HTTPTypes
package import Hummingbird
package import OAuthProtocol

/// One line of the table of routes.
package struct Route: Sendable {
    /// Who may read the answer from another origin (contract 1.6).
    package enum CrossOrigin: Sendable, Equatable {
        case nobody
        /// Origins of the client that asks.
        case clientOrigins
        /// The same, for requests that carry our cookies.
        case clientOriginsWithCredentials
        case everybody
    }

    /// How a failure is written.
    package enum ErrorFormat: Sendable, Equatable {
        /// Contract 1.2, shape A, with the statuses of one family of endpoints.
        case oauth(ErrorFamily)
        /// Contract 1.3, shape B; protocol errors in shape A.
        case database
        /// A page for a person.
        case page
    }

    /// Names of the buckets of contract 1.5.
    package enum RateBucket: String, Sendable, CaseIterable {
        case authenticationAPI = "authentication_api"
        case token, userinfo, passwordReset = "change_password", passwordless, registration, jwks
        case embeddedLogin = "co_authenticate"
        /// What browsers show: each may store a login that waits for its user.
        case pages
        /// Requests whose token proves no user.
        case unprovenToken = "unproven_token"
    }

    package enum Handler: Sendable {
        /// Needs a tenant: an unknown host is 404.
        case tenant(@Sendable (TenantCall) async throws -> Response)
        /// Answers on every host and without a tenant: health, assets.
        case anyHost(@Sendable (Request, HTTPEdge) async throws -> Response)
    }

    package var methods: [HTTPRequest.Method]
    /// Exact, or with a last segment `*` that stands for anything.
    package var path: String
    package var errors: ErrorFormat
    package var crossOrigin: CrossOrigin
    package var rateBucket: RateBucket?
    package var handler: Handler

    /// A route of the Authentication API.
    package static func api(
        _ methods: HTTPRequest.Method..., at path: String, _ errors: ErrorFormat,
        use handler: @escaping @Sendable (TenantCall) async throws -> Response
    ) -> Route {
        Route(
            methods: methods, path: path, errors: errors, crossOrigin: .clientOrigins, rateBucket: .authenticationAPI,
            handler: .tenant(handler))
    }

    /// What a tenant publishes: for every origin.
    package static func metadata(
        at path: String, use handler: @escaping @Sendable (TenantCall) async throws -> Response
    ) -> Route {
        Route(methods: [.get], path: path, errors: .oauth(.clientEndpoint), crossOrigin: .everybody, handler: .tenant(handler))
    }

    /// A page, or something that sends the browser on. Never readable from another origin.
    package static func page(
        _ methods: HTTPRequest.Method..., at path: String, use handler: @escaping @Sendable (TenantCall) async throws -> Response
    ) -> Route {
        Route(
            methods: methods, path: path, errors: .page, crossOrigin: .nobody, rateBucket: .pages, handler: .tenant(handler))
    }

    /// Something that has no tenant.
    package static func plain(
        at path: String, use handler: @escaping @Sendable (Request, HTTPEdge) async throws -> Response
    ) -> Route {
        Route(methods: [.get], path: path, errors: .oauth(.clientEndpoint), crossOrigin: .nobody, handler: .anyHost(handler))
    }

    /// The same route, whose answers no page of another origin may read.
    package func hiddenFromBrowsers() -> Route {
        var copy = self
        copy.crossOrigin = .nobody
        return copy
    }

    /// The same route, counted in a bucket.
    package func limited(by bucket: RateBucket) -> Route {
        var copy = self
        copy.rateBucket = bucket
        return copy
    }

    /// The same route, for pages of the client that send our cookies along.
    package func withCredentials() -> Route {
        var copy = self
        copy.crossOrigin = .clientOriginsWithCredentials
        return copy
    }
}
