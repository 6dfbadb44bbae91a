import OAuthProtocol
import Storage

/// The claims of a JWT access token in the order of Auth0's (contract 9.2, 9.3).
struct AccessTokenClaims {
    let issuance: Issuance
    let api: ResourceServer
    let issuer: Issuer
    /// As the client may know the user (OIDC Core 8).
    let subject: String
    /// The `permissions` claim; `nil` for dialects without it.
    let permissions: [String]?
    let profile: WireProfile

    /// The `typ` of the header.
    var type: String { api.tokenDialect.isRFC9068 ? "at+jwt" : "JWT" }

    func payload(now: Timestamp, randomness: Randomness) -> JSONObject {
        let access = issuance.access
        var claims = JSONObject()
        claims.append("iss", .string(issuer.description))
        claims.append("sub", .string(subject))
        claims.append("aud", audience)
        claims.append("iat", .integer(now.seconds))
        claims.append("exp", .integer((now + issuance.lifetime).seconds))
        let scopes = access.scopes.subtracting([Scopes.onlineAccess])
        if !scopes.isEmpty { claims.append("scope", .string(scopes.description)) }
        appendClient(to: &claims)
        if let permissions { claims.append("permissions", .strings(permissions)) }
        appendName(to: &claims, randomness: randomness)
        appendDetails(of: access.details, to: &claims)
        return claims
    }

    /// The token is good at `/userinfo`: `openid` was granted and the API's tokens are signed with a key of ours (contract 9.1).
    private var opensUserinfo: Bool {
        issuance.access.scopes.contains(Scopes.openid) && !api.signingAlgorithm.isExactly("HS256")
    }

    /// An array that ends in `/userinfo` exactly when the token is good there.
    private var audience: JSONValue {
        opensUserinfo ? .strings([api.identifier, issuer.url("userinfo")]) : .string(api.identifier)
    }

    private func appendClient(to claims: inout JSONObject) {
        let clientID = JSONValue.string(issuance.access.clientID)
        if api.tokenDialect.isRFC9068 {
            claims.append("client_id", clientID)
        } else {
            if let grantType { claims.append("gty", grantType) }
            claims.append("azp", clientID)
        }
    }

    /// `jti` begins with the grant's id, so that a token can be revoked alone or with its grant; Auth0's own dialect has none
    /// (contract 9.2).
    private func appendName(to claims: inout JSONObject, randomness: Randomness) {
        guard api.tokenDialect.isRFC9068 || profile.rules.namesAccessTokens else { return }
        claims.append("jti", .string(TokenName.make(grantID: issuance.access.grantID, randomness)))
        if profile.rules.namesAccessTokens, let sid = issuance.access.sid { claims.append("sid", .string(sid)) }
    }

    private func appendDetails(of details: AccessDetails, to claims: inout JSONObject) {
        // What `/userinfo` is to answer beside the scopes' claims travels with the token: nothing is stored (OIDC Core 5.5). In Auth0's
        // profile too, which need not honour `claims` (contract 4.1): then the metadata say the same of every token.
        if opensUserinfo, let asked = details.claims.flatMap({ RequestedClaims(parsing: $0)?.userinfoText }) {
            claims.append("claims", Self.json(asked) ?? .null)
        }
        if let actor = Self.json(details.actor) { claims.append("act", actor) }
        if let granted = Self.json(details.authorizationDetails) { claims.append("authorization_details", granted) }
        if let confirmation = issuance.confirmation {
            claims.append("cnf", [confirmation.method.rawValue: .string(confirmation.thumbprint)] as JSONObject)
        }
    }

    private static func json(_ text: String?) -> JSONValue? { text.flatMap { try? JSONValue.parse(Array($0.utf8)) } }

    /// `implicit` through the browser, absent for the code flow; a pair when a refresh continues another grant (contract 8.4, 9.2).
    private var grantType: JSONValue? {
        let origin = issuance.access.gty
        switch issuance.channel {
        case .frontChannel: return "implicit"
        case .tokenEndpoint: return origin.map { .string($0) }
        case .refresh: return origin.map { .strings(["refresh_token", $0]) }
        }
    }
}

/// A `jti`: the grant's id and a random part, so that the grant can be told from the name.
enum TokenName {
    private static let separator = UInt8(ascii: ".")

    static func make(grantID: String, _ randomness: Randomness) -> String {
        let own = randomness.alphanumeric(22)
        return grantID.isEmpty ? own : "\(grantID).\(own)"
    }

    /// `nil` for a name without a grant.
    static func grantID(in name: String) -> String? {
        guard let end = name.utf8.firstIndex(of: separator) else { return nil }
        return String(name[..<end])
    }
}

extension JSONObject {
    /// Appends an object.
    fileprivate mutating func append(_ name: String, _ object: JSONObject) { append(name, .object(object)) }
}
