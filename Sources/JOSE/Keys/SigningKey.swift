import Crypto
package import OAuthProtocol

/// A private key with everything that its public half is published with.
package struct SigningKey: Sendable {
    package let kid: String
    package let algorithm: SignatureAlgorithm
    package let privateKey: PrivateKey
    /// DER. Empty for an Ed25519 key.
    package let certificate: [UInt8]

    package init(kid: String, algorithm: SignatureAlgorithm, privateKey: PrivateKey, certificate: [UInt8]) {
        self.kid = kid
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.certificate = certificate
    }

    package init(kid: String, algorithm: SignatureAlgorithm, privateKey: RSAPrivateKey, certificate: [UInt8]) {
        self.init(kid: kid, algorithm: algorithm, privateKey: .rsa(privateKey), certificate: certificate)
    }

    package var verificationKey: VerificationKey {
        VerificationKey(kid: kid, algorithm: algorithm, publicKey: privateKey.publicKey, certificate: certificate)
    }

    /// The public key as `/.well-known/jwks.json` lists it (contract 3.2).
    package var jwk: JSONObject { verificationKey.jwk }
}

/// A public key under which tokens are accepted: current, next or previous.
package struct VerificationKey: Sendable {
    package let kid: String
    /// The only algorithm this key verifies.
    package let algorithm: SignatureAlgorithm
    package let publicKey: PublicKey
    /// DER. Empty for an Ed25519 key.
    package let certificate: [UInt8]

    package init(kid: String, algorithm: SignatureAlgorithm, publicKey: PublicKey, certificate: [UInt8]) {
        self.kid = kid
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.certificate = certificate
    }

    package init(kid: String, algorithm: SignatureAlgorithm, publicKey: RSAPublicKey, certificate: [UInt8]) {
        self.init(kid: kid, algorithm: algorithm, publicKey: .rsa(publicKey), certificate: certificate)
    }

    /// `kty`, `use`, the numbers of the key, `kid`, `x5t`, `x5c`, `alg` in this order (contract 3.2; RFC 7517 section 4).
    /// Without a certificate there is no `x5t` and no `x5c`.
    package var jwk: JSONObject {
        var jwk: JSONObject = ["kty": "RSA", "use": "sig"]
        for member in publicKey.jwk.members { jwk[member.name] = member.value }
        jwk.append("kid", .string(kid))
        if !certificate.isEmpty {
            jwk.append("x5t", .string(x5t))
            jwk.append("x5c", .strings([Base64.encode(certificate)]))
        }
        jwk.append("alg", .string(algorithm.rawValue))
        return jwk
    }

    /// base64url of the certificate's SHA-1, which is what RFC 7517 section 4.8 names it by.
    package var x5t: String { Base64URL.encode(Insecure.SHA1.hash(data: certificate)) }
}
