import FoundationEssentials

/// Configuration records as JSON text with sorted members.
enum Document {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    private static let decoder = JSONDecoder()

    static func encode(_ record: some Encodable) throws -> SQLValue {
        .text(String(decoding: try encoder.encode(record), as: UTF8.self))
    }

    static func decode<T: Decodable>(_ type: T.Type, from text: String) throws -> T {
        try decoder.decode(type, from: Data(text.utf8))
    }
}
