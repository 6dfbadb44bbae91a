import AuthorizationServer
import Logging
import OAuthProtocol
import Storage

/// What a developer needs to begin: shown on the terminal, and written to `dev.json` for scripts.
struct FirstScreen {
    let tenant: DevTenant
    let issuer: Issuer
    let secureIssuer: Issuer
    let certificatePath: String
    let inbox: String
    let accessToken: String

    /// Obtains an access token as the machine-to-machine client would.
    static func accessToken(for tenant: DevTenant, issuer: Issuer, now: Timestamp) async throws -> String {
        let form = FormParameters([
            ("grant_type", "client_credentials"), ("client_id", tenant.machine.clientID),
            ("client_secret", tenant.machine.clientSecret?.revealed ?? ""), ("audience", tenant.api.identifier),
        ])
        let request = RequestInfo(now: now, issuer: issuer, userAgent: "martlet dev", logger: Logger(label: "martlet"))
        return try await TokenEndpoint(tenant.context).respond(to: form, authorization: nil, in: request).accessToken
    }

    /// Exactly the members that scripts rely on.
    var json: JSONObject {
        [
            "issuer": .string(issuer.description), "issuer_https": .string(secureIssuer.description),
            "ca_certificate": .string(certificatePath), "clients": .object(clients),
            "api": .object(["identifier": .string(tenant.api.identifier), "scopes": .strings(tenant.api.scopes.map(\.value))]),
            "user": .object(["email": .string(DevTenant.email), "password": .string(DevTenant.password.revealed)]),
            "access_token": .string(accessToken), "inbox": .string(inbox),
        ]
    }

    var text: String {
        let callback = tenant.web.callbacks.first ?? ""
        return """

            Martlet is running.

              issuer          \(issuer)
              issuer, https   \(secureIssuer)
              CA certificate  \(certificatePath)
              inbox           \(inbox)

            \(Self.line("SPA", tenant.spa))
            \(Self.line("native", tenant.native))
            \(Self.line("web", tenant.web))
            \(Self.line("machine", tenant.machine))

              API             \(tenant.api.identifier)  (\(tenant.api.definedScopes); offline_access allowed)
              user            \(DevTenant.email)  password \(DevTenant.password.revealed)

              access token    \(accessToken)

            A refresh token, by hand. Open this in a browser, sign in, and take `code` from the address bar:

              \(authorizeURL(callback))

              curl \(issuer)oauth/token -H 'content-type: application/json' -d '{
                "grant_type": "authorization_code", "client_id": "\(tenant.web.clientID)",
                "client_secret": "\(tenant.web.clientSecret?.revealed ?? "")",
                "code": "CODE", "redirect_uri": "\(callback)"}'

              curl \(issuer)oauth/token -H 'content-type: application/json' -d '{
                "grant_type": "refresh_token", "client_id": "\(tenant.web.clientID)",
                "client_secret": "\(tenant.web.clientSecret?.revealed ?? "")",
                "refresh_token": "REFRESH_TOKEN"}'

            Any callback, logout URL and web origin on localhost is accepted. Stop with Ctrl-C; the data stays.

            """
    }

    private func authorizeURL(_ callback: String) -> String {
        let query = PercentEncoding.encodePairs([
            ("audience", tenant.api.identifier), ("scope", "offline_access"), ("response_type", "code"),
            ("client_id", tenant.web.clientID), ("redirect_uri", callback), ("state", "xyz"),
        ])
        return issuer.url("authorize?\(query)")
    }

    private var clients: JSONObject {
        [
            "spa": .object(Self.member(tenant.spa)), "native": .object(Self.member(tenant.native)),
            "regular_web": .object(Self.member(tenant.web)), "machine_to_machine": .object(Self.member(tenant.machine)),
        ]
    }

    private static func member(_ client: Client) -> JSONObject {
        var object: JSONObject = ["client_id": .string(client.clientID)]
        object["client_secret"] = client.clientSecret.map { .string($0.revealed) }
        object["app_type"] = .string(client.appType?.rawValue ?? "")
        return object
    }

    private static func line(_ label: String, _ client: Client) -> String {
        let padding = String(repeating: " ", count: max(1, 16 - label.count))
        let secret = client.clientSecret.map { "\n                    secret \($0.revealed)" } ?? ""
        return "  \(label)\(padding)client_id \(client.clientID)\(secret)"
    }
}
