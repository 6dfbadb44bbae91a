import Glibc
import OAuthProtocol

/// What a person reads: answers on standard output, remarks on standard error.
enum Terminal {
    /// Writes a line to standard output.
    static func say(_ line: String) { write(line, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    static func remark(_ line: String) { write(line, to: STDERR_FILENO) }

    static func show(_ object: JSONObject) { show(.object(object)) }

    static func show(_ value: JSONValue) { say(PrettyJSON.text(of: value)) }

    private static func write(_ line: String, to file: Int32) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            // A reader that went away (`| head`) is not our problem.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// JSON with line breaks, for eyes and `jq` alike.
enum PrettyJSON {
    static func text(of value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.members.isEmpty:
            let members = object.members.map {
                "\(inner)\(JSONValue.string($0.name).serializedString): \(text(of: $0.value, indent: inner))"
            }
            return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
        case .array(let values) where !values.isEmpty:
            return "[\n\(values.map { inner + text(of: $0, indent: inner) }.joined(separator: ",\n"))\n\(indent)]"
        case .object, .array, .null, .bool, .integer, .number, .string:
            return value.serializedString
        }
    }
}
