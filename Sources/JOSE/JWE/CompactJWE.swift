import OAuthProtocol

/// A compact JWE taken apart (RFC 7516 section 7.1). Nothing of it is authentic yet.
struct CompactJWE {
    let header: JSONObject
    let algorithm: String
    let encryption: String
    let kid: String?
    let encryptedKey: [UInt8]
    let content: SealedContent
    /// The encoded header, which the content's tag covers.
    let authenticated: [UInt8]

    private static let refusedMembers = ["crit", "zip", "b64", "jwk", "jku", "x5u", "x5c"]

    init(_ compact: String, _ limits: JWELimits) throws(JWEError) {
        guard compact.utf8.count <= limits.maximumBytes else { throw .tooLarge }
        let parts = Array(compact.utf8).split(separator: JWS.separator, omittingEmptySubsequences: false)
        guard parts.count == 5 else { throw .malformed }
        header = try Self.header(parts[0], limits)
        (algorithm, encryption) = (try header.text("alg"), try header.text("enc"))
        kid = header["kid"] == nil ? nil : try header.text("kid")
        guard let key = Base64URL.decode(parts[1]), let iv = Base64URL.decode(parts[2]),
            let ciphertext = Base64URL.decode(parts[3]), let tag = Base64URL.decode(parts[4])
        else { throw .malformed }
        encryptedKey = key
        content = SealedContent(iv: iv, ciphertext: ciphertext, tag: tag)
        authenticated = Array(parts[0])
    }

    private static func header(_ encoded: ArraySlice<UInt8>, _ limits: JWELimits) throws(JWEError) -> JSONObject {
        let json = JSONLimits(maximumBytes: limits.maximumBytes, maximumDepth: limits.maximumDepth)
        guard let bytes = Base64URL.decode(encoded), let header = (try? JSONValue.parse(bytes, limits: json))?.object else {
            throw .malformed
        }
        for name in refusedMembers where header[name] != nil { throw .refusedHeader(name) }
        return header
    }
}

extension JSONObject {
    fileprivate func text(_ name: String) throws(JWEError) -> String {
        guard let text = self[name]?.string else { throw .malformed }
        return text
    }
}
