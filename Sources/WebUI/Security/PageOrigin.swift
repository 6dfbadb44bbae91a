/// The origin of an application, as scripts and policies compare it (RFC 6454 section 6.2).
enum PageOrigin {
    /// Whether `text` is `http` or `https`, `://`, and a host with or without port: nothing that could end a directive.
    static func isValid(_ text: String) -> Bool {
        for scheme in ["https://", "http://"] where text.utf8.starts(with: scheme.utf8) {
            let authority = text.utf8.dropFirst(scheme.utf8.count)
            return !authority.isEmpty && authority.allSatisfy(isAuthorityByte)
        }
        return false
    }

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: byte.isASCIIAlphanumeric
        }
    }
}
