package import OAuthProtocol

/// Why a compact JWE was not read. For logs and tests: whoever sent it only hears that it is invalid.
package enum JWEError: Error, Sendable, Equatable {
    case tooLarge
    /// Not five base64url parts, or a header that is no JSON object, repeats a member or nests too deep.
    case malformed
    /// A header member that changes how to decrypt or brings a key (`crit`, `zip`, `b64`, `jwk`, `jku`, `x5u`, `x5c`).
    case refusedHeader(String)
    /// `alg` or `enc` is not among those that the caller accepts.
    case wrongAlgorithm
    /// No key has this `kid`, or none is of the kind that `alg` needs.
    case unknownKey
    /// Everything else, whatever it was: telling more would tell an attacker about the plaintext (RFC 7516 section 11.5).
    case undecryptable
}

/// A message that was decrypted. Whoever has our public key can have made it: it proves nothing about its sender.
package struct DecryptedJWE: Sendable {
    package let header: JSONObject
    package let plaintext: [UInt8]

    init(header: JSONObject, plaintext: [UInt8]) { (self.header, self.plaintext) = (header, plaintext) }
}

/// What a presented JWE may cost before it is known to be authentic.
package struct JWELimits: Sendable {
    package var maximumBytes: Int
    package var maximumDepth: Int

    package init(maximumBytes: Int = 32_768, maximumDepth: Int = 8) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }

    package static let standard = JWELimits()
}
