import CLibCrypto
package import OAuthProtocol

/// An RSA key that verifies and encrypts.
package struct RSAPublicKey: Sendable {
    /// Big-endian without leading zeros (RFC 7518 section 6.3.1).
    package let modulus: [UInt8]
    package let exponent: [UInt8]
    let key: EVPKey
    private let contexts: RSASignatureContexts

    /// Throws `KeyError` for a modulus of unusable size or an exponent that is even or 1.
    package init(modulus: [UInt8], exponent: [UInt8]) throws {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        try RSAKeySize.check(modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0))
        guard let last = exponent.last, last & 1 == 1, exponent != [1], exponent.count <= 8 else { throw KeyError.malformed }
        key = try Self.makeKey(modulus, exponent)
        self.modulus = modulus
        self.exponent = exponent
        contexts = RSASignatureContexts(.verify, key: key)
    }

    /// False for a wrong signature and for every algorithm but RSA's; a public key must never verify an HMAC.
    package func verify(_ signature: [UInt8], for message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        (try? contexts.context(for: algorithm))?.verify(signature, for: message) ?? false
    }

    /// The members that RFC 7638 hashes: `e`, `kty`, `n`.
    package var jwk: JSONObject {
        ["kty": "RSA", "n": .string(Base64URL.encode(modulus)), "e": .string(Base64URL.encode(exponent))]
    }

    private static func makeKey(_ modulus: [UInt8], _ exponent: [UInt8]) throws(LibCryptoError) -> EVPKey {
        let builder = OSSL_PARAM_BLD_new()
        let n = BN_bin2bn(modulus, Int32(modulus.count), nil)
        let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
        defer {
            OSSL_PARAM_BLD_free(builder)
            BN_free(n)
            BN_free(e)
        }
        // The parameters point to their names until the key is made, so the C strings must outlive the whole use.
        return try withCStrings(OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E) { (nName, eName) throws(LibCryptoError) in
            try check(OSSL_PARAM_BLD_push_BN(builder, nName, n), "OSSL_PARAM_BLD_push_BN")
            try check(OSSL_PARAM_BLD_push_BN(builder, eName, e), "OSSL_PARAM_BLD_push_BN")
            let parameters = try check(OSSL_PARAM_BLD_to_param(builder), "OSSL_PARAM_BLD_to_param")
            defer { OSSL_PARAM_free(parameters) }
            return try makeKey(parameters)
        }
    }

    private static func makeKey(_ parameters: UnsafeMutablePointer<OSSL_PARAM>) throws(LibCryptoError) -> EVPKey {
        let context = try check(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "EVP_PKEY_CTX_new_from_name")
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_fromdata_init(context), "EVP_PKEY_fromdata_init")
        var key: OpaquePointer?
        try check(EVP_PKEY_fromdata(context, &key, martlet_evp_pkey_public_key, parameters), "EVP_PKEY_fromdata")
        return EVPKey(owning: try check(key, "EVP_PKEY_fromdata"))
    }

    private static func withCStrings<Result>(
        _ first: String, _ second: String,
        _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) throws(LibCryptoError) -> Result
    ) throws(LibCryptoError) -> Result {
        // `withCString` cannot carry a typed error, so the outcome is carried as a value.
        let outcome = first.withCString { first in
            second.withCString { second in
                Swift.Result<Result, LibCryptoError> { () throws(LibCryptoError) in try body(first, second) }
            }
        }
        return try outcome.get()
    }
}
