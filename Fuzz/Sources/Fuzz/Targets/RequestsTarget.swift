@testable import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage

/// Request objects, the `claims` parameter and `authorization_details`.
enum RequestsTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        switch input.mode % 5 {
        case 0: claims(input.text)
        case 1: details(input.text)
        case 2: object(input.text, .standard)
        case 3: object(Base64URL.encode(#"{"alg":"none"}"#.utf8) + "." + Base64URL.encode(input.rest) + ".", profile(input))
        default: object(Keys.sign(Array(#"{"alg":"ES256"}"#.utf8), input.rest, with: Keys.es256), profile(input))
        }
    }

    private static func profile(_ input: Input) -> WireProfile {
        WireProfile.allCases[Int(input.mode / 5) % WireProfile.allCases.count]
    }

    private static func claims(_ text: String) {
        guard let claims = RequestedClaims(parsing: text) else { return }
        _ = (claims.subject, claims.contextClasses, claims.wantsAuthTime)
        guard let kept = claims.userinfoText else { return }
        expect(RequestedClaims(parsing: kept)?.userinfo == claims.userinfo, "what is kept of a request for claims is the same")
    }

    private static let api: ResourceServer = {
        var api = ResourceServer(
            id: "0123456789abcdef01234567", identifier: "https://api.example.test/", name: "API", createdAt: Surroundings.now)
        api.authorizationDetailsTypes = ["payment", "account"]
        return api
    }()

    private static func details(_ text: String) {
        guard let details = try? AuthorizationDetails(text, for: api) else { return }
        expect((1...32).contains(details.entries.count), "no more details than the limit")
        expect(details.entries.allSatisfy { ["payment", "account"].contains($0["type"]?.string) }, "every type is registered")
        let again = try? AuthorizationDetails(details.text, for: api)
        expect(again == details, "details come back the same")
    }

    private static let client: Client = {
        var client = Client(
            clientID: "client", name: "client", tokenEndpointAuthMethod: .privateKeyJWT, grantTypes: [.authorizationCode],
            createdAt: Surroundings.now)
        let keys: JSONObject = ["keys": .array([.object(Keys.es256.jwk)])]
        client.proof.jwks = keys.serializedString
        return client
    }()

    private static let contexts = Dictionary(
        uniqueKeysWithValues: WireProfile.allCases.map { ($0, Surroundings.context($0)) })

    private static func object(_ compact: String, _ profile: WireProfile) {
        guard let context = contexts[profile] else { return }
        let parser = RequestObject(context, in: Surroundings.request)
        guard let content = wait(for: { try? await parser.content(of: compact, from: client) }) ?? nil else { return }
        for name in ["request", "request_uri", "iss", "aud", "exp", "nbf", "iat", "jti"] {
            expect(!content.parameters.contains(name), "a claim of the object itself is no parameter")
        }
        let named = content.parameters.values("client_id")
        expect(named.allSatisfy { $0 == .text("client") }, "an object is the client's own")
        expect(content.isSigned == !compact.hasSuffix("."), "what is unsigned does not count as signed")
        let rules = profile.rules
        expect(
            content.isSigned || !(rules.requiresSignedRequests || rules.requiresStrongSignatures), "signatures are not left out"
        )
    }
}
