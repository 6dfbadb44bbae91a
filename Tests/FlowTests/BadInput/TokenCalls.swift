import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport

/// A working call of each grant.
enum TokenCalls {
    static let all: [BadInputTests.Call] = [
        call(
            "authorization_code",
            { [("code", $0.code), ("redirect_uri", EngineFixture.callback), ("code_verifier", Journey.verifier)] }),
        call("refresh_token", { [("refresh_token", $0.refreshToken)] }, others: ["scope", "audience", "redirect_uri"]),
        call("client_credentials", { _ in [] }, others: ["audience", "scope", "resource", "organization"], client: .machine),
        call("password", { _ in password }, others: ["audience", "scope"]),
        call(
            "http://auth0.com/oauth/grant-type/password-realm",
            { prepared in
                password + [("realm", prepared.server.fixture.connection.name)]
            }, others: ["audience", "scope"]),
    ]

    private enum Asker { case web, machine }

    private static let password = [("username", EngineFixture.email), ("password", EngineFixture.password.revealed)]

    private static func call(
        _ grant: String, _ own: @escaping @Sendable (BadInputTests.Prepared) -> [(String, String)], others: [String] = [],
        client: Asker = .web
    ) -> BadInputTests.Call {
        BadInputTests.Call(
            name: grant, path: "/oauth/token", method: .post, answer: .json,
            parameters: { prepared in
                let fixture = prepared.server.fixture
                let id = client == .web ? fixture.web.clientID : fixture.machine.clientID
                return [("grant_type", grant), ("client_id", id), ("client_secret", EngineFixture.secret.revealed)]
                    + own(prepared)
            }, others: others)
    }
}
