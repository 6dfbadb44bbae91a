import Crypto
package import OAuthProtocol

/// A private key with everything that its public half is published with.
package struct SigningKey: Sendable {
    package let kid: String
    package let algorithm: SignatureAlgorithm
    package let privateKey: RSAPrivateKey
    /// DER.
    package let certificate: [UInt8]

    package init(kid: String, algorithm: SignatureAlgorithm, privateKey: RSAPrivateKey, certificate: [UInt8]) {
        self.kid = kid
        self.algorithm = algorithm
        self.privateKey = privateKey
        self.certificate = certificate
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
    package let publicKey: RSAPublicKey
    /// DER.
    package let certificate: [UInt8]

    package init(kid: String, algorithm: SignatureAlgorithm, publicKey: RSAPublicKey, certificate: [UInt8]) {
        self.kid = kid
        self.algorithm = algorithm
        self.publicKey = publicKey
        self.certificate = certificate
    }

    /// `kty`, `use`, `n`, `e`, `kid`, `x5t`, `x5c`, `alg` in this order (contract 3.2; RFC 7517 section 4).
    package var jwk: JSONObject {
        [
            "kty": "RSA",
            "use": "sig",
            "n": .string(Base64URL.encode(publicKey.modulus)),
            "e": .string(Base64URL.encode(publicKey.exponent)),
            "kid": .string(kid),
            "x5t": .string(x5t),
            "x5c": .strings([Base64.encode(certificate)]),
            "alg": .string(algorithm.rawValue),
        ]
    }

    /// base64url of the certificate's SHA-1, which is what RFC 7517 section 4.8 names it by.
    package var x5t: String { Base64URL.encode(Insecure.SHA1.hash(data: certificate)) }
}
