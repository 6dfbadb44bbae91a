import OAuthProtocol

extension X509Certificate {
    private static let maximumTextBytes = 65_536
    private static let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    /// Reads the first certificate of a PEM text (RFC 7468), in the forms in which proxies put it into a header as well: with
    /// its lines escaped as `%0A` (nginx, Envoy), with blanks or tabs for line breaks (Apache, HAProxy), without the lines
    /// that enclose it (Traefik), and as `:base64:` (RFC 9440).
    package init(pem: String) throws(CertificateError) {
        guard pem.utf8.count <= Self.maximumTextBytes else { throw .tooLarge }
        let text = try Self.withoutEscapes(Array(pem.utf8))
        let encoded = try Self.body(text).filter { !Self.isBlank($0) }
        guard let der = Base64.decode(String(decoding: encoded, as: UTF8.self)), !der.isEmpty else { throw .malformed }
        try self.init(der: der)
    }

    /// `+` stays, since base64 has it and no proxy writes a blank so.
    private static func withoutEscapes(_ text: [UInt8]) throws(CertificateError) -> [UInt8] {
        guard text.contains(UInt8(ascii: "%")) else { return text }
        let protected = text.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] }
        guard let decoded = PercentEncoding.decodeForm(protected) else { throw .malformed }
        return Array(decoded.utf8)
    }

    private static func body(_ text: [UInt8]) throws(CertificateError) -> ArraySlice<UInt8> {
        guard let start = text.firstRange(of: begin) else { return try bareBody(text) }
        let rest = text[start.upperBound...]
        guard let stop = rest.firstRange(of: end) else { throw .malformed }
        return rest[..<stop.lowerBound]
    }

    private static func bareBody(_ text: [UInt8]) throws(CertificateError) -> ArraySlice<UInt8> {
        let colon = UInt8(ascii: ":")
        guard text.first == colon else { return text[...] }
        guard text.count > 2, text.last == colon else { throw .malformed }
        return text.dropFirst().dropLast()
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
