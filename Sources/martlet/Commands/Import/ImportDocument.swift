import OAuthProtocol
import Storage

/// The file of `martlet import`, taken apart but not judged.
struct ImportDocument {
    /// An object of a list.
    struct Entry {
        /// The list: `clients`.
        let list: String
        let index: Int
        let members: JSONObject

        /// Where it stands in the file: `clients[0]`.
        var place: String { "\(list)[\(index)]" }
    }

    private(set) var tenant: JSONObject?
    private(set) var connections: [Entry] = []
    private(set) var apis: [Entry] = []
    private(set) var clients: [Entry] = []
    private(set) var grants: [Entry] = []
    private(set) var users: [Entry] = []

    /// An administrator's file may hold a whole tenant.
    static let maximumBytes = 64 << 20
    private static let limits = JSONLimits(maximumBytes: maximumBytes)
    private static let members = ["tenant", "connections", "resource_servers", "clients", "client_grants", "users"]

    /// Throws `CommandFailure` that lists what is not of the form.
    init(_ bytes: [UInt8]) throws {
        guard case .object(let root) = try? JSONValue.parse(bytes, limits: Self.limits) else {
            throw CommandFailure("the file does not hold a JSON object")
        }
        var problems = root.members.map(\.name).filter { !Self.members.contains($0) }.map {
            "\($0): unknown; known are \(Self.members.joined(separator: ", "))"
        }
        connections = Self.entries("connections", root, &problems)
        apis = Self.entries("resource_servers", root, &problems)
        clients = Self.entries("clients", root, &problems)
        grants = Self.entries("client_grants", root, &problems)
        users = Self.entries("users", root, &problems)
        switch root["tenant"] {
        case .object(let members): tenant = Self.withSettings(members)
        case nil: break
        case .some: problems.append("tenant: must be an object")
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the file") }
    }

    /// Settings may stand directly in `tenant`.
    private static func withSettings(_ members: JSONObject) -> JSONObject {
        members["settings"] != nil || members["customDomains"] != nil ? members : ["settings": .object(members)]
    }

    private static func entries(_ name: String, _ root: JSONObject, _ problems: inout [String]) -> [Entry] {
        guard let value = root[name] else { return [] }
        guard case .array(let values) = value else {
            problems.append("\(name): must be a list")
            return []
        }
        return values.enumerated().compactMap { index, value in
            guard case .object(let members) = value else {
                problems.append("\(name)[\(index)]: must be an object")
                return nil
            }
            return Entry(list: name, index: index, members: members)
        }
    }
}

extension JSONObject {
    /// The member, which leaves the object.
    mutating func take(_ name: String) -> JSONValue? {
        defer { self[name] = nil }
        return self[name]
    }

    /// The member, which leaves the object, as text with at least one character; `nil` when it is missing or null. Throws
    /// `CommandFailure` for anything else: a secret that is left out by mistake would be made up.
    mutating func takeText(_ name: String) throws -> String? {
        switch take(name) {
        case nil, .null: return nil
        case .string(let text) where !text.isEmpty: return text
        case .string: throw CommandFailure("\(name): must not be empty")
        case .some: throw CommandFailure("\(name): must be a text")
        }
    }
}
