import Crypto
import OAuthProtocol
import Storage

/// The claims of an ID token: first the user's, then the protocol's, as Auth0 writes them (contract 9.4).
struct IDTokenClaims {
    let access: GrantedAccess
    let client: Client
    let user: User
    let bindings: IDTokenBindings

    func payload(issuer: Issuer, now: Timestamp) -> JSONObject {
        var claims = UserClaims.claims(of: user, for: access.scopes)
        claims.append("iss", .string(issuer.description))
        claims.append("aud", .string(client.clientID))
        claims.append("sub", .string(user.userID))
        claims.append("iat", .integer(now.seconds))
        claims.append("exp", .integer((now + client.jwtConfiguration.lifetime).seconds))
        if let sid = access.sid { claims.append("sid", .string(sid)) }
        if let nonce = bindings.nonce { claims.append("nonce", .string(nonce)) }
        if let authTime = access.authTime { claims.append("auth_time", .integer(authTime.seconds)) }
        if let token = bindings.accessToken { claims.append("at_hash", .string(Self.halfHash(token))) }
        if let code = bindings.code { claims.append("c_hash", .string(Self.halfHash(code))) }
        return claims
    }

    /// The left half of SHA-256, base64url (OIDC Core 3.1.3.6). Right for every algorithm that ends in 256.
    private static func halfHash(_ text: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(text.utf8)).prefix(16))
    }
}
