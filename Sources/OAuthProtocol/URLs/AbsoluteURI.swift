/// The parts of an absolute URI without fragment (RFC 3986 section 4.3), taken apart without repairing anything.
struct AbsoluteURI: Sendable {
    /// Lower case.
    let scheme: String
    /// Lower case; with brackets for IPv6. `nil` when the URI has no authority.
    let host: String?
    let port: Int?
    let path: String
    let query: String?

    /// Schemes that run code or show content of the sender's making when a browser is sent there.
    private static let refusedSchemes: Set<String> = ["javascript", "vbscript", "data", "blob", "about", "view-source"]

    var isWeb: Bool { scheme == "https" || scheme == "http" }

    /// - Parameter allowsPlaceholders: admits `*` in the host, for entries that a client registered.
    init?(_ text: some StringProtocol, allowsPlaceholders: Bool = false) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy(Self.isAllowed), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let scheme = Self.scheme(bytes[..<colon])
        else { return nil }
        self.scheme = scheme

        let rest = bytes[(colon + 1)...]
        let mark = rest.firstIndex(of: UInt8(ascii: "?"))
        query = mark.map { String(decoding: rest[($0 + 1)...], as: UTF8.self) }
        let hierarchy = rest[..<(mark ?? rest.endIndex)]
        let isWeb = scheme == "https" || scheme == "http"

        guard hierarchy.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) else {
            guard !isWeb else { return nil }
            (host, port) = (nil, nil)
            path = String(decoding: hierarchy, as: UTF8.self)
            return
        }
        let afterSlashes = hierarchy.dropFirst(2)
        let pathStart = afterSlashes.firstIndex(of: UInt8(ascii: "/")) ?? afterSlashes.endIndex
        path = String(decoding: afterSlashes[pathStart...], as: UTF8.self)
        guard let authority = Authority(afterSlashes[..<pathStart], allowsPlaceholders: allowsPlaceholders),
            !(isWeb && authority.host.isEmpty)
        else { return nil }
        (host, port) = (authority.host, authority.port)
    }

    /// Printable ASCII without what browsers rewrite (`\`) or what would need escaping in a header or a page.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        guard byte > 0x20 && byte < 0x7F else { return false }
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"):
            return false
        default: return true
        }
    }

    private static func scheme(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let first = bytes.first, ASCII.isLetter(first) else { return nil }
        let isScheme = bytes.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: ".")
        }
        let scheme = ASCII.lowercased(bytes)
        return isScheme && !refusedSchemes.contains(scheme) ? scheme : nil
    }
}

/// A host and port (RFC 3986 section 3.2). Userinfo, escapes in the host, and ports that are empty, zero or have leading
/// zeros are refused: they serve to make one host look like another.
private struct Authority {
    let host: String
    let port: Int?

    init?(_ bytes: ArraySlice<UInt8>, allowsPlaceholders: Bool) {
        let hostEnd: Int
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")),
                bytes[..<close].dropFirst().allSatisfy(Self.isIPv6), close - bytes.startIndex > 2
            else { return nil }
            hostEnd = close + 1
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard bytes[..<hostEnd].allSatisfy({ Self.isName($0, allowsPlaceholders) }) else { return nil }
        }
        host = ASCII.lowercased(bytes[..<hostEnd])
        guard hostEnd < bytes.endIndex else {
            port = nil
            return
        }
        guard bytes[hostEnd] == UInt8(ascii: ":"), let port = Self.port(bytes[(hostEnd + 1)...]) else { return nil }
        self.port = port
    }

    private static func isName(_ byte: UInt8, _ allowsPlaceholders: Bool) -> Bool {
        if ASCII.isUnreserved(byte) { return byte != UInt8(ascii: "~") }
        return allowsPlaceholders && byte == UInt8(ascii: "*")
    }

    private static func isIPv6(_ byte: UInt8) -> Bool {
        ASCII.hexadecimalValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func port(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(digits.count), digits.allSatisfy(ASCII.isDigit), digits.first != UInt8(ascii: "0") else {
            return nil
        }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return port <= 65_535 ? port : nil
    }
}
