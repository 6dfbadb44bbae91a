import CLibPQ
import SQLStorage
import Storage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where to connect. Never printed: the URL may hold a password.
struct ConnectionTarget: Sendable {
    let url: String

    /// What the URL does not say otherwise.
    private static let defaults = [
        ("connect_timeout", "5"), ("application_name", "martlet"), ("client_encoding", "UTF8"), ("keepalives_idle", "30"),
    ]

    /// A new connection, or nil when the server does not answer.
    func connect() -> OpaquePointer? {
        let pairs = Self.defaults + [("dbname", url)]
        let names = pairs.map { strdup($0.0) }, values = pairs.map { strdup($0.1) }
        defer { for text in names + values { free(text) } }
        var keywords = names.map { UnsafePointer<CChar>($0) } + [nil]
        var texts = values.map { UnsafePointer<CChar>($0) } + [nil]
        let handle = PQconnectdbParams(&keywords, &texts, 1)
        guard PQstatus(handle) == CONNECTION_OK else {
            PQfinish(handle)
            return nil
        }
        return handle
    }
}

/// One connection to the server, used by one thread. Connects when first used and again after it broke.
final class PostgreSQLConnection: SQLConnection {
    private let target: ConnectionTarget
    private var handle: OpaquePointer?
    /// Names of prepared statements by their text.
    private var prepared: [String: String] = [:]
    /// The stores have about a hundred statements.
    private static let preparedLimit = 500

    init(target: ConnectionTarget) { self.target = target }

    deinit { disconnect() }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let result = try run(sql, arguments)
        defer { PQclear(result) }
        return Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    func forEachRow(of sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        let result = try run(sql, arguments)
        defer { PQclear(result) }
        for index in 0..<PQntuples(result) { try body(PostgreSQLRow(result: result, index: index)) }
    }

    /// Runs a command without arguments or answer.
    func command(_ sql: String) throws {
        PQclear(try checked(PQexec(try connected(), sql)))
    }

    /// Ends the transaction; a connection on which that fails is given up, which rolls back too.
    func rollBack() {
        guard handle != nil else { return }
        do { try command("ROLLBACK") } catch { disconnect() }
    }

    func disconnect() {
        PQfinish(handle)
        handle = nil
        prepared = [:]
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws -> OpaquePointer {
        let name = try prepare(sql)
        return try checked(Parameters(arguments).execute(name, on: try connected()))
    }

    /// Session settings: waits are bounded, so that no thread is lost to a stuck statement.
    private static let session = """
        SET client_min_messages = warning; SET statement_timeout = '10s'; SET lock_timeout = '5s';
        SET idle_in_transaction_session_timeout = '15s'; SET default_transaction_isolation = 'read committed'
        """

    private func connected() throws -> OpaquePointer {
        if let handle { return handle }
        guard let fresh = target.connect() else { throw StorageUnavailable("the database cannot be reached") }
        handle = fresh
        PQclear(try checked(PQexec(fresh, Self.session)))
        return fresh
    }

    private func prepare(_ sql: String) throws -> String {
        if let name = prepared[sql] { return name }
        if prepared.count >= Self.preparedLimit {
            try command("DEALLOCATE ALL")
            prepared = [:]
        }
        let connection = try connected()
        let name = "s\(prepared.count)"
        PQclear(try checked(PQprepare(connection, name, sql, 0, nil)))
        prepared[sql] = name
        return name
    }

    /// The result if the statement succeeded. A broken connection is given up.
    private func checked(_ result: OpaquePointer?) throws -> OpaquePointer {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
            if let result { return result }
            throw PostgreSQLFailure.connectionLost
        default:
            let error = ServerError(result)
            PQclear(result)
            let isBroken = PQstatus(handle) != CONNECTION_OK
            if isBroken { disconnect() }
            throw isBroken ? PostgreSQLFailure.connectionLost : error.translated
        }
    }
}

/// What the server said about a statement that failed. Its detail, which may hold values of rows, is not read.
private struct ServerError {
    let code: String
    let message: String

    init(_ result: OpaquePointer?) {
        code = PQresultErrorField(result, ServerError.sqlState).map { String(cString: $0) } ?? ""
        message = PQresultErrorField(result, ServerError.primaryMessage).map { String(cString: $0) } ?? ""
    }

    /// `PG_DIAG_SQLSTATE` and `PG_DIAG_MESSAGE_PRIMARY`, which are character macros.
    private static let sqlState = Int32(UInt8(ascii: "C"))
    private static let primaryMessage = Int32(UInt8(ascii: "M"))

    var translated: any Error {
        switch code {
        case "23505": SQLError.uniqueViolation
        case "40001", "40P01": PostgreSQLFailure.deadlock
        case "55P03", "57014", "53300", "57P03": StorageUnavailable("the database is overloaded")
        default: SQLError.failed(code: code, message: message)
        }
    }
}
