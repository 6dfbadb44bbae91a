import FoundationEssentials
import OAuthProtocol

/// A configuration record that is kept as a JSON document.
///
/// Documents outlive the program that wrote them. A member that a document lacks, because it was added since, has the
/// value of `prototype`; one that the program does not know is passed over.
protocol DocumentRecord: Codable, Sendable {
    /// A record with every setting at its default.
    static var prototype: Self { get }
    /// The members that have no default: a document without them is damaged.
    static var required: [String] { get }
}

/// Configuration records as JSON text.
enum Document {
    /// Only this program writes documents, so nothing is to be defended against but nonsense.
    static let limits = JSONLimits(maximumBytes: 16_777_216, maximumDepth: 64)

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
    private static let decoder = JSONDecoder()

    static func encode(_ record: some Encodable) throws -> SQLValue {
        .text(String(decoding: try encoder.encode(record), as: UTF8.self))
    }

    /// Writes `null` for what is absent on purpose although its default is not, so that it is told from what was not known.
    static func encode<Record: DocumentRecord>(_ record: Record) throws -> SQLValue {
        .text(try object(record).addingNulls(for: try defaults(of: Record.self)).serializedString)
    }

    static func decode<Record: DocumentRecord>(_ type: Record.Type, from text: String) throws -> Record {
        guard let stored = try JSONValue.parse(Array(text.utf8), limits: limits).object else { throw SQLError.invalidDocument }
        let whole = stored.overlaid(on: try defaults(of: type))
        return try decoder.decode(type, from: Data(whole.serialized))
    }

    /// Reads a record whose members all may be absent.
    static func decodeMembers<Record: Decodable>(_ type: Record.Type, from text: String) throws -> Record {
        try decoder.decode(type, from: Data(text.utf8))
    }

    private static func defaults<Record: DocumentRecord>(of type: Record.Type) throws -> JSONObject {
        var defaults = try object(type.prototype)
        for name in type.required { defaults[name] = nil }
        return defaults
    }

    private static func object(_ record: some Encodable) throws -> JSONObject {
        let bytes = Array(try encoder.encode(record))
        guard let object = try JSONValue.parse(bytes, limits: limits).object else { throw SQLError.invalidDocument }
        return object
    }
}

extension JSONObject {
    /// The object, with the members of `defaults` that it lacks, at every depth.
    fileprivate func overlaid(on defaults: JSONObject) -> JSONObject {
        var result = self
        for member in defaults.members {
            guard let own = self[member.name] else {
                result.append(member.name, member.value)
                continue
            }
            if let own = own.object, let inner = member.value.object { result[member.name] = .object(own.overlaid(on: inner)) }
        }
        return result
    }

    /// The object, with `null` for the members of `defaults` that it lacks, at every depth.
    fileprivate func addingNulls(for defaults: JSONObject) -> JSONObject {
        var result = self
        for member in defaults.members {
            guard let own = self[member.name] else {
                result.append(member.name, .null)
                continue
            }
            if let own = own.object, let inner = member.value.object {
                result[member.name] = .object(own.addingNulls(for: inner))
            }
        }
        return result
    }
}
