package import OAuthProtocol
package import Storage

/// An application and its user's browser, going through flows as they are meant to be used.
package struct Journey: Sendable {
    package let server: TestServer
    package let client: Client
    package var browser: TestBrowser
    /// 43 unreserved characters (RFC 7636 section 4.1).
    package static let verifier = "dBjftJeZ4CVP-mBFcKvp5L1Wz2VdOKfAbQ1kX8rKx0E"

    package init(_ server: TestServer, _ client: Client, browser: TestBrowser? = nil) {
        (self.server, self.client) = (server, client)
        self.browser = browser ?? TestBrowser(server)
    }

    package var fixture: EngineFixture { server.fixture }

    /// What the application sends the browser to `/authorize` with: code flow, PKCE with S256, the fixture's callback.
    /// `changes` replace these parameters; a `nil` removes one.
    package func authorizeParameters(_ changes: [String: String?] = [:]) -> [(String, String)] {
        var parameters = [
            ("client_id", client.clientID), ("response_type", "code"), ("redirect_uri", client.callbacks.first ?? ""),
            ("scope", "openid"), ("state", "state-1"), ("code_challenge", CodeChallenge.s256(of: Self.verifier)),
            ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            parameters.removeAll { $0.0 == name }
            if let value { parameters.append((name, value)) }
        }
        return parameters
    }

    /// Sends the browser to `/authorize` and follows to where it ends.
    package mutating func authorize(_ changes: [String: String?] = [:]) async throws -> TestBrowser.Landing {
        try await browser.open("/authorize", authorizeParameters(changes))
    }

    /// Types address and password into the login page.
    package mutating func logIn(
        on page: TestPage, email: String = EngineFixture.email, password: String = EngineFixture.password.revealed
    ) async throws -> TestBrowser.Landing {
        try await browser.submit(page, ["username": email, "password": password])
    }

    /// Authorizes, signs in on the page, and returns the parameters at the callback.
    package mutating func signIn(_ changes: [String: String?] = [:]) async throws -> [String: String] {
        try await logIn(on: try await authorize(changes).page()).callback()
    }

    /// The parameters of a code exchange.
    package func exchangeParameters(code: String, _ changes: [String: String?] = [:]) -> [(String, String)] {
        var parameters = [
            ("grant_type", "authorization_code"), ("client_id", client.clientID), ("code", code),
            ("redirect_uri", client.callbacks.first ?? ""), ("code_verifier", Self.verifier),
        ]
        if !client.isPublic { parameters.append(("client_secret", client.clientSecret?.revealed ?? "")) }
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            parameters.removeAll { $0.0 == name }
            if let value { parameters.append((name, value)) }
        }
        return parameters
    }

    /// Exchanges a code by a JSON body.
    package func exchange(code: String?, _ changes: [String: String?] = [:]) async throws -> WireAnswer {
        try await server.send(.json("/oauth/token", exchangeParameters(code: code ?? "", changes)))
    }

    /// Signs in and exchanges the code.
    package mutating func tokens(_ changes: [String: String?] = [:]) async throws -> WireAnswer {
        let callback = try await signIn(changes)
        let differences: [String: String?] = changes["code_challenge"] == nil ? [:] : ["code_verifier": nil]
        return try await exchange(code: callback["code"], differences)
    }

    /// Uses a refresh token, by a form.
    package func refresh(_ token: String?, _ more: [(String, String)] = []) async throws -> WireAnswer {
        var parameters = [("grant_type", "refresh_token"), ("client_id", client.clientID), ("refresh_token", token ?? "")] + more
        if !client.isPublic { parameters.append(("client_secret", client.clientSecret?.revealed ?? "")) }
        return try await server.send(.form("/oauth/token", parameters))
    }

    /// The claims of a JWT, its signature not checked.
    package static func claims(of token: String?) -> JSONObject? {
        let parts = (token ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(String(parts[1])) else { return nil }
        return (try? JSONValue.parse(bytes))?.object
    }
}
