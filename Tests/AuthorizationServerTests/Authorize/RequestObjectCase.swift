import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client with a key, and the request objects that it signs (RFC 9101).
struct RequestObjectCase {
    var fixture: EngineFixture
    var client: Client
    let key: TestKey

    static func make(
        _ profile: WireProfile = .standard, _ chosen: SignatureAlgorithm? = nil, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> RequestObjectCase {
        let fixture = try await EngineFixture.make()
        let key = try ClientAssertionCase.key(chosen ?? (profile == .auth0 ? .rs256 : .es256))
        let client = try await fixture.changed(fixture.web) { client in
            (client.wireProfile, client.proof.jwks) = (profile, TestKey.jwks(key))
            change(&client)
        }
        return RequestObjectCase(fixture: fixture, client: client, key: key)
    }

    /// The seed flow as claims, good for five minutes. A change replaces a claim, or removes it when `nil`.
    func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
        let now = fixture.now.seconds
        var claims: JSONObject = [
            "iss": .string(client.clientID), "aud": "https://default.test/", "iat": .integer(now), "nbf": .integer(now),
            "exp": .integer(now + 300), "response_mode": "query",
        ]
        for (name, value) in EngineBrowser.parameters(client) { claims[name] = .string(value) }
        if client.wireProfile == .fapi1Advanced {
            claims["response_mode"] = "jwt"
        }
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    func object(_ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []) throws -> String {
        try key.jwt(claims(changes), header: header)
    }

    /// `alg: none`, no signature.
    func unsigned(_ changes: [(String, JSONValue?)] = []) -> String {
        let header: JSONObject = ["alg": "none"]
        return Base64URL.encode(header.serialized) + "." + Base64URL.encode(claims(changes).serialized) + "."
    }

    func form(_ object: String, _ more: [(String, String)] = []) -> FormParameters {
        FormParameters([("client_id", client.clientID), ("request", object)] + more)
    }

    /// Where a request with the object ends: `nil` when the login page comes, otherwise the refusal, which goes to our page
    /// because the query names no callback.
    func refusal(_ object: String, _ more: [(String, String)] = []) async throws -> OAuthError? {
        try await refusal(of: form(object, more))
    }

    func refusal(of form: FormParameters) async throws -> OAuthError? {
        var browser = EngineBrowser(fixture)
        do {
            switch try await browser.authorize(form) {
            case .page: return nil
            case .answer(let answer, _): return answer.error
            }
        } catch AuthorizeFailure.shownToUser(let error, _) {
            return error
        }
    }

    /// Signs in with a request object and returns the answer.
    func signIn(_ object: String, _ more: [(String, String)] = []) async throws -> AuthorizationResponse {
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(form(object, more)), at: PagePath.login)
        guard case .leave = try await browser.logIn(state) else { throw EngineBrowser.Failure.unexpected("login refused") }
        return try EngineBrowser.answer(await browser.resume(state))
    }
}
