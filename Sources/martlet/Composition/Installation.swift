import AuthorizationServer
import Connections
import Credentials
import Egress
import FoundationEssentials
import Glibc
import Messaging
import OAuthProtocol
import PostgreSQLDriver
import SQLiteDriver
import Storage

/// The live values below HTTP: clock, keys, database, hashing, mail. Reads top to bottom; everything is made here.
struct Installation: Sendable {
    let now: @Sendable () -> Timestamp
    let masterKeys: MasterKeyRing
    let engine: any StorageEngine
    let hasher: Argon2PasswordHasher
    let fetcher: GuardedFetcher
    let environment: ServerEnvironment

    /// What opening may do.
    enum Opening {
        /// A server's start: makes the key file and the database when missing.
        case creating
        /// A tool: works on what is there and has every migration.
        case existing
    }

    static let systemNow: @Sendable () -> Timestamp = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    static func open(_ configuration: ServerConfiguration, _ opening: Opening) async throws -> Installation {
        let now = systemNow
        let data = configuration.data
        let location = try location(of: data, opening)
        let masterKeys = try MasterKeyFile.ring(
            setting: data.masterKey, directory: data.directory, mayCreate: opening == .creating)
        let engine = try await engine(location, masterKeys, data)
        let hasher = Argon2PasswordHasher(
            configuration.hashing.cost, limits: configuration.hashing.limits(cores: ProcessInfo.processInfo.activeProcessorCount))
        let fetcher = try fetcher(configuration.egress)
        let inbox = DevInbox(directory: data.inbox, now: now)
        var environment = ServerEnvironment(
            randomness: .system, passwordHasher: hasher, masterKeys: masterKeys,
            connections: ConnectionTable(passwords: ["auth0": DatabaseConnection()]),
            outside: .init(
                messages: (mailer: inbox, texts: inbox), outbound: fetcher, webAuthn: WebAuthnChecks(), timeBasedCodes: TOTP(),
                now: now))
        environment.pause = { try? await Task.sleep(for: $0) }
        return Installation(
            now: now, masterKeys: masterKeys, engine: engine, hasher: hasher, fetcher: fetcher, environment: environment)
    }

    /// Opens for a tool, runs the body and closes, also after a failure.
    static func with(_ place: PlaceOptions, _ body: (Installation) async throws -> Void) async throws {
        let installation = try await open(try place.configuration(), .existing)
        try await installation.orClose {
            try await installation.requireMigrated()
            try await body(installation)
        }
        try await installation.close()
    }

    /// Runs the body; when it fails, closes and throws the reason in words.
    func orClose<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            try? await close()
            throw CommandFailure.inWords(error)
        }
    }

    /// Throws `SealingError` when what the database holds is sealed under a master key that is not at hand: better now than
    /// at the first request.
    func requireMasterKeys() async throws {
        for tenant in try await engine.tenants.list() { _ = try await engine.stores(for: tenant.id).signingKeys.list() }
    }

    /// Ends the threads that hash and fetch, then the database.
    func close() async throws {
        try await hasher.shutDown()
        try await fetcher.shutDown()
        try await engine.close()
    }

    func requireMigrated() async throws {
        let pending = try await engine.pendingMigrations()
        guard pending.isEmpty else {
            throw CommandFailure(
                "the database lacks \(pending.count) migrations (\(pending.joined(separator: ", "))); run: martlet migrate")
        }
    }

    private static func fetcher(_ settings: EgressSettings) throws -> GuardedFetcher {
        let authorities = settings.authorities.isEmpty ? [] : try PlainFile.read(settings.authorities)
        do {
            return try GuardedFetcher(GuardedFetcher.Settings(rules: settings.rules, authorities: authorities))
        } catch {
            throw CommandFailure("egress.ca: \(settings.authorities) is not a PEM file that can be used")
        }
    }

    private static func location(of data: DataSettings, _ opening: Opening) throws -> DatabaseLocation {
        guard let location = DatabaseLocation(data.database) else {
            throw CommandFailure("database.url must begin with sqlite: or postgres://")
        }
        guard case .sqlite(let path) = location else { return location }
        switch opening {
        case .creating:
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
                try PlainFile.makeDirectory(String(path[..<slash]))
            }
        case .existing where access(path, F_OK) != 0:
            throw CommandFailure(
                "there is no database at \(path); make one with: martlet migrate, or name it with --data or --database")
        case .existing: break
        }
        return location
    }

    private static func engine(
        _ location: DatabaseLocation, _ keys: MasterKeyRing, _ data: DataSettings
    ) async throws -> any StorageEngine {
        do {
            return try await open(location, keys, data)
        } catch {
            throw CommandFailure.inWords(error)
        }
    }

    private static func open(
        _ location: DatabaseLocation, _ keys: MasterKeyRing, _ data: DataSettings
    ) async throws -> any StorageEngine {
        switch location {
        case .sqlite(let path):
            var settings = SQLiteConfiguration()
            settings.readers = data.readers
            return try await SQLiteEngine.open(.file(path), masterKeys: keys, configuration: settings)
        case .postgreSQL(let url):
            return try await PostgreSQLEngine.open(url: url, masterKeys: keys, poolSize: data.poolSize)
        }
    }
}
