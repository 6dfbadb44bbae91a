import OAuthProtocol
import Storage

/// The claims of a JWT access token in the order of Auth0's (contract 9.2, 9.3).
struct AccessTokenClaims {
    let issuance: Issuance
    let api: ResourceServer
    let issuer: Issuer

    /// The `typ` of the header.
    var type: String {
        switch api.tokenDialect {
        case .accessToken: "JWT"
        case .rfc9068: "at+jwt"
        }
    }

    func payload(now: Timestamp, randomness: Randomness) -> JSONObject {
        let access = issuance.access
        var claims = JSONObject()
        claims.append("iss", .string(issuer.description))
        claims.append("sub", .string(access.userID))
        claims.append("aud", audience)
        claims.append("iat", .integer(now.seconds))
        claims.append("exp", .integer((now + issuance.lifetime).seconds))
        if !access.scopes.isEmpty { claims.append("scope", .string(access.scopes.description)) }
        appendClient(to: &claims, randomness: randomness)
        return claims
    }

    /// An array that ends in `/userinfo` exactly when the token is good there: `openid` was granted and the API's tokens are
    /// signed with a key of ours (contract 9.1).
    private var audience: JSONValue {
        let opensUserinfo = issuance.access.scopes.contains(Scopes.openid) && !api.signingAlgorithm.isExactly("HS256")
        return opensUserinfo ? .strings([api.identifier, issuer.url("userinfo")]) : .string(api.identifier)
    }

    private func appendClient(to claims: inout JSONObject, randomness: Randomness) {
        let clientID = JSONValue.string(issuance.access.clientID)
        switch api.tokenDialect {
        case .accessToken:
            if let grantType { claims.append("gty", grantType) }
            claims.append("azp", clientID)
        case .rfc9068:
            claims.append("client_id", clientID)
            claims.append("jti", .string(randomness.alphanumeric(22)))
        }
    }

    /// Absent for the code flow; a pair when a refresh continues another grant (contract 8.4).
    private var grantType: JSONValue? {
        guard let origin = issuance.access.gty else { return nil }
        switch issuance.channel {
        case .refresh: return .strings(["refresh_token", origin])
        case .tokenEndpoint, .frontChannel: return .string(origin)
        }
    }
}
