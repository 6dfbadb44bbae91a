import Storage

/// The `Host` of a request: lower-case name and port (RFC 9110 section 7.2).
struct HostAuthority: Sendable, Equatable {
    /// Lower case; with brackets for IPv6.
    let name: String
    let port: Int?

    /// `nil` for anything but letters, digits, hyphens and dots, or an IPv6 address in brackets, and a port.
    init?(_ authority: String) {
        guard authority.utf8.count <= 255 else { return nil }
        let text = authority.lowercased()
        let colon = text.utf8.last == UInt8(ascii: "]") ? nil : text.lastIndex(of: ":")
        name = String(text[..<(colon ?? text.endIndex)])
        guard Self.isName(name) || Self.isBracketedAddress(name) else { return nil }
        guard let colon else {
            port = nil
            return
        }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), (1...65_535).contains(number)
        else {
            return nil
        }
        port = number
    }

    /// The same host at another port.
    func at(port: Int?) -> HostAuthority { HostAuthority(name: name, port: port) }

    private init(name: String, port: Int?) { (self.name, self.port) = (name, port) }

    /// As it was sent, in lower case.
    var text: String { port.map { "\(name):\($0)" } ?? name }

    /// A port is written out that some scheme has anyway.
    var hasDefaultPort: Bool { port == 80 || port == 443 }

    /// Without the port when it is the scheme's own.
    func text(defaultPortOf scheme: String) -> String {
        port == (scheme == "https" ? 443 : 80) ? name : text
    }

    /// The tenant that this name stands for in development.
    var localTenant: TenantID? {
        if ["localhost", "127.0.0.1", "[::1]"].contains(name) { return .default }
        guard name.hasSuffix(".localhost") else { return nil }
        return TenantID(String(name.dropLast(".localhost".utf8.count)))
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }

    private static func isBracketedAddress(_ text: String) -> Bool {
        text.hasPrefix("[") && text.hasSuffix("]") && AddressRange(String(text.dropFirst().dropLast())) != nil
    }
}
