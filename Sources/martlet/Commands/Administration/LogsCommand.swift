import ArgumentParser
import OAuthProtocol
import Storage

struct LogsCommand: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "The audit log of a tenant, with Auth0's type codes.",
        discussion: "With --json each event is one line.")
    @Flag(name: .shortAndLong, help: "Wait for further events until interrupted.") var follow = false
    @Option(name: [.customShort("n"), .long], help: "Show this many of the newest (0 to 1000).") var limit = 50
    @Option(help: "Only events of this type, such as ferrt. Repeat for several.") var type: [String] = []
    @OptionGroup var place: TenantPlaceOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...1000).contains(limit) else { throw ValidationError("--limit must be 0 to 1000") }
        for name in type where LogEventType(rawValue: name) == nil {
            throw ValidationError(
                "unknown type \"\(name)\"; known are \(LogEventType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        let newest = try await session.stores.logs.latest(limit: max(1, limit))
        newest.prefix(limit).reversed().forEach(show)
        guard follow else { return }
        var last = newest.first?.id
        while true {
            let more = try await session.stores.logs.list(after: last, limit: 500)
            more.forEach(show)
            last = more.last?.id ?? last
            if more.count < 500 { try await Task.sleep(for: .milliseconds(500)) }
        }
    }

    private func show(_ record: LogRecord) {
        guard type.isEmpty || type.contains(record.event.type.rawValue) else { return }
        if output.json { return Terminal.say(JSONValue.object(Self.json(record)).serializedString) }
        let event = record.event
        let code = event.type.rawValue
        let target = event.details["target"]?.string
        let parts = [event.clientName ?? event.clientID, event.userName ?? event.userID, event.ip, event.description, target]
        let padding = String(repeating: " ", count: max(0, 8 - code.count))
        Terminal.say(
            "\(event.date.iso8601)  \(code)\(padding)  \(parts.compactMap(\.self).map(Self.oneLine).joined(separator: "  "))")
    }

    /// Auth0's member names (management contract 13).
    private static func json(_ record: LogRecord) -> JSONObject {
        let event = record.event
        var object: JSONObject = [
            "log_id": .string(record.id), "date": .string(event.date.iso8601), "type": .string(event.type.rawValue),
        ]
        let texts = [
            ("description", event.description), ("client_id", event.clientID), ("client_name", event.clientName),
            ("connection", event.connection), ("user_id", event.userID), ("user_name", event.userName), ("ip", event.ip),
            ("user_agent", event.userAgent), ("hostname", event.hostname), ("audience", event.audience), ("scope", event.scope),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0) } }
        object["details"] = .object(event.details)
        return object
    }

    /// What strangers sent must not draw on the terminal.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }))
    }
}
