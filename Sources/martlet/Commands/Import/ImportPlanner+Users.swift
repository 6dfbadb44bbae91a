import AuthorizationServer
import OAuthProtocol
import Storage

/// The users of an import. Connections and APIs are known by now.
extension ImportPlanner {
    /// By `user_id`, or by e-mail address or user name in the connection.
    mutating func user(_ entry: ImportDocument.Entry) async throws {
        let name =
            entry.members["connection"]?.string ?? plan.tenant.record.settings.defaultDirectory
            ?? FreshDatabase.connectionName
        guard let connection = known.connections.first(where: { $0.name == name }) else {
            problems.append("\(entry.place): connection: there is no connection \"\(name)\"")
            return
        }
        let old = try await existingUser(entry.members, connection)
        let count = plan.users.count
        collecting(entry.place) { planner in try planner.user(entry, old, connection) }
        guard plan.users.count > count else { return }
        problems += try await conflicts(of: plan.users[count].user).map { "\(entry.place): \($0)" }
    }

    /// What the database would refuse: an address or a name of another user, unless the file takes it from that user first.
    private func conflicts(of user: User) async throws -> [String] {
        var found: [String] = []
        for (member, name, path) in [("email", user.email, \User.email), ("username", user.username, \User.username)] {
            guard let name,
                let owner = try await session.stores.users.findCredential(connection: user.connection, identifier: name)?.user,
                owner.userID != user.userID, owner[keyPath: path].map(User.nameKey) == User.nameKey(name),
                !plan.users.contains(where: { $0.user.userID == owner.userID })
            else { continue }
            found.append("\(member): the user \(owner.userID) has it")
        }
        return found
    }

    private func existingUser(_ members: JSONObject, _ connection: Connection) async throws -> User? {
        if let id = members["user_id"]?.string { return try await session.stores.users.find(id) }
        guard let identifier = members["email"]?.string ?? members["username"]?.string else { return nil }
        return try await session.stores.users.findCredential(connection: connection.name, identifier: identifier)?.user
    }

    private mutating func user(_ entry: ImportDocument.Entry, _ old: User?, _ connection: Connection) throws {
        var members = entry.members
        let password = try members.takeText("password")
        let hash = try members.takeText("password_hash")
        let permissions = try permissions(members.take("permissions"))
        let identities = members.take("identities")
        guard password == nil || hash == nil else { throw CommandFailure("password: give it or password_hash, not both") }
        let id = "auth0|" + session.randomness.hexadecimal(24)
        var base = old ?? User(userID: id, connection: connection.name, email: nil, createdAt: session.now)
        base.updatedAt = session.now
        let made = try RecordPatch(members).applied(to: base, UserRecord.shape)
        guard made.connection == connection.name else { throw CommandFailure("connection: cannot be changed") }
        try UserRecord.check(made, passwordHash: hash, connection)
        guard connection.provider == nil || (password == nil && hash == nil) else {
            throw CommandFailure("password: the identity provider of the connection knows it, not we")
        }
        let tokens = try ImportedIdentities(of: made.userID, among: known.connections, now: session.now).tokens(in: identities)
        try claim("user_id", made.userID, of: entry)
        for (member, name) in [("email", made.email), ("username", made.username)] {
            if let name { try claim(member, "\(connection.name) \(User.nameKey(name))", of: entry) }
        }
        plan.users.append(
            .init(
                user: made, isNew: old == nil, password: password.map { SecretString($0) },
                passwordHash: hash.map { SecretString($0) }, permissions: permissions, tokens: tokens))
    }

    /// `{"https://api.example.com/": ["read:items"]}`.
    private func permissions(_ value: JSONValue?) throws -> [String: Scopes] {
        guard let value else { return [:] }
        guard case .object(let object) = value else { throw CommandFailure("permissions: must be an object") }
        var result: [String: Scopes] = [:]
        for member in object.members {
            guard let api = known.apis.first(where: { $0.identifier.isExactly(member.name) }) else {
                throw CommandFailure("permissions: there is no API \"\(member.name)\"")
            }
            guard case .array(let values) = member.value else { throw CommandFailure("permissions: must be lists of scopes") }
            let texts = values.compactMap(\.string)
            guard texts.count == values.count else { throw CommandFailure("permissions: must be lists of scopes") }
            let scopes = Scopes(texts)
            for scope in scopes.subtracting(api.definedScopes).values {
                throw CommandFailure("permissions: \(api.identifier) has no \"\(scope)\"")
            }
            result[member.name] = scopes
        }
        return result
    }
}
