import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport

/// The calls of Lock and auth0.js, with the page or browser that they come from.
enum EmbeddedLoginCalls {
    static let all: [BadInputTests.Call] = [
        call(
            "/co/authenticate",
            { prepared in
                [
                    ("client_id", prepared.journey.client.clientID), ("username", EngineFixture.email),
                    ("password", EngineFixture.password.revealed), ("realm", prepared.server.fixture.connection.name),
                    ("credential_type", GrantType.passwordRealm.rawValue),
                ]
            }, others: ["otp", "scope", "captcha", "auth0Client"], headers: { _ in [("Origin", "https://app.example.test")] }),
        call(
            "/usernamepassword/login",
            { prepared in
                [
                    ("client_id", prepared.journey.client.clientID), ("username", EngineFixture.email),
                    ("password", EngineFixture.password.revealed), ("connection", prepared.server.fixture.connection.name),
                    ("state", prepared.loginState),
                ]
            }, others: ["redirect_uri", "response_type", "scope", "tenant", "nonce", "_csrf", "_intstate"],
            headers: { prepared in
                [("Cookie", prepared.journey.browser.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))]
            }),
        call(
            "/passwordless/verify",
            { _ in [("connection", "email"), ("email", "new@example.test"), ("verification_code", "123456")] },
            others: ["client_id", "phone_number", "auth0Client"]),
    ]

    /// What a browser asks by its address, and what it posts to a page.
    static let queries: [BadInputTests.Call] = [
        BadInputTests.Call(
            name: "user/ssodata", path: "/user/ssodata", method: .get, answer: .json,
            parameters: { [("client_id", $0.journey.client.clientID)] }, others: ["ldaps"]),
        BadInputTests.Call(
            name: "passwordless/verify_redirect", path: "/passwordless/verify_redirect", method: .get, answer: .page,
            parameters: { prepared in
                [
                    ("client_id", prepared.journey.client.clientID), ("connection", "email"), ("email", "new@example.test"),
                    ("verification_code", "123456"),
                ]
            }, others: ["phone_number", "response_type", "redirect_uri", "state", "scope", "nonce"]),
        BadInputTests.Call(
            name: "login/callback", path: "/login/callback", method: .post, answer: .page,
            parameters: { [("wresult", "x"), ("wctx", "{\"state\":\"\($0.loginState)\"}")] }, others: ["wa", "SAMLResponse"]),
    ]

    private static func call(
        _ path: String, _ parameters: @escaping @Sendable (BadInputTests.Prepared) -> [(String, String)], others: [String],
        headers: @escaping @Sendable (BadInputTests.Prepared) -> [(String, String)] = { _ in [] }
    ) -> BadInputTests.Call {
        BadInputTests.Call(
            name: String(path.dropFirst()), path: path, method: .post, answer: .json, parameters: parameters, others: others,
            headers: headers)
    }
}
