import AuthorizationServer
import Credentials
import OAuthProtocol
import Storage

/// Checking users that come from a file.
enum UserRecord {
    static let shape = RecordShape(
        name: "user", optional: ["email", "username"] + profile + address,
        fixed: ["created_at", "updated_at", "last_login", "last_ip", "logins_count"],
        embedded: ["user_metadata", "app_metadata"])

    private static let profile = [
        "name", "given_name", "family_name", "middle_name", "nickname", "picture", "website", "gender", "birthdate", "zoneinfo",
        "locale", "phone_number", "phone_number_verified", "profile", "preferred_username", "address",
    ].map { "profile.\($0)" }

    private static let address = ["formatted", "street_address", "locality", "region", "postal_code", "country"].map {
        "profile.address.\($0)"
    }

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ user: User, passwordHash: String?, _ connection: Connection) throws {
        var problems: [String] = []
        if let hash = passwordHash, !Argon2PasswordHasher.canVerify(hash) {
            problems.append("password_hash: neither an encoded Argon2 hash nor bcrypt, or of a cost beyond bearing")
        }
        if let email = user.email, !EmailAddress.isPlausible(email) { problems.append("email: \"\(email)\" is not an address") }
        if let name = user.username, !Username.isPlausible(name) { problems.append("username: \"\(name)\" cannot be one") }
        if user.email == nil && user.username == nil && connection.provider == nil { problems.append("email: is missing") }
        if connection.options.requiresUsername && user.username == nil {
            problems.append("username: the connection asks for one")
        }
        let prefix = idPrefix(in: connection)
        if !user.userID.hasPrefix(prefix) || !(prefix.utf8.count + 1...255).contains(user.userID.utf8.count)
            || user.userID.utf8.contains(where: { $0 <= 0x20 })
        {
            problems.append("user_id: must begin with \(prefix) and have no spaces")
        }
        for (name, text) in [("user_metadata", user.userMetadata), ("app_metadata", user.appMetadata)] {
            if (try? JSONValue.parse(Array(text.utf8)))?.object == nil { problems.append("\(name): must be an object") }
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the user") }
    }

    /// What ids of a connection's users begin with.
    private static func idPrefix(in connection: Connection) -> String {
        guard let strategy = IdentityProvider.Strategy(rawValue: connection.strategy) else { return "auth0|" }
        return strategy.userID(of: "", at: connection.name)
    }
}
