import HTTPTypes

/// What the table says about a method and a path.
package enum RouteMatch: Sendable {
    case route(Route)
    /// An `OPTIONS` request for a known path. `allow` lists its methods.
    case options(Route, allow: String)
    case methodNotAllowed(Route, allow: String)
    case notFound

    /// The route of the path, whatever the method.
    package var route: Route? {
        switch self {
        case .route(let route), .options(let route, _), .methodNotAllowed(let route, _): route
        case .notFound: nil
        }
    }
}

/// Finds a route by path and method. Paths are compared byte by byte as they were sent: a trailing slash, a doubled
/// slash or a percent-encoded letter makes another path.
struct RouteIndex: Sendable {
    private struct Entry {
        var routes: [Route] = []
        var allow: String {
            var methods = routes.flatMap(\.methods).map(\.rawValue)
            if methods.contains("GET") { methods.append("HEAD") }
            return (methods + ["OPTIONS"]).joined(separator: ", ")
        }
    }

    private var exact: [String: Entry] = [:]
    private var prefixes: [(prefix: String, entry: Entry)] = []

    init(_ routes: [Route]) {
        for route in routes {
            if route.path.hasSuffix("/*") {
                prefixes.append((String(route.path.dropLast()), Entry(routes: [route])))
            } else {
                exact[route.path, default: Entry()].routes.append(route)
            }
        }
    }

    func match(_ method: HTTPRequest.Method, path: String) -> RouteMatch {
        guard let entry = exact[path] ?? prefixes.first(where: { path.hasPrefix($0.prefix) })?.entry,
            let first = entry.routes.first
        else {
            return .notFound
        }
        let wanted: HTTPRequest.Method = method == .head ? .get : method
        if let route = entry.routes.first(where: { $0.methods.contains(wanted) }) {
            return .route(route)
        }
        return method == .options ? .options(first, allow: entry.allow) : .methodNotAllowed(first, allow: entry.allow)
    }
}
