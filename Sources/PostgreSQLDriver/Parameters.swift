import CLibPQ
import SQLStorage

/// Arguments of a statement in the binary format, in which no byte means anything but itself. Their types are what the
/// server inferred when it prepared the statement: `bigint`, `text`, `bytea` and `double precision`.
struct Parameters {
    private var bytes: [UInt8] = []
    private var lengths: [Int32] = []
    private var offsets: [Int?] = []

    init(_ arguments: [SQLValue]) throws {
        for argument in arguments { try append(argument) }
    }

    private mutating func append(_ argument: SQLValue) throws {
        switch argument {
        case .null:
            offsets.append(nil)
            lengths.append(0)
        case .integer(let number): append(bigEndian: UInt64(bitPattern: number))
        case .real(let number): append(bigEndian: number.bitPattern)
        case .text(let text):
            guard !text.utf8.contains(0) else { throw SQLError.invalidText }
            append(text.utf8)
        case .blob(let blob): append(blob)
        }
    }

    private mutating func append(bigEndian number: UInt64) {
        append((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) })
    }

    private mutating func append(_ value: some Collection<UInt8>) {
        offsets.append(bytes.count)
        lengths.append(Int32(value.count))
        bytes.append(contentsOf: value)
    }

    /// Runs the prepared statement; the answer is binary too.
    func execute(_ name: String, on connection: OpaquePointer) -> OpaquePointer? {
        let formats = [Int32](repeating: 1, count: lengths.count)
        // One byte more, so that an empty value at the end has an address: a null pointer would mean SQL's NULL.
        return (bytes + [0]).withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
            return PQexecPrepared(connection, name, Int32(values.count), values, lengths, formats, 1)
        }
    }
}

/// A row of an answer in the binary format.
struct PostgreSQLRow: SQLRow {
    let result: OpaquePointer
    let index: Int32

    /// Of two, four or eight bytes, by the column's type.
    func integer(_ column: Int) throws -> Int64? {
        try field(column) { bytes in
            switch bytes.count {
            case 8: return bytes.reduce(0) { $0 << 8 | Int64($1) }
            case 4: return Int64(Int32(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
            case 2: return Int64(Int16(bitPattern: bytes.reduce(0) { $0 << 8 | UInt16($1) }))
            default: throw SQLError.unexpectedValue(column: column)
            }
        }
    }

    func text(_ column: Int) throws -> String? { try field(column) { String(decoding: $0, as: UTF8.self) } }

    func blob(_ column: Int) throws -> [UInt8]? { try field(column) { Array($0) } }

    private func field<T>(_ column: Int, _ read: (UnsafeRawBufferPointer) throws -> T) throws -> T? {
        let number = Int32(column)
        guard PQgetisnull(result, index, number) == 0 else { return nil }
        return try read(UnsafeRawBufferPointer(
            start: PQgetvalue(result, index, number), count: Int(PQgetlength(result, index, number))))
    }
}
