package import OAuthProtocol

/// A private key of ours that others encrypt to: request objects, for one.
package struct DecryptionKey: Sendable {
    package let kid: String?
    package let privateKey: PrivateKey

    package init(kid: String?, privateKey: PrivateKey) { (self.kid, self.privateKey) = (kid, privateKey) }

    /// The public key as a key set lists it: `use` is `enc`, and there is no `alg` because several fit.
    package var jwk: JSONObject {
        var jwk: JSONObject = ["kty": "RSA", "use": "enc"]
        for member in privateKey.publicKey.jwk.members { jwk[member.name] = member.value }
        if let kid { jwk.append("kid", .string(kid)) }
        return jwk
    }
}
