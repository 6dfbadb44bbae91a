package import OAuthProtocol
package import Storage

/// An argument of a statement.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
    package static func count(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    package static func time(_ value: Timestamp) -> SQLValue { .integer(value.milliseconds) }
    package static func hash(_ value: TokenHash) -> SQLValue { .blob(value.bytes) }
    package static func optional(text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    package static func optional(time: Timestamp?) -> SQLValue { time.map { .time($0) } ?? .null }
    package static func optional(blob: [UInt8]?) -> SQLValue { blob.map { .blob($0) } ?? .null }
}
