import OAuthProtocol

/// A distinguished name read from its RFC 4514 text, to be compared with another.
struct DistinguishedName: Equatable {
    private struct Attribute: Equatable, Comparable {
        let type: String
        let value: [UInt8]

        static func < (left: Attribute, right: Attribute) -> Bool {
            left.type == right.type ? left.value.lexicographicallyPrecedes(right.value) : left.type < right.type
        }
    }

    /// One array per relative name, sorted: the attributes of one are a set.
    private let parts: [[Attribute]]

    var isEmpty: Bool { parts.isEmpty }

    /// `nil` for text that is no distinguished name. Blanks around separators are allowed, as RFC 2253 does.
    init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let parts = reader.names() else { return nil }
        self.parts = parts.map { $0.sorted() }
    }

    /// The types that RFC 4514 section 3 names, and others that certificates use, under the names that libcrypto gives them.
    private static let types: [String: String] = [
        "2.5.4.3": "cn", "2.5.4.4": "sn", "2.5.4.5": "serialnumber", "2.5.4.6": "c", "2.5.4.7": "l", "2.5.4.8": "st",
        "2.5.4.9": "street", "2.5.4.10": "o", "2.5.4.11": "ou", "2.5.4.12": "title", "2.5.4.42": "gn",
        "2.5.4.97": "organizationidentifier", "2.5.4.15": "businesscategory", "2.5.4.17": "postalcode",
        "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionc", "0.9.2342.19200300.100.1.1": "uid",
        "0.9.2342.19200300.100.1.25": "dc", "1.2.840.113549.1.9.1": "emailaddress",
        "commonname": "cn", "surname": "sn", "countryname": "c", "localityname": "l", "stateorprovincename": "st", "s": "st",
        "streetaddress": "street", "organizationname": "o", "organizationalunitname": "ou", "givenname": "gn",
        "userid": "uid", "domaincomponent": "dc", "email": "emailaddress", "e": "emailaddress",
    ]

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func names() -> [[Attribute]]? {
            guard !bytes.isEmpty else { return [] }
            var names: [[Attribute]] = [[]]
            while true {
                guard let attribute = attribute() else { return nil }
                names[names.count - 1].append(attribute)
                guard let separator = next else { return names }
                position += 1
                if separator != UInt8(ascii: "+") { names.append([]) }
            }
        }

        private mutating func attribute() -> Attribute? {
            guard let equals = bytes[position...].firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = trimmed(bytes[position..<equals])
            guard !name.isEmpty, name.allSatisfy(isOfType) else { return nil }
            position = equals + 1
            var type = String(decoding: name, as: UTF8.self).lowercased()
            if type.hasPrefix("oid.") { type = String(type.dropFirst(4)) }
            guard let value = value() else { return nil }
            return Attribute(type: DistinguishedName.types[type] ?? type, value: value)
        }

        private func isOfType(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }

        /// The value up to the next separator, without its escapes and without blanks around it that are not escaped.
        private mutating func value() -> [UInt8]? {
            while next == 0x20 { position += 1 }
            var value: [UInt8] = []
            var significant = 0
            while let byte = next {
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "+"): return Array(value.prefix(significant))
                case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), 0: return nil
                case UInt8(ascii: "\\"):
                    guard let escaped = escaped() else { return nil }
                    value.append(escaped)
                    significant = value.count
                case let byte:
                    value.append(byte)
                    position += 1
                    if byte != 0x20 { significant = value.count }
                }
            }
            return Array(value.prefix(significant))
        }

        /// A backslash with two hexadecimal digits, or with the character itself.
        private mutating func escaped() -> UInt8? {
            position += 1
            guard let first = next else { return nil }
            position += 1
            guard let high = Character(Unicode.Scalar(first)).hexDigitValue else { return first }
            guard let second = next, let low = Character(Unicode.Scalar(second)).hexDigitValue else { return nil }
            position += 1
            return UInt8(high << 4 | low)
        }

        private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let rest = bytes.drop { $0 == 0x20 }
            return rest.prefix((rest.lastIndex { $0 != 0x20 } ?? rest.startIndex - 1) - rest.startIndex + 1)
        }
    }
}
