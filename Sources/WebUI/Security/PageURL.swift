/// Which addresses a page may link to or send a form to.
enum PageURL {
    /// `url` when it is absolute `http` or `https`, or a path, query or fragment of this host; else nil.
    ///
    /// Refuses every other scheme (`javascript:`, `data:` …), `//host`, which leaves the host, and whatever a browser
    /// would repair before reading it: control characters, spaces and backslashes.
    static func checked(_ url: String?) -> String? {
        guard let url, let first = url.utf8.first, !url.utf8.contains(where: isRepaired) else { return nil }
        switch first {
        case UInt8(ascii: "/"): return url.utf8.dropFirst().first == UInt8(ascii: "/") ? nil : url
        case UInt8(ascii: "?"), UInt8(ascii: "#"): return url
        default: return hasWebScheme(url) ? url : nil
        }
    }

    /// `url` when it is absolute `http` or `https`: for addresses that applications name, which may not be paths of this host.
    static func web(_ url: String?) -> String? {
        checked(url).flatMap { hasWebScheme($0) ? $0 : nil }
    }

    /// `url` when it is absolute `http` or `https`, or of an application's own scheme. Those have a dot (RFC 8252 section
    /// 7.1), which no scheme has that runs or shows content, such as `javascript:`.
    static func destination(_ url: String?) -> String? {
        guard let url, !url.utf8.contains(where: isRepaired) else { return nil }
        return hasWebScheme(url) || hasOwnScheme(url) ? url : nil
    }

    /// The action of a form: a refused address becomes the root of this host, never an absent attribute, which would send the
    /// form to the address of the page itself.
    static func action(_ url: String) -> String { checked(url) ?? "/" }

    /// A `mailto:` link; nil when the address has a character that could begin a header or a second recipient.
    static func mail(to address: String?) -> String? {
        guard let address, address.utf8.contains(UInt8(ascii: "@")), address.utf8.allSatisfy(isPlainInMailbox) else { return nil }
        return "mailto:" + address
    }

    private static func isRepaired(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") }

    private static func hasWebScheme(_ url: String) -> Bool {
        ["https://", "http://"].contains { scheme in
            // Only ASCII letters fold here, so no other letter can pass for one.
            let start = url.utf8.prefix(scheme.utf8.count).map { isUpperCase($0) ? $0 | 0x20 : $0 }
            return start.elementsEqual(scheme.utf8) && url.utf8.count > scheme.utf8.count
        }
    }

    private static func hasOwnScheme(_ url: String) -> Bool {
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let scheme = url.utf8[..<colon]
        return scheme.contains(UInt8(ascii: ".")) && scheme.allSatisfy(isPlainInScheme)
    }

    private static func isPlainInScheme(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"): true
        default: byte.isASCIIAlphanumeric
        }
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    private static func isPlainInMailbox(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "@"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"): true
        default: byte.isASCIIAlphanumeric
        }
    }
}

extension UInt8 {
    /// Whether this is a letter or digit of ASCII.
    var isASCIIAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
