import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Values of a request in the pages and answers that it gets (RFC 9700 section 4.16; OWASP on reflected scripting): never as
/// markup, in a script, or as an address that runs code.
@Suite struct ReflectionTests {
    /// Each would run or break out somewhere if it came back as it is.
    static let payloads = [
        "<script>alert(4711)</script>", "\"><svg onload=alert(4711)>", "' onfocus=alert(4711) autofocus x='",
        "javascript:alert(4711)",
        "</script><script>alert(4711)</script>", "{{4711}}{{{4711}}}", "<!--4711-->", "</title><script>alert(4711)</script>",
        "\u{2028}alert(4711)//", "-->'\"><img src=x onerror=alert(4711)>", "data:text/html,<script>alert(4711)</script>",
        "https://evil.example/\"onmouseover=\"alert(4711)",
    ]

    /// Every parameter that some page or API reads.
    private static let names = [
        "client_id", "redirect_uri", "state", "response_type", "response_mode", "scope", "audience", "resource", "nonce",
        "prompt",
        "code_challenge", "code_challenge_method", "max_age", "login_hint", "screen_hint", "connection", "organization",
        "id_token_hint",
        "ui_locales", "claims", "acr_values", "authorization_details", "dpop_jkt", "claims_locales", "display", "request",
        "request_uri",
        "error", "error_description", "user_code", "ticket", "returnTo", "post_logout_redirect_uri", "logout_hint", "federated",
        "sid",
        "username", "email", "password", "name", "_csrf", "decision", "client_name", "token", "grant_type", "code",
        "refresh_token",
        "device_code", "auth_req_id", "binding_message", "login_hint_token", "assertion", "client_assertion",
        "client_assertion_type",
        "subject_token", "subject_token_type", "mfa_token", "otp", "phone_number", "realm", "send", "authParams",
        "verification_code",
    ]

    /// What an answer must not hold whatever was sent.
    private func expectHarmless(_ answer: WireAnswer, _ payload: String, _ place: String) {
        #expect(answer.status < 500, "\(place)")
        let type = answer.header("Content-Type") ?? ""
        if type.hasPrefix("text/html") {
            expectHarmless(html: answer.text, place)
            #expect(answer.header("Content-Security-Policy")?.contains("script-src") == true, "\(place)")
            #expect(answer.header("Content-Security-Policy")?.contains("unsafe-inline") == false, "\(place)")
        } else if !answer.body.isEmpty {
            let isCertificate = ["application/x-pem-file", "application/pkix-cert", "application/pkcs7-mime"].contains {
                type.hasPrefix($0)
            }
            #expect(type.hasPrefix("application/json") || type.hasPrefix("text/plain") || isCertificate, "\(place)")
        }
        #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(place)")
        if let location = answer.location {
            #expect(
                location.hasPrefix(TestServer.issuer) || location.hasPrefix("/") || location.hasPrefix(EngineFixture.callback),
                "\(place)")
            #expect(!location.hasPrefix("//"), "\(place)")
        }
        #expect(!answer.headers.contains { $0.value.contains("<script>") }, "\(place)")
    }

    /// In scripts a quotation mark is escaped by the JSON around it; elsewhere by the page.
    private func expectHarmless(html: String, _ place: String) {
        var markup = ""
        for (index, part) in html.components(between: "<script", and: "</script>").enumerated() {
            guard index % 2 == 1 else {
                markup += part
                continue
            }
            for trace in ["<s", "</", "<!", "<i", "\u{2028}"] { #expect(!part.contains(trace), "\(place)") }
        }
        for trace in ["<svg", "<img src=x", "' onfocus=", "<!--4711", "\"onmouseover=", "</title><s"] {
            #expect(!markup.contains(trace), "\(place)")
        }
        #expect(!html.contains("<script>alert"), "\(place)")
        for attribute in ["href", "src", "action", "formaction", "content"] {
            for quote in ["\"", "'", ""] {
                for scheme in ["javascript:", "data:text"] {
                    #expect(!markup.contains("\(attribute)=\(quote)\(scheme)"), "\(place)")
                }
            }
        }
    }

    /// A path that the route answers.
    private func path(_ route: Route, _ last: String) -> String {
        route.path.hasSuffix("*") ? route.path.dropLast() + last : route.path
    }

    @Test("no route gives a payload back as code, in all its parameters at once", arguments: payloads)
    func everywhere(payload: String) async throws {
        let server = try await TestServer.make()
        try await server.withSettings { ($0.registration.enabled, $0.introspection) = (true, true) }
        let pairs = Self.names.map { ($0, payload) }
        for route in RouteTable.routes where !route.path.hasPrefix("/assets/") && route.path != "/favicon.ico" {
            let path = path(route, PercentEncoding.encodeForm(payload))
            for method in route.methods {
                var requests: [WireRequest] = [WireRequest(method, "\(path)?\(PercentEncoding.encodePairs(pairs))")]
                if method == .post { requests += [.form(path, pairs), .json(path, pairs)] }
                for request in requests {
                    expectHarmless(try await server.send(request), payload, "\(method) \(route.path)")
                }
            }
        }
    }

    @Test(
        "no page gives a payload back as code, in one parameter of a good authorization request after the other",
        arguments: payloads)
    func oneByOne(payload: String) async throws {
        let server = try await TestServer.make()
        let journey = Journey(server, server.fixture.web)
        for name in Self.names.prefix(27) {
            let request = WireRequest.get("/authorize", journey.authorizeParameters([name: payload]))
            expectHarmless(try await server.send(request), payload, name)
            var browser = TestBrowser(server)
            if case .page(let page) = try await browser.open(request.path) { expectHarmless(page.headers, payload, name) }
        }
    }

    @Test(
        "state, nonce and login_hint come back as data in every response mode", arguments: payloads,
        ["query", "fragment", "form_post", "web_message"])
    func responses(payload: String, mode: String) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        _ = try await journey.signIn()
        for prompt in ["none", "none login"] {
            let changes: [String: String?] = [
                "state": payload, "nonce": "n", "login_hint": payload, "response_mode": mode, "prompt": prompt,
            ]
            let answer = try await journey.browser.send(.get("/authorize", journey.authorizeParameters(changes)))
            expectHarmless(answer, payload, mode)
            if mode == "form_post", prompt == "none" {
                #expect(answer.forms.first?.fields.first { $0.name == "state" }?.value == payload)
            }
        }
    }

    @Test("what a client registered or a user typed is text on the pages that show it", arguments: payloads)
    func stored(payload: String) async throws {
        let server = try await TestServer.make()
        let client = try await server.thief {
            ($0.name, $0.logoURI, $0.description) = (payload, payload, payload)
            ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive)
            ($0.appType, $0.tokenEndpointAuthMethod, $0.clientSecret) = (.native, .none, nil)
            ($0.presentation.clientURI, $0.presentation.policyURI, $0.presentation.tosURI) = (payload, payload, payload)
            $0.grantTypes.append(.deviceCode)
        }
        try await server.withSettings {
            ($0.friendlyName, $0.supportURL, $0.supportEmail, $0.pictureURL) = (payload, payload, payload, payload)
        }
        var api = server.fixture.api
        (api.name, api.scopes[0].description) = (payload, payload)
        api.authorizationDetailsTypes = ["payment"]
        #expect(try await server.fixture.stores.resourceServers.update(api))
        var user = server.fixture.user
        (user.profile.name, user.profile.nickname) = (payload, payload)
        #expect(try await server.fixture.stores.users.update(user))
        var journey = Journey(server, client)
        let details = JSONValue.array([.object(["type": "payment", "note": .string(payload)])]).serializedString
        let login = try await journey.authorize([
            "audience": EngineFixture.audience, "scope": "openid profile read:items", "authorization_details": details,
        ]).page()
        expectHarmless(login.headers, payload, "login")
        let consent = try await journey.logIn(on: login).page()
        #expect(consent.path.hasPrefix("/u/consent"))
        expectHarmless(consent.headers, payload, "consent")
        let begun = try await server.ask(
            "/oauth/device/code", as: client, [("scope", "openid read:items"), ("audience", EngineFixture.audience)])
        let entry = try await journey.browser.open("/activate", [("user_code", begun.member("user_code") ?? "")]).page()
        let approval = try await journey.browser.submit(entry).page()
        expectHarmless(approval.headers, payload, "approval")
        let typed = try await journey.browser.submit(
            try await Journey(server, client).opened(), ["username": payload, "password": payload])
        if case .page(let page) = typed { expectHarmless(page.headers, payload, "typed") }
    }
}

extension String {
    /// The text outside and inside of `open` … `close`, in turns, beginning outside.
    fileprivate func components(between open: String, and close: String) -> [String] {
        var (parts, rest, mark) = ([String](), self[...], open)
        while let found = rest.firstRange(of: mark) {
            parts.append(String(rest[..<found.lowerBound]))
            (rest, mark) = (rest[found.upperBound...], mark == open ? close : open)
        }
        return parts + [String(rest)]
    }
}

extension Journey {
    /// The login page in a browser of its own.
    fileprivate func opened() async throws -> TestPage {
        var fresh = self
        return try await fresh.authorize(["prompt": "login"]).page()
    }
}
