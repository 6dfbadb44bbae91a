/// Everything that an operator decides, read once at start.
struct ServerConfiguration {
    var data: DataSettings
    var listener: ListenerSettings
    var hosts: HostSettings
    var hashing: HashingSettings
    var log: LogSettings
    var upkeep: UpkeepSettings

    init(_ reader: SettingsReader) {
        data = DataSettings(reader)
        listener = ListenerSettings(reader)
        hosts = HostSettings(reader)
        hashing = HashingSettings(reader)
        log = LogSettings(reader)
        upkeep = UpkeepSettings(reader)
        reader.reportUnknownKeys()
    }

    /// Throws `CommandFailure` that lists every problem.
    static func load(_ sources: SettingsSources) throws -> ServerConfiguration {
        let reader = SettingsReader(sources)
        let configuration = ServerConfiguration(reader)
        guard reader.problems.isEmpty else { throw CommandFailure(problems: reader.problems, of: "the configuration") }
        return configuration
    }
}
