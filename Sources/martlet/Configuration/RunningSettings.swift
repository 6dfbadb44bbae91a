import Credentials

/// What checking a password may cost.
struct HashingSettings {
    var cost: Argon2Parameters
    var memory: Int
    var queue: Int

    init(_ reader: SettingsReader) {
        let memory = reader.number("hashing.memory", default: 19_456, in: 7_168...262_144, "KiB that one Argon2id hash takes.")
        let passes = reader.number("hashing.passes", default: 2, in: 1...16, "Passes of Argon2id over its memory.")
        cost = Argon2Parameters(memory: UInt32(memory), passes: UInt32(passes), lanes: 1)
        self.memory = reader.number(
            "hashing.totalMemory", default: 96, in: 8...65_536,
            "MiB for all hashes that run at once; their number follows from it.")
        queue = reader.number(
            "hashing.queue", default: 64, in: 0...10_000, "Checks that may wait; beyond them the answer is 429.")
    }

    func limits(cores: Int) -> Argon2PasswordHasher.Limits {
        var limits = Argon2PasswordHasher.Limits.fitting(memory: memory, cores: cores, cost)
        limits.queue = queue
        return limits
    }
}

/// What is written about the running.
struct LogSettings {
    enum Format: String, CaseIterable { case text, json }
    enum Level: String, CaseIterable { case debug, info, warning, error }

    var format: Format
    var level: Level
    var showsRequests: Bool
    var retentionDays: Int

    init(_ reader: SettingsReader) {
        format = reader.choice("log.format", default: .text, "How log lines are written to standard error.")
        level = reader.choice("log.level", default: .info, "The least important lines that are written.")
        showsRequests = reader.flag("log.requests", default: false, "Write a line for each request: method, path, status, time.")
        retentionDays = reader.number("log.retentionDays", default: 30, in: 1...3650, "Days that the audit log keeps an event.")
    }
}

/// Work beside the requests.
struct UpkeepSettings {
    var migratesAtStart: Bool
    var sweepSeconds: Int

    init(_ reader: SettingsReader) {
        migratesAtStart = reader.flag(
            "database.migrate", default: true,
            "Apply missing migrations at start. When false, a start with pending ones is refused.")
        sweepSeconds = reader.number(
            "upkeep.sweepSeconds", default: 60, in: 1...86_400, "Seconds between deletions of expired rows.")
    }
}
