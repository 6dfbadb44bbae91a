import Crypto
package import OAuthProtocol

/// base64url of the SHA-256 thumbprint of a JWK (RFC 7638, RFC 8037 section 2): a name that depends on nothing but the
/// public key. `nil` when `kty` is unknown or a member it needs is missing or not a string.
package func jwkThumbprint(_ jwk: JSONObject) -> String? {
    let names: [String]
    switch jwk["kty"]?.string {
    case "RSA": names = ["e", "kty", "n"]
    case "EC": names = ["crv", "kty", "x", "y"]
    case "OKP": names = ["crv", "kty", "x"]
    case "oct": names = ["k", "kty"]
    case .some, nil: return nil
    }
    var canonical = JSONObject()
    for name in names {
        guard let value = jwk[name]?.string else { return nil }
        canonical.append(name, .string(value))
    }
    return Base64URL.encode(SHA256.hash(data: canonical.serialized))
}
