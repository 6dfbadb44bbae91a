import ArgumentParser
import Configuration
import FoundationEssentials
import OAuthProtocol

/// Which installation a command works on. The same three options on every command.
struct PlaceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("JSON file with settings (see `martlet config reference`).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Data directory: SQLite file, master key file, inbox.", valueName: "directory"))
    var data: String?

    @Option(help: ArgumentHelp("sqlite:PATH or postgres://user:password@host/name.", valueName: "url"))
    var database: String?

    init() {}

    /// The settings with these options, and `more` of the command, on top.
    func configuration(_ more: [String: ConfigContent?] = [:]) throws -> ServerConfiguration {
        try ServerConfiguration.load(try sources(more))
    }

    func sources(_ more: [String: ConfigContent?] = [:]) throws -> SettingsSources {
        var flags = more.compactMapValues { $0 }
        if let data { flags["data"] = .string(data) }
        if let database { flags["database.url"] = .string(database) }
        return try SettingsSources(flags: flags, environment: ProcessInfo.processInfo.environment, file: config)
    }
}

/// The installation and the tenant in it.
struct TenantPlaceOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions

    @Option(help: ArgumentHelp("The tenant to work on.", valueName: "name"))
    var tenant = "default"

    init() {}
    init(_ place: PlaceOptions, tenant: String) { (self.place, self.tenant) = (place, tenant) }
}

/// How a command answers.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Answer with JSON.")
    var json = false

    init() {}

    /// Says what was done to what.
    func confirm(_ done: String, _ target: String) {
        if json { return Terminal.show([done: .string(target)]) }
        Terminal.say("\(done) \(target)")
    }
}

/// A record as JSON in, and JSON out.
struct RecordOptions: ParsableArguments {
    @Option(
        defaultAsFlag: "",
        help: ArgumentHelp(
            "Answer with JSON. With an object, its members set those of the record; - reads the object from standard input.",
            valueName: "object"))
    var json: String?

    init() {}

    var answersWithJSON: Bool { json != nil }

    /// The object's text; `nil` when none was given.
    func object() throws -> String? {
        switch json {
        case nil, "": nil
        case "-": String(decoding: try PlainFile.read("/dev/stdin"), as: UTF8.self)
        case .some(let text): text
        }
    }

    /// Prints the record as `--json` asks.
    func show(_ value: some Encodable) throws {
        show(try RecordOutput.json(value))
    }

    func show(_ object: JSONObject) {
        if answersWithJSON { return Terminal.show(.object(object)) }
        RecordOutput.lines(object).forEach(Terminal.say)
    }
}
