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

    /// The origin of an `http` or `https` address; nil when it has none that a policy could name, such as one with user
    /// information.
    static func of(_ url: String) -> String? {
        guard let url = PageURL.web(url), let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let authority = url.utf8[colon...].dropFirst(3).prefix { !endsAuthority($0) }
        guard let host = String(authority) else { return nil }
        let origin = url[..<colon].lowercased() + "://" + host
        return isValid(origin) ? origin : nil
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"): true
        case UInt8(ascii: "["), UInt8(ascii: "]"): true
        default: byte.isASCIIAlphanumeric
        }
    }
}
