import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport

/// A tenant that trusts an identity provider, and what clients show of it.
struct ExchangeCase {
    static let issuer = "https://idp.example.test/"
    static let subjectType = "https://idp.example.test/token"

    var fixture: EngineFixture
    let key: TestKey
    /// Confidential unless told otherwise; may exchange.
    var client: Client

    static func make(
        _ profile: WireProfile = .auth0, public isPublic: Bool = false, _ change: (inout TrustedIssuer) -> Void = { _ in }
    ) async throws -> ExchangeCase {
        var fixture = try await EngineFixture.make()
        let key = try TestKey()
        var issuer = TrustedIssuer(issuer: issuer, connection: fixture.connection.name)
        (issuer.jwks, issuer.subjectTokenType) = (TestKey.jwks(key), subjectType)
        change(&issuer)
        try await fixture.configure { $0.trustedIssuers = [issuer] }
        let client = try await fixture.changed(isPublic ? fixture.native : fixture.web) { client in
            client.wireProfile = profile
            client.grantTypes += [.jwtBearer, .tokenExchange]
        }
        return ExchangeCase(fixture: fixture, key: key, client: client)
    }

    /// What the identity provider says of the user, for one use within a minute.
    func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
        let now = fixture.now.seconds
        var claims: JSONObject = [
            "iss": .string(Self.issuer), "sub": .string(fixture.user.userID), "aud": "https://default.test/",
            "client_id": .string(client.clientID), "iat": .integer(now), "exp": .integer(now + 60),
            "jti": .string(fixture.environment.randomness.alphanumeric(20)),
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    /// An identity assertion authorization grant.
    func identityAssertion(
        _ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []
    ) throws -> String {
        try key.jwt(claims(changes), header: [("typ", "oauth-id-jag+jwt")] + header)
    }

    func assertForm(_ assertion: String, _ changes: [(String, String?)] = []) -> [(String, String)] {
        fixture.form(
            [("grant_type", GrantType.jwtBearer.rawValue), ("assertion", assertion), ("audience", EngineFixture.audience)],
            of: client, changes)
    }

    func exchangeForm(_ subject: String, _ changes: [(String, String?)] = []) -> [(String, String)] {
        fixture.form(
            [
                ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", subject),
                ("subject_token_type", Self.subjectType), ("audience", EngineFixture.audience),
            ], of: client, changes)
    }

    /// The form of either grant, with what it is shown.
    func form(_ grant: GrantType, _ changes: [(String, String?)] = []) throws -> [(String, String)] {
        grant == .jwtBearer
            ? assertForm(try identityAssertion(), changes) : exchangeForm(try key.jwt(claims()), changes)
    }
}
