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

/// A row of an answer. Columns count from zero; the types are those of the schema.
package protocol SQLRow {
    func integer(_ column: Int) throws -> Int64?
    func text(_ column: Int) throws -> String?
    func blob(_ column: Int) throws -> [UInt8]?
}

/// Reads the columns of a row from left to right, as the statement lists them.
package struct ColumnReader {
    private let row: any SQLRow
    private var next = 0

    package init(_ row: any SQLRow) { self.row = row }

    private mutating func advance() -> Int {
        defer { next += 1 }
        return next
    }

    private func required<T>(_ value: T?) throws -> T {
        guard let value else { throw SQLError.unexpectedValue(column: next - 1) }
        return value
    }

    package mutating func optionalInteger() throws -> Int64? { try row.integer(advance()) }
    package mutating func optionalText() throws -> String? { try row.text(advance()) }
    package mutating func optionalBlob() throws -> [UInt8]? { try row.blob(advance()) }
    package mutating func optionalTime() throws -> Timestamp? { try optionalInteger().map(Timestamp.init(milliseconds:)) }
    package mutating func integer() throws -> Int64 { try required(try optionalInteger()) }
    package mutating func text() throws -> String { try required(try optionalText()) }
    package mutating func blob() throws -> [UInt8] { try required(try optionalBlob()) }
    package mutating func flag() throws -> Bool { try integer() != 0 }
    package mutating func time() throws -> Timestamp { Timestamp(milliseconds: try integer()) }

    package mutating func hash() throws -> TokenHash {
        let bytes = try blob()
        return try required(TokenHash(bytes: bytes))
    }

    package mutating func scopes() throws -> Scopes {
        let text = try text()
        return try required(Scopes(parsing: text))
    }

    /// A space-separated list of words that hold no space.
    package mutating func words() throws -> [String] {
        try text().utf8.split(separator: 0x20).compactMap { String($0) }
    }
}
