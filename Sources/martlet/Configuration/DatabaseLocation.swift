/// Which engine, and where its data is.
enum DatabaseLocation {
    case sqlite(path: String)
    /// A libpq URL; it may hold a password.
    case postgreSQL(url: String)

    /// Parses `sqlite:PATH`, `postgres://…` or `postgresql://…`. `nil` for anything else.
    init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = text.dropFirst("sqlite:".count)
            guard !path.isEmpty else { return nil }
            self = .sqlite(path: String(path))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgreSQL(url: text)
        } else {
            return nil
        }
    }
}
