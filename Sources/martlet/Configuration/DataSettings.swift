import OAuthProtocol

/// Where everything is kept.
struct DataSettings {
    var directory: String
    var database: String
    var poolSize: Int
    var readers: Int
    var masterKey: SecretString?
    var inbox: String

    init(_ reader: SettingsReader) {
        directory = reader.text(
            "data", default: "martlet-data",
            "Directory of the SQLite file, the master key file and the mail inbox. Made with mode 0700 when missing.")
        let given = reader.text(
            "database.url", "`sqlite:PATH` or `postgres://user:password@host/name`. Without it, `sqlite:DATA/martlet.sqlite`.")
        database = given.isEmpty ? "sqlite:\(directory)/martlet.sqlite" : given
        poolSize = reader.number("database.poolSize", default: 8, in: 1...200, "PostgreSQL connections of this process.")
        readers = reader.number("database.readers", default: 2, in: 1...32, "SQLite connections that read at once.")
        masterKey = reader.secret(
            "masterKey",
            """
            32 bytes in base64 or hexadecimal. Several, separated by commas, make a ring: the first seals, all open. Without \
            it, the file `master.key` in the data directory, made at first start.
            """
        )
        let inbox = reader.text("mail.inbox", "Directory that mail is written to. Without it, `DATA/inbox`.")
        self.inbox = inbox.isEmpty ? "\(directory)/inbox" : inbox
        if DatabaseLocation(database) == nil {
            reader.report("database.url: must begin with sqlite: or postgres://")
        }
        if let masterKey, (try? MasterKeyFile.ring(from: masterKey)) == nil {
            reader.report("masterKey: each key must be 32 bytes in base64 or hexadecimal")
        }
    }
}
