package import HTTPTypes
package import HTTPServer
package import OAuthProtocol

/// A request as a client would send it.
package struct WireRequest: Sendable {
    package var method: HTTPRequest.Method
    /// With its query.
    package var path: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var host: String
    package var listener: ListenerScheme = .https
    /// The address of the connection's other end.
    package var peer: String? = "203.0.113.7"

    package init(
        _ method: HTTPRequest.Method, _ path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        host: String = TestServer.host
    ) {
        (self.method, self.path, self.headers) = (method, path, headers)
        (self.body, self.host) = (body, host)
    }

    package static func get(_ path: String, _ query: [(String, String)] = []) -> WireRequest {
        WireRequest(.get, query.isEmpty ? path : "\(path)?\(PercentEncoding.encodePairs(query))")
    }

    /// `application/x-www-form-urlencoded`.
    package static func form(_ path: String, _ pairs: [(String, String)]) -> WireRequest {
        WireRequest(
            .post, path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(PercentEncoding.encodePairs(pairs).utf8))
    }

    /// `application/json`, every value a string.
    package static func json(_ path: String, _ pairs: [(String, String)]) -> WireRequest {
        var object = JSONObject()
        for (name, value) in pairs { object.append(name, .string(value)) }
        return json(path, object)
    }

    package static func json(_ path: String, _ object: JSONObject) -> WireRequest {
        WireRequest(.post, path, headers: [("Content-Type", "application/json")], body: object.serialized)
    }

    package func with(_ name: String, _ value: String) -> WireRequest {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// From a page of another origin.
    package func from(origin: String) -> WireRequest { with("Origin", origin) }

    /// What a browser sends before a cross-origin request that is not simple (Fetch standard section 3.2.2).
    package static func preflight(_ path: String, from origin: String, method: String = "POST") -> WireRequest {
        WireRequest(
            .options, path,
            headers: [
                ("Origin", origin), ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", "auth0-client,content-type"),
            ])
    }
}

/// An answer as it would go over the wire.
package struct WireAnswer: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }
    /// `nil` when the body is no JSON object.
    package var json: JSONObject? { (try? JSONValue.parse(body))?.object }

    /// A header; several of one name are joined.
    package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    /// A text member of the JSON body.
    package func member(_ name: String) -> String? { json?[name]?.string }
    package var error: String? { member("error") }
    package var errorDescription: String? { member("error_description") }

    /// The parameters that a redirect carries, in its query or in its fragment.
    package var redirectParameters: [String: String] { location.map(TestURL.parameters) ?? [:] }
    package var location: String? { header("Location") }
}

/// Reads URLs that the server made.
package enum TestURL {
    /// Query and fragment parameters together.
    package static func parameters(of url: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in url.split(whereSeparator: { $0 == "?" || $0 == "#" }).dropFirst() {
            guard let form = try? FormParameters(query: String(part)) else { continue }
            for case (let name, .text(let value)) in form.entries { found[name] = value }
        }
        return found
    }
}
