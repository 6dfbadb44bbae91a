import Configuration
import OAuthProtocol

/// Where settings come from: flags before the environment before the file.
struct SettingsSources {
    struct Layer {
        /// As problems name it.
        let name: String
        /// Components before every key.
        var prefix: [String] = []
        let snapshot: any ConfigSnapshot
    }

    private(set) var layers: [Layer] = []
    /// Dotted keys that the file has.
    private(set) var fileKeys: [String] = []
    private(set) var fileName = ""

    /// Nothing but defaults.
    init() {}

    /// Throws `CommandFailure` when the file cannot be read or is not a JSON object.
    init(flags: [String: ConfigContent], environment: [String: String], file: String?) throws {
        let values = flags.map { key, content in
            (AbsoluteConfigKey(key.split(separator: ".").map(String.init), context: [:]), ConfigValue(content, isSecret: false))
        }
        let flagProvider = InMemoryProvider(values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
        layers.append(Layer(name: "the command line", snapshot: flagProvider.snapshot()))
        let variables = environment.filter { $0.key.hasPrefix("MARTLET_") && !$0.value.isEmpty }
        let environmentProvider = EnvironmentVariablesProvider(environmentVariables: variables, secretsSpecifier: .all)
        layers.append(Layer(name: "the environment", prefix: ["martlet"], snapshot: environmentProvider.snapshot()))
        if let file { try addFile(file) }
    }

    private mutating func addFile(_ path: String) throws {
        let bytes = try PlainFile.read(path)
        guard case .object(let object) = try? JSONValue.parse(bytes) else {
            throw CommandFailure("\(path) is not a JSON object")
        }
        fileName = path
        fileKeys = Self.keys(of: object)
        let snapshot = try JSONSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: .default)
        layers.append(Layer(name: path, snapshot: snapshot))
    }

    private static func keys(of object: JSONObject) -> [String] {
        object.members.flatMap { member in
            guard case .object(let inner) = member.value else { return [member.name] }
            return keys(of: inner).map { "\(member.name).\($0)" }
        }
    }
}
