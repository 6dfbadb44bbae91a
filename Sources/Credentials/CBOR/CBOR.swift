package import OAuthProtocol

/// A CBOR value (RFC 8949) of the kinds that authenticators write (CTAP2 canonical CBOR): no tags, floats, indefinite
/// lengths or simple values but `false`, `true` and `null`.
package indirect enum CBOR: Sendable, Hashable {
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    case map(CBORMap)
    case bool(Bool)
    case null

    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var array: [CBOR]? { if case .array(let values) = self { values } else { nil } }
    package var map: CBORMap? { if case .map(let map) = self { map } else { nil } }
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

/// The name of a map entry; COSE uses integers, WebAuthn text. Text is compared by bytes.
package enum CBORKey: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case integer(Int64)
    case text(ExactString)

    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(ExactString(value)) }
}

/// The entries of a CBOR map as written; keys are unique.
package struct CBORMap: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var key: CBORKey
        package var value: CBOR

        package init(key: CBORKey, value: CBOR) { (self.key, self.value) = (key, value) }
    }

    package let entries: [Entry]

    /// `nil` when a key comes twice.
    package init?(_ entries: [Entry]) {
        var seen = Set<CBORKey>()
        for entry in entries where !seen.insert(entry.key).inserted { return nil }
        self.entries = entries
    }

    package subscript(key: CBORKey) -> CBOR? { entries.first { $0.key == key }?.value }
    package var keys: Set<CBORKey> { Set(entries.map(\.key)) }
}

extension CBORMap: ExpressibleByDictionaryLiteral {
    /// Of a key that is written twice, the first counts.
    package init(dictionaryLiteral elements: (CBORKey, CBOR)...) {
        var seen = Set<CBORKey>()
        entries = elements.filter { seen.insert($0.0).inserted }.map { Entry(key: $0.0, value: $0.1) }
    }
}
