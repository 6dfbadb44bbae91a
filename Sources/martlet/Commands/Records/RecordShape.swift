import FoundationEssentials
import OAuthProtocol
import Storage

/// What the command line knows of a record's JSON form beyond its `Codable`.
struct RecordShape {
    /// As a person says it: `client`.
    let name: String
    /// Members that a record may lack, with their path: `settings.supportURL`.
    var optional: [String] = []
    /// Members that never change after creation.
    var fixed: [String] = []
    /// Members whose value is one of a list, wherever they stand.
    var vocabularies: [String: [String]] = [:]
    /// Members whose own members are free.
    var free: [String] = []
    /// Members that are kept as JSON text, and may be given as JSON.
    var embedded: [String] = []
}

/// Changes to a record, as members of its JSON form. Options of a command and its `--json` object both end here.
struct RecordPatch {
    private(set) var members = JSONObject()

    init() {}

    init(_ members: JSONObject) { self.members = members }

    /// `nil` when the option was not given.
    mutating func set(_ name: String, _ value: JSONValue?) {
        if let value { members[name] = value }
    }

    mutating func set(_ name: String, texts: [String]) {
        if !texts.isEmpty { members[name] = .strings(texts) }
    }

    /// Adds the members of a JSON object; they win over options.
    mutating func merge(_ text: String?) throws {
        guard let text else { return }
        guard case .object(let object) = try? JSONValue.parse(Array(text.utf8)) else {
            throw CommandFailure("--json needs a JSON object, such as '{\"name\": \"Example\"}'")
        }
        for member in object.members { members[member.name] = member.value }
    }

    /// The record with the changes. Throws `CommandFailure` that lists every problem.
    func applied<Record: Codable>(to record: Record, _ shape: RecordShape) throws -> Record {
        let encoded = try JSONEncoder().encode(record)
        guard case .object(let base) = try JSONValue.parse(Array(encoded)) else { return record }
        var problems: [String] = []
        let merged = Self.merge(members, into: base, Merge(shape: shape, path: ""), &problems)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the \(shape.name)") }
        do {
            return try JSONDecoder().decode(Record.self, from: Data(JSONValue.object(merged).serialized))
        } catch let error as DecodingError {
            throw CommandFailure(problems: [Self.sentence(error)], of: "the \(shape.name)")
        }
    }

    private struct Merge {
        let shape: RecordShape
        let path: String
        var isTop: Bool { path.isEmpty }
        /// The optional members of the object at this path.
        var optionalNames: [String] {
            shape.optional.filter { $0.hasPrefix(path) }.map { String($0.dropFirst(path.count)) }.filter { !$0.contains(".") }
        }
        func inner(_ name: String) -> Merge { Merge(shape: shape, path: path + name + ".") }
    }

    private static func merge(
        _ changes: JSONObject, into base: JSONObject, _ merge: Merge, _ problems: inout [String]
    ) -> JSONObject {
        var result = base
        let known = Set(base.members.map(\.name) + merge.optionalNames)
        for change in changes.members {
            let place = merge.path + change.name
            if !known.contains(change.name) {
                problems.append("\(place): unknown; known are \(known.sorted().joined(separator: ", "))")
            } else if merge.isTop && merge.shape.fixed.contains(change.name) {
                problems.append("\(place): cannot be set")
            } else if let problem = vocabularyProblem(change, place, merge.shape) {
                problems.append(problem)
            } else if change.value == .null {
                result[change.name] = nil
            } else if merge.shape.embedded.contains(change.name), change.value.string == nil {
                result[change.name] = .string(change.value.serializedString)
            } else if case (.object(let new), .object(let old)) = (change.value, base[change.name] ?? .null),
                !merge.shape.free.contains(change.name)
            {
                result[change.name] = .object(self.merge(new, into: old, merge.inner(change.name), &problems))
            } else {
                result[change.name] = change.value
            }
        }
        return result
    }

    private static func vocabularyProblem(_ change: JSONObject.Member, _ place: String, _ shape: RecordShape) -> String? {
        guard let valid = shape.vocabularies[change.name], let text = change.value.string, !valid.contains(text) else {
            return nil
        }
        return "\(place): \"\(text)\" is not one of \(valid.joined(separator: ", "))"
    }

    private static func sentence(_ error: DecodingError) -> String {
        let path = { (keys: [any CodingKey]) in keys.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .typeMismatch(_, let context): "\(path(context.codingPath)): has the wrong type"
        case .valueNotFound(_, let context): "\(path(context.codingPath)): must not be null"
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])): is missing"
        case .dataCorrupted(let context): "\(path(context.codingPath)): is not valid"
        @unknown default: "is not valid"
        }
    }
}
