package import OAuthProtocol

/// Why a compact JWS was not accepted. For logs and tests: a client only hears that its token is invalid.
package enum JWSError: Error, Sendable, Equatable {
    case tooLarge
    /// Not three base64url parts, or a header or payload that is no JSON object, repeats a member or nests too deep.
    case malformed
    /// A header member that changes how to verify or brings its own key (`crit`, `b64`, `jwk`, `jku`, `x5u`, `x5c`).
    case refusedHeader(String)
    /// No key has this `kid`, or none was given.
    case unknownKey
    /// The `jwk` in the header of a proof is missing, private, weak or of an unknown kind.
    case unusableKey
    /// `alg` is not exactly the key's or not among those accepted: `none`, another case, or another family.
    case wrongAlgorithm
    case wrongSignature
}

/// A token whose signature was checked, or that was accepted without one by `JWS.unsecured`. Only `JWS` makes one. Its
/// claims, expiry included, are still to be judged.
package struct VerifiedJWT: Sendable {
    package let header: JSONObject
    package let payload: JSONObject

    init(header: JSONObject, payload: JSONObject) {
        self.header = header
        self.payload = payload
    }

    /// `typ` of the header, which tells an access token (`at+jwt`) from an ID token (RFC 9068 section 4).
    package var typ: String? { header["typ"]?.string }
}

/// What a presented token may cost before its signature is known.
package struct JWSLimits: Sendable {
    package var maximumBytes: Int
    package var maximumDepth: Int

    package init(maximumBytes: Int = 16_384, maximumDepth: Int = 16) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }

    package static let standard = JWSLimits()
}
