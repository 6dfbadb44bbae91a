/// A tenant's name in URLs, commands and rows: lower-case ASCII letters, digits and inner hyphens, 1 to 63 of them.
package struct TenantID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package var description: String { rawValue }

    /// `nil` when the text is not a DNS label in lower case.
    package init?(_ rawValue: String) {
        let bytes = Array(rawValue.utf8)
        let isLabel = bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard (1...63).contains(bytes.count), isLabel, bytes.first != 0x2D, bytes.last != 0x2D else { return nil }
        self.rawValue = rawValue
    }

    private init(known: String) { rawValue = known }
    /// The tenant of a fresh database (architecture section 4).
    package static let `default` = TenantID(known: "default")

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = TenantID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a tenant name"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
