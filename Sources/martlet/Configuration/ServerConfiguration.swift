/// Everything that an operator decides, read once at start.
struct ServerConfiguration {
    var data: DataSettings
    var listener: ListenerSettings
    var mutualTLS: MutualTLSSettings
    var hosts: HostSettings
    var egress: EgressSettings
    var hashing: HashingSettings
    var log: LogSettings
    var upkeep: UpkeepSettings
    var development: DevelopmentSettings

    init(_ reader: SettingsReader) {
        data = DataSettings(reader)
        listener = ListenerSettings(reader)
        mutualTLS = MutualTLSSettings(reader)
        hosts = HostSettings(reader)
        egress = EgressSettings(reader)
        hashing = HashingSettings(reader)
        log = LogSettings(reader)
        upkeep = UpkeepSettings(reader)
        development = DevelopmentSettings(reader)
        if mutualTLS.port != 0 && listener.certificate == nil {
            reader.report("mtls.port: needs tls.certificate and tls.key")
        }
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
