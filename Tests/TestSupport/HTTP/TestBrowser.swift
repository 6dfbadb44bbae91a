import HTTPTypes
import OAuthProtocol

/// A browser without JavaScript: keeps cookies, follows redirects within the server, submits forms.
package struct TestBrowser: Sendable {
    /// Where a navigation ended.
    package enum Landing: Sendable {
        case page(TestPage)
        /// A redirect to somewhere else: the application's callback.
        case left(String)
    }

    package enum Failure: Error, Sendable {
        case redirectsWithoutEnd
        case noForm(String)
        case notAPage(String)
        case notLeft(String)
    }

    private let server: TestServer
    package private(set) var cookies: [(name: String, value: String)] = []
    /// Every `Set-Cookie` of the last navigation, in full.
    package private(set) var lastSetCookies: [String] = []
    /// Sent with every request.
    package var headers: [(name: String, value: String)] = [("Accept", "text/html"), ("User-Agent", "TestBrowser/1.0")]

    package init(_ server: TestServer) { self.server = server }

    /// Opens an address: a path of the server, or a full address of it.
    package mutating func open(_ address: String) async throws -> Landing {
        try await follow(WireRequest(.get, path(address) ?? address))
    }

    package mutating func open(_ path: String, _ query: [(String, String)]) async throws -> Landing {
        try await open("\(path)?\(PercentEncoding.encodePairs(query))")
    }

    /// Submits the page's first form with what the user typed, pressing the button of that name and value.
    package mutating func submit(
        _ page: TestPage, _ typed: [String: String] = [:], pressing button: (name: String, value: String)? = nil
    ) async throws -> Landing {
        guard let form = page.forms.first else { throw Failure.noForm(page.html) }
        return try await submit(form, typed, pressing: button)
    }

    package mutating func submit(
        _ form: TestPage.Form, _ typed: [String: String] = [:], pressing button: (name: String, value: String)? = nil
    ) async throws -> Landing {
        var pairs = form.fields.filter { typed[$0.name] == nil }.map { ($0.name, $0.value) }
        pairs += typed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if let button { pairs.append((button.name, button.value)) }
        let action = path(form.action) ?? form.action
        let request: WireRequest = form.method == "post" ? .form(action, pairs) : .get(action, pairs)
        return try await follow(request)
    }

    /// One request with this browser's cookies; redirects are not followed.
    package mutating func send(_ request: WireRequest) async throws -> WireAnswer {
        var request = request
        request.headers += headers
        if !cookies.isEmpty {
            request.headers.append(("Cookie", cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")))
        }
        let answer = try await server.send(request)
        keepCookies(of: answer)
        return answer
    }

    private mutating func follow(_ first: WireRequest) async throws -> Landing {
        lastSetCookies = []
        var request = first
        for _ in 0..<12 {
            let answer = try await send(request)
            guard (300..<400).contains(answer.status), let location = answer.location else {
                return .page(TestPage(status: answer.status, path: request.path, html: answer.text, headers: answer))
            }
            guard let next = path(location) else { return .left(location) }
            request = WireRequest(.get, next)
        }
        throw Failure.redirectsWithoutEnd
    }

    private mutating func keepCookies(of answer: WireAnswer) {
        for field in answer.headers[values: .setCookie] {
            lastSetCookies.append(field)
            let parts = field.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            let name = String(pair[..<equals])
            cookies.removeAll { $0.name == name }
            guard !parts.contains("Max-Age=0") else { continue }
            cookies.append((name, String(pair[pair.index(after: equals)...])))
        }
    }

    /// The path of an address on the server; `nil` when it leads elsewhere.
    private func path(_ address: String) -> String? {
        if address.hasPrefix(TestServer.issuer) { return "/" + address.dropFirst(TestServer.issuer.count) }
        return address.hasPrefix("/") ? address : nil
    }
}

extension TestBrowser.Landing {
    /// The page. Throws when the browser was sent elsewhere.
    package func page() throws -> TestPage {
        switch self {
        case .page(let page): return page
        case .left(let url): throw TestBrowser.Failure.notAPage(url)
        }
    }

    /// The parameters at the callback. Throws when the browser stayed.
    package func callback() throws -> [String: String] { TestURL.parameters(of: try leftTo()) }

    /// The address that the browser was sent to. Throws when it stayed.
    package func leftTo() throws -> String {
        switch self {
        case .left(let url): return url
        case .page(let page): throw TestBrowser.Failure.notLeft("\(page.status) \(page.path) \(page.html)")
        }
    }
}
