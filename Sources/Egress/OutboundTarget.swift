/// A URL taken apart for fetching, without repairing anything. What is sent is put together again from these parts, so that
/// no other parser can read another host into it.
package struct OutboundTarget: Sendable, Equatable {
    package let isSecure: Bool
    package let host: Host
    package let port: Int
    /// Path and query; begins with `/`.
    package let resource: String

    package enum Host: Sendable, Hashable {
        /// Lower case.
        case name(String)
        case address(IPAddress)
    }

    /// `nil` for another scheme than https and http, user information, no host, a host in an unusual spelling (decimal, octal,
    /// hexadecimal or shortened addresses, escapes, a trailing dot, zones) or anything that is not printable ASCII. The
    /// fragment is dropped.
    package init?(_ url: String) {
        guard url.utf8.count <= 4096, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        let text = url.prefix { $0 != "#" }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        switch text[..<colon].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let rest = text[colon...].dropFirst(3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
        (self.host, self.port) = (host, port ?? (isSecure ? 443 : 80))
        resource = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
    }

    /// The host as it stands in a URL.
    package var hostText: String {
        switch host {
        case .name(let name): name
        case .address(let address): address.isVersion4 ? "\(address)" : "[\(address)]"
        }
    }

    package var url: String { "\(isSecure ? "https" : "http")://\(hostText):\(port)\(resource)" }

    private static func authority(_ text: Substring) -> (Host, Int?)? {
        guard !text.contains("@") else { return nil }
        let hostEnd: Substring.Index
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            hostEnd = text.index(after: close)
        } else {
            hostEnd = text.firstIndex(of: ":") ?? text.endIndex
        }
        guard let host = Self.host(text[..<hostEnd].lowercased()) else { return nil }
        guard hostEnd < text.endIndex else { return (host, nil) }
        let digits = text[hostEnd...].dropFirst()
        guard text[hostEnd] == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { return nil }
        return (host, port)
    }

    private static func host(_ text: String) -> Host? {
        if text.hasPrefix("[") {
            return IPAddress(text.dropFirst().dropLast()).flatMap { $0.isVersion4 ? nil : .address($0) }
        }
        if let address = IPAddress(text) { return address.isVersion4 ? .address(address) : nil }
        return isName(text) ? .name(text) : nil
    }

    /// Labels of letters, digits, hyphens and underscores; the last one not a number, which resolvers take for an address.
    private static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, !isNumber(last) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.first != UInt8(ascii: "-") && label.utf8.allSatisfy(isNameByte)
        }
    }

    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy { (0x30...0x39).contains($0) }
            || (label.hasPrefix("0x") && Int(label.dropFirst(2), radix: 16) != nil)
            || label == "0x"
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
