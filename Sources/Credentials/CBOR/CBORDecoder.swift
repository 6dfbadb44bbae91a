import OAuthProtocol

/// Why bytes are not the CBOR that is read here.
package enum CBORError: Error, Sendable, Equatable {
    case tooLarge, tooDeep, truncated, trailingBytes, duplicateKey
    /// A tag, a float, an indefinite length, an integer beyond 64 signed bits, a key that is neither integer nor text, text
    /// that is not UTF-8, or a reserved form.
    case unsupported
}

/// What a CBOR item may cost. CTAP2 nests four levels deep; attestation statements add little.
package struct CBORLimits: Sendable {
    package var maximumBytes: Int
    package var maximumDepth: Int

    package init(maximumBytes: Int = 65_536, maximumDepth: Int = 8) {
        (self.maximumBytes, self.maximumDepth) = (maximumBytes, maximumDepth)
    }

    package static let standard = CBORLimits()
}

extension CBOR {
    /// Reads one item that fills `bytes`. Lengths and integers may be spelled longer than need be and keys may come in any
    /// order, as some authenticators do; values are compared after decoding, so no second spelling hides a repeated key.
    package static func decode(_ bytes: [UInt8], limits: CBORLimits = .standard) throws(CBORError) -> CBOR {
        let (value, count) = try decodeFirst(bytes[...], limits: limits)
        guard count == bytes.count else { throw .trailingBytes }
        return value
    }

    /// Reads the item at the start of `bytes`; `count` is its length in bytes.
    package static func decodeFirst(
        _ bytes: ArraySlice<UInt8>, limits: CBORLimits = .standard
    ) throws(CBORError) -> (value: CBOR, count: Int) {
        guard bytes.count <= limits.maximumBytes else { throw .tooLarge }
        var decoder = CBORDecoder(rest: bytes, maximumDepth: limits.maximumDepth)
        let value = try decoder.value(depth: 0)
        return (value, bytes.count - decoder.rest.count)
    }
}

/// A cursor over CBOR bytes; descends recursively, bounded by `maximumDepth`. Nothing is reserved for a length that is only
/// claimed: every element takes at least a byte, so what is made is bounded by what was sent.
struct CBORDecoder {
    var rest: ArraySlice<UInt8>
    let maximumDepth: Int

    mutating func value(depth: Int) throws(CBORError) -> CBOR {
        guard depth <= maximumDepth else { throw .tooDeep }
        guard let initial = rest.first else { throw .truncated }
        switch initial >> 5 {
        case 0: return .integer(try integer())
        case 1: return .integer(-1 - (try integer()))
        case 2: return .bytes(Array(try string()))
        case 3: return .text(try text())
        case 4: return .array(try array(depth: depth))
        case 5: return .map(try map(depth: depth))
        case 7: return try simple(initial)
        default: throw .unsupported
        }
    }

    /// The argument of the item's head (RFC 8949 section 3). Indefinite lengths and reserved forms are refused.
    private mutating func argument() throws(CBORError) -> UInt64 {
        guard let initial = rest.popFirst() else { throw .truncated }
        let low = initial & 31
        switch low {
        case 0..<24: return UInt64(low)
        case 24...27: return try take(1 << Int(low - 24)).reduce(0) { $0 << 8 | UInt64($1) }
        default: throw .unsupported
        }
    }

    private mutating func integer() throws(CBORError) -> Int64 {
        guard let value = Int64(exactly: try argument()) else { throw .unsupported }
        return value
    }

    private mutating func take(_ count: Int) throws(CBORError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func string() throws(CBORError) -> ArraySlice<UInt8> {
        guard let count = Int(exactly: try argument()) else { throw .truncated }
        return try take(count)
    }

    private mutating func text() throws(CBORError) -> String {
        guard let text = String(validating: try string(), as: UTF8.self) else { throw .unsupported }
        return text
    }

    /// How many elements follow, each of which takes `bytesEach` bytes or more.
    private mutating func count(bytesEach: Int) throws(CBORError) -> Int {
        guard let count = Int(exactly: try argument()), count <= rest.count / bytesEach else { throw .truncated }
        return count
    }

    private mutating func array(depth: Int) throws(CBORError) -> [CBOR] {
        var values: [CBOR] = []
        for _ in 0..<(try count(bytesEach: 1)) { values.append(try value(depth: depth + 1)) }
        return values
    }

    private mutating func map(depth: Int) throws(CBORError) -> CBORMap {
        var entries: [CBORMap.Entry] = []
        for _ in 0..<(try count(bytesEach: 2)) {
            entries.append(CBORMap.Entry(key: try key(), value: try value(depth: depth + 1)))
        }
        guard let map = CBORMap(entries) else { throw .duplicateKey }
        return map
    }

    private mutating func key() throws(CBORError) -> CBORKey {
        guard let initial = rest.first else { throw .truncated }
        switch initial >> 5 {
        case 0: return .integer(try integer())
        case 1: return .integer(-1 - (try integer()))
        case 3: return .text(ExactString(try text()))
        default: throw .unsupported
        }
    }

    private mutating func simple(_ initial: UInt8) throws(CBORError) -> CBOR {
        rest = rest.dropFirst()
        switch initial {
        case 0xF4: return .bool(false)
        case 0xF5: return .bool(true)
        case 0xF6: return .null
        default: throw .unsupported
        }
    }
}
