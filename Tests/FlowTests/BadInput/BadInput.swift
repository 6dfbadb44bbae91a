import OAuthProtocol
import TestSupport
import Testing

/// One way to spoil one parameter.
enum Spoiling: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case missing, repeated, empty, long, control, nul, invalidUTF8, brokenEscape
    // Only a JSON body can carry these.
    case number, boolean, null, array, object

    static let inQuery: [Spoiling] = [.missing, .repeated, .empty, .long, .control, .nul, .invalidUTF8, .brokenEscape]
    static let inJSON: [Spoiling] = [
        .missing, .repeated, .empty, .long, .control, .nul, .number, .boolean, .null, .array, .object,
    ]
    var testDescription: String { rawValue }

    /// Nobody can mean this: a parameter that the endpoint reads must be refused.
    var isNeverMeant: Bool {
        switch self {
        case .repeated, .long, .control, .nul, .invalidUTF8, .brokenEscape, .number, .boolean, .array, .object: true
        case .missing, .empty, .null: false
        }
    }

    /// The form-encoded pairs with the parameter spoiled.
    func encode(_ pairs: [(String, String)], _ name: String) -> [UInt8] {
        let others = pairs.filter { $0.0 != name }
        var bytes = Array(PercentEncoding.encodePairs(others).utf8)
        for value in values(pairs.first { $0.0 == name }?.1 ?? "") {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            bytes += Array("\(PercentEncoding.encodeForm(name))=\(value)".utf8)
        }
        return bytes
    }

    /// A JSON body with the member spoiled; written by hand, since it may have to be wrong.
    func encodeJSON(_ pairs: [(String, String)], _ name: String) -> [UInt8] {
        let good = pairs.first { $0.0 == name }?.1 ?? ""
        var members = pairs.filter { $0.0 != name }.map { "\(quoted($0.0)):\(quoted($0.1))" }
        members += literals(good).map { "\(quoted(name)):\($0)" }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    private func values(_ good: String) -> [String] {
        let encoded = PercentEncoding.encodeForm(good)
        switch self {
        case .missing: return []
        case .repeated: return [encoded, encoded]
        case .empty: return [""]
        case .long: return [String(repeating: "a", count: 100_000)]
        case .control: return [encoded + "%0D%0A%1B%7F"]
        case .nul: return [encoded + "%00"]
        case .invalidUTF8: return [encoded + "%C3%28%FF"]
        case .brokenEscape: return [encoded + "%G1%"]
        case .number, .boolean, .null, .array, .object: return [encoded]
        }
    }

    private func literals(_ good: String) -> [String] {
        switch self {
        case .missing: []
        case .repeated: [quoted(good), quoted(good)]
        case .empty: ["\"\""]
        case .long: [quoted(String(repeating: "a", count: 100_000))]
        case .control: [quoted(good + "\r\n\u{1B}\u{7F}")]
        case .nul: [quoted(good + "\u{0}")]
        case .invalidUTF8, .brokenEscape: [quoted(good)]
        case .number: ["4711"]
        case .boolean: ["true"]
        case .null: ["null"]
        case .array: ["[\(quoted(good))]"]
        case .object: ["{\"a\":\(quoted(good))}"]
        }
    }

    private func quoted(_ text: String) -> String { JSONValue.string(text).serializedString }
}
