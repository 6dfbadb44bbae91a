import OAuthProtocol
import Storage

/// Checking connections (contract 13).
enum ConnectionRecord {
    static let shape = RecordShape(
        name: "connection", optional: ["enabled_clients", "options.minimum_password_length"], fixed: ["id"],
        vocabularies: ["passwordPolicy": DatabaseOptions.PasswordPolicy.allCases.map(\.rawValue)])

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ connection: Connection) throws {
        var problems: [String] = []
        let isName = connection.name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
        }
        if !isName || !(1...128).contains(connection.name.utf8.count) {
            problems.append("name: must have 1 to 128 letters, digits and hyphens")
        }
        if let length = connection.options.minimumPasswordLength, !(1...128).contains(length) {
            problems.append("options.minimum_password_length: must be 1 to 128")
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the connection") }
    }
}
