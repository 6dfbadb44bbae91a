import Logging
import OAuthProtocol

/// One JSON object per line on standard error.
struct JSONLogHandler: LogHandler {
    let label: String
    let now: @Sendable () -> Timestamp
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var object: JSONObject = [
            "time": .string(now().iso8601), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string("\(event.message)"),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { object[name] = .string("\(value)") }
        Terminal.remark(JSONValue.object(object).serializedString)
    }
}

/// `12:34:56.789 info  message key=value` on standard error.
struct TextLogHandler: LogHandler {
    let now: @Sendable () -> Timestamp
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        let values = all.map { " \($0.key)=\(Self.oneLine("\($0.value)"))" }.joined()
        let time = now().iso8601.dropFirst(11).dropLast()
        Terminal.remark("\(time) \(event.level.rawValue) \(Self.oneLine("\(event.message)"))\(values)")
    }

    /// What strangers sent must not begin a line of its own.
    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
    }
}

/// Starts logging, once per process.
enum LogStart {
    static func bootstrap(_ settings: LogSettings) {
        let level = settings.loggerLevel
        LoggingSystem.bootstrap { label in
            switch settings.format {
            case .json: JSONLogHandler(label: label, now: Installation.systemNow, logLevel: level)
            case .text: TextLogHandler(now: Installation.systemNow, logLevel: level)
            }
        }
    }
}

extension LogSettings {
    var loggerLevel: Logger.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
