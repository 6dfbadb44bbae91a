import Crypto
import JOSE
import OAuthProtocol
import Storage

/// The claims of an ID token: first the user's, then the protocol's, as Auth0 writes them (contract 9.4).
struct IDTokenClaims {
    let access: GrantedAccess
    let client: Client
    let user: User
    /// As the client may know the user (OIDC Core 8).
    let subject: String
    let bindings: IDTokenBindings
    let profile: WireProfile
    let algorithm: SignatureAlgorithm

    func payload(issuer: Issuer, now: Timestamp) -> JSONObject {
        var claims = userClaims
        claims.append("iss", .string(issuer.description))
        claims.append("aud", .string(client.clientID))
        claims.append("sub", .string(subject))
        claims.append("iat", .integer(now.seconds))
        claims.append("exp", .integer((now + client.jwtConfiguration.lifetime).seconds))
        if let sid = access.sid { claims.append("sid", .string(sid)) }
        if let nonce = bindings.nonce { claims.append("nonce", .string(nonce)) }
        if let authTime = access.authTime { claims.append("auth_time", .integer(authTime.seconds)) }
        if let acr = access.details.acr { claims.append("acr", .string(acr)) }
        if let amr = access.details.amr { claims.append("amr", .strings(amr)) }
        appendHashes(to: &claims)
        if let actor = access.details.actor.flatMap({ try? JSONValue.parse(Array($0.utf8)) }) { claims.append("act", actor) }
        if let request = access.details.authReqID {
            claims.append("urn:openid:params:jwt:claim:auth_req_id", .string(request))
        }
        return claims
    }

    private var requested: JSONObject { (access.details.claims.flatMap { RequestedClaims(parsing: $0) } ?? .none).idToken }

    /// What the tenant's own claims are judged by.
    var customGrant: CustomClaims.Grant { CustomClaims.Grant(scopes: access.scopes, requested: requested) }

    /// What the `claims` parameter asks for, and the claims of the scopes where `/userinfo` cannot give them or the profile
    /// puts them here as well (OIDC Core 5.4).
    private var userClaims: JSONObject {
        let isAlone = bindings.isOnlyToken
        let includesScopes = isAlone || (client.responses.claimsInIDToken ?? profile.rules.putsScopeClaimsInIDToken)
        return UserClaims.claims(
            of: user, for: includesScopes ? access.scopes : [], requested: requested, profile: profile)
    }

    private func appendHashes(to claims: inout JSONObject) {
        if let token = bindings.accessToken { claims.append("at_hash", .string(halfHash(token))) }
        if let code = bindings.code { claims.append("c_hash", .string(halfHash(code))) }
        if let state = bindings.state { claims.append("s_hash", .string(halfHash(state))) }
    }

    /// The left half of the hash that belongs to the signature's algorithm, base64url (OIDC Core 3.1.3.6); Ed25519 signs with
    /// SHA-512.
    private func halfHash(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard algorithm == .edDSA else { return Base64URL.encode(SHA256.hash(data: bytes).prefix(16)) }
        return Base64URL.encode(SHA512.hash(data: bytes).prefix(32))
    }
}
