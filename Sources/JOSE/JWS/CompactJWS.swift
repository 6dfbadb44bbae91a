import OAuthProtocol

/// A compact JWS taken apart; its payload stays encoded until the signature is known to be right.
struct CompactJWS {
    let header: JSONObject
    let algorithm: String
    let kid: String?
    let signingInput: [UInt8]
    let signature: [UInt8]
    private let encodedPayload: ArraySlice<UInt8>
    private let limits: JSONLimits

    private static let refusedMembers = ["crit", "b64", "jwk", "jku", "x5u", "x5c"]

    /// - Parameter allowsEmbeddedKey: `jwk` may be in the header; whoever asks reads it.
    init(_ compact: String, _ limits: JWSLimits, allowsEmbeddedKey: Bool = false) throws(JWSError) {
        guard compact.utf8.count <= limits.maximumBytes else { throw .tooLarge }
        self.limits = JSONLimits(maximumBytes: limits.maximumBytes, maximumDepth: limits.maximumDepth)
        let bytes = Array(compact.utf8)
        let parts = bytes.split(separator: JWS.separator, omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
        header = try Self.object(parts[0], self.limits)
        for name in Self.refusedMembers where header[name] != nil && !(allowsEmbeddedKey && name == "jwk") {
            throw .refusedHeader(name)
        }
        guard let algorithm = header["alg"]?.string else { throw .malformed }
        self.algorithm = algorithm
        switch header["kid"] {
        case nil: kid = nil
        case .string(let text): kid = text
        case .some: throw .malformed
        }
        signingInput = Array(bytes[..<parts[1].endIndex])
        encodedPayload = parts[1]
        self.signature = signature
    }

    func payload() throws(JWSError) -> JSONObject { try Self.object(encodedPayload, limits) }

    /// To be called only once the signature is known to be right.
    func verified() throws(JWSError) -> VerifiedJWT { VerifiedJWT(header: header, payload: try payload()) }

    private static func object(_ encoded: ArraySlice<UInt8>, _ limits: JSONLimits) throws(JWSError) -> JSONObject {
        guard let bytes = Base64URL.decode(encoded), let object = (try? JSONValue.parse(bytes, limits: limits))?.object else {
            throw .malformed
        }
        return object
    }
}
