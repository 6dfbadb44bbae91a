import FoundationEssentials
import OAuthProtocol

/// How records are shown.
enum RecordOutput {
    /// The record's JSON form with dates as texts.
    static func json(_ record: some Encodable) throws -> JSONObject {
        guard case .object(var object) = try JSONValue.parse(Array(try JSONEncoder().encode(record))) else { return [:] }
        for member in object.members where dates.contains(member.name) {
            if let milliseconds = member.value.integer {
                object[member.name] = .string(Timestamp(milliseconds: milliseconds).iso8601)
            }
        }
        return JSONObject(sortedLikeAPerson: unfolded(object))
    }

    /// With the JSON that is kept as text as JSON, at any depth.
    private static func unfolded(_ object: JSONObject) -> JSONObject {
        var result = JSONObject()
        for member in object.members {
            switch member.value {
            case .object(let inner): result.append(member.name, .object(unfolded(inner)))
            case .string(let text) where embedded.contains(member.name):
                result.append(member.name, (try? JSONValue.parse(Array(text.utf8))) ?? member.value)
            case .string, .array, .null, .bool, .integer, .number: result.append(member.name, member.value)
            }
        }
        return result
    }

    /// `name: value` lines, for eyes.
    static func lines(_ object: JSONObject) -> [String] {
        let width = object.members.map(\.name.count).max() ?? 0
        return object.members.map { member in
            let padding = String(repeating: " ", count: width - member.name.count)
            return "\(member.name)\(padding)  \(plain(member.value))"
        }
    }

    /// Columns of equal width. Says `nothing` when there is no row.
    static func table(_ header: [String], _ rows: [[String]], nothing: String) -> [String] {
        guard !rows.isEmpty else { return [nothing] }
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    private static let dates: Set<String> = ["created_at", "updated_at", "last_login", "createdAt"]

    /// Members that are kept as JSON text.
    private static let embedded: Set<String> = ["user_metadata", "app_metadata", "jwks", "metadata", "softwareStatementJWKS"]

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let values): values.map(plain).joined(separator: ", ")
        case .null, .bool, .integer, .number, .object: value.serializedString
        }
    }
}

extension JSONObject {
    /// Identifiers and names first, the rest by name: `JSONEncoder` has no order of its own.
    fileprivate init(sortedLikeAPerson object: JSONObject) {
        let first = ["id", "client_id", "client_secret", "user_id", "identifier", "kid", "name", "email", "app_type", "value"]
        let rank = { (name: String) in first.firstIndex(of: name) ?? first.count }
        self.init()
        for member in object.members.sorted(by: { (rank($0.name), $0.name) < (rank($1.name), $1.name) }) {
            append(member.name, member.value.sortedLikeAPerson)
        }
    }
}

extension JSONValue {
    fileprivate var sortedLikeAPerson: JSONValue {
        switch self {
        case .object(let object): .object(JSONObject(sortedLikeAPerson: object))
        case .array(let values): .array(values.map(\.sortedLikeAPerson))
        case .null, .bool, .integer, .number, .string: self
        }
    }
}
