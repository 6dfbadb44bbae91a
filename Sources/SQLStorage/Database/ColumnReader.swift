package import OAuthProtocol
package import Storage

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
