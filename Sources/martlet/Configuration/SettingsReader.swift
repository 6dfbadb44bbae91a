import Configuration
import OAuthProtocol

/// Reads settings from flags, then the environment, then the file. A setting is declared where it is read, and nowhere
/// else: key, type, default and documentation.
///
/// Problems do not stop the reading: they are collected, so that a person sees all of them at once.
final class SettingsReader {
    private let sources: SettingsSources
    /// In the order of their declaration.
    private(set) var declared: [Setting] = []
    private(set) var problems: [String] = []

    init(_ sources: SettingsSources) { self.sources = sources }

    func report(_ problem: String) { problems.append(problem) }

    func text(_ key: String, default value: String = "", _ documentation: String) -> String {
        declare(Setting(key: key, kind: .text, defaultText: value, documentation: documentation))
        guard case .string(let text) = find(key, .string, "a text")?.content, !text.isEmpty else { return value }
        return text
    }

    func secret(_ key: String, _ documentation: String) -> SecretString? {
        declare(Setting(key: key, kind: .text, defaultText: "", documentation: documentation, isSecret: true))
        guard case .string(let text) = find(key, .string, "a text")?.content, !text.isEmpty else { return nil }
        return SecretString(text)
    }

    func number(_ key: String, default value: Int, in range: ClosedRange<Int>, _ documentation: String) -> Int {
        let bounds = "\(documentation) \(range.lowerBound) to \(range.upperBound)."
        declare(Setting(key: key, kind: .number, defaultText: String(value), documentation: bounds))
        guard case .int(let number) = find(key, .int, "a whole number")?.content else { return value }
        guard range.contains(number) else {
            report("\(key): \(number) is not between \(range.lowerBound) and \(range.upperBound)")
            return value
        }
        return number
    }

    func flag(_ key: String, default value: Bool, _ documentation: String) -> Bool {
        declare(Setting(key: key, kind: .flag, defaultText: String(value), documentation: documentation))
        guard case .bool(let flag) = find(key, .bool, "true or false")?.content else { return value }
        return flag
    }

    /// Comma-separated in the environment, an array of texts in the file.
    func list(_ key: String, _ documentation: String) -> [String] {
        declare(Setting(key: key, kind: .list, defaultText: "", documentation: documentation))
        guard case .stringArray(let values) = find(key, .stringArray, "a list of texts")?.content else { return [] }
        return values.map { $0.trimmed }.filter { !$0.isEmpty }
    }

    /// One of the raw values of an enum.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, default value: Choice, _ documentation: String
    ) -> Choice {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let given = text(key, default: value.rawValue, "\(documentation) One of: \(names).")
        if let choice = Choice(rawValue: given) { return choice }
        report("\(key): \"\(given)\" is not one of: \(names)")
        return value
    }

    /// Reports keys of the file that nothing declared. Call it after everything was read.
    func reportUnknownKeys() {
        let known = Set(declared.map(\.key))
        for key in sources.fileKeys where !known.contains(key) { report("\(key): unknown setting in \(sources.fileName)") }
    }

    private func declare(_ setting: Setting) { declared.append(setting) }

    private func find(_ key: String, _ type: ConfigType, _ expected: String) -> ConfigValue? {
        for source in sources.layers {
            do {
                let path = AbsoluteConfigKey(source.prefix + key.split(separator: ".").map(String.init), context: [:])
                if let value = try source.snapshot.value(forKey: path, type: type).value { return value }
            } catch {
                report("\(key): \(source.name) must give \(expected)")
            }
        }
        return nil
    }
}

extension String {
    /// Without leading and trailing spaces.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
