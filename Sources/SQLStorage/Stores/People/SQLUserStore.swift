import OAuthProtocol
import Storage

struct SQLUserStore: UserStore {
    let scope: TenantScope

    func insert(_ user: User, passwordHash: SecretString?) async throws {
        let sql = """
            INSERT INTO users (tenant_id, \(UserRows.columns), email_key, username_key, password_hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT DO NOTHING
            """
        let arguments: [SQLValue] = [
            scope.key, .text(user.userID), .text(user.connection), .optional(text: user.email), .flag(user.emailVerified),
            .optional(text: user.username), try Document.encode(user.profile), .flag(user.blocked),
            .text(user.userMetadata), .text(user.appMetadata), .time(user.createdAt), .time(user.updatedAt),
            .optional(time: user.lastLogin), .optional(text: user.lastIP), .count(user.loginsCount),
            .optional(text: user.email.map(User.nameKey)), .optional(text: user.username.map(User.nameKey)),
            .optional(text: passwordHash?.revealed),
        ]
        try await scope.database.write { [scope] connection in
            guard try connection.execute(sql, arguments) == 1 else {
                throw try Self.conflict(of: user, includingID: true, in: scope, on: connection)
            }
        }
    }

    func find(_ userID: String) async throws -> User? {
        let sql = "SELECT \(UserRows.columns) FROM users WHERE tenant_id = $1 AND user_id = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .text(userID)]) { try UserRows.read(&$0) }
        }
    }

    /// One user's e-mail address may be another's user name: the address wins.
    func findCredential(connection name: String, identifier: String) async throws -> (user: User, passwordHash: SecretString?)? {
        let sql = """
            SELECT \(UserRows.columns), password_hash FROM users
            WHERE tenant_id = $1 AND connection_name = $2 AND (email_key = $3 OR username_key = $3)
            ORDER BY CASE WHEN email_key = $3 THEN 0 ELSE 1 END LIMIT 1
            """
        let arguments: [SQLValue] = [scope.key, .text(name), .text(User.nameKey(identifier))]
        return try await scope.database.read { connection in
            try connection.first(sql, arguments) { columns in
                (user: try UserRows.read(&columns), passwordHash: try columns.optionalText().map(SecretString.init))
            }
        }
    }

    func list(offset: Int, limit: Int) async throws -> [User] {
        let sql = """
            SELECT \(UserRows.columns) FROM users WHERE tenant_id = $1 ORDER BY created_at, user_id LIMIT $2 OFFSET $3
            """
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key, .count(limit), .count(offset)]) { try UserRows.read(&$0) }
        }
    }

    func update(_ user: User) async throws -> Bool {
        let sql = """
            UPDATE users SET connection_name = $3, email = $4, email_key = $5, email_verified = $6, username = $7,
                username_key = $8, profile = $9, blocked = $10, user_metadata = $11, app_metadata = $12, updated_at = $13
            WHERE tenant_id = $1 AND user_id = $2
            """
        let arguments: [SQLValue] = [
            scope.key, .text(user.userID), .text(user.connection), .optional(text: user.email),
            .optional(text: user.email.map(User.nameKey)), .flag(user.emailVerified), .optional(text: user.username),
            .optional(text: user.username.map(User.nameKey)), try Document.encode(user.profile), .flag(user.blocked),
            .text(user.userMetadata), .text(user.appMetadata), .time(user.updatedAt),
        ]
        do {
            return try await scope.writeRevoking { [scope] connection, revoked in
                guard try connection.execute(sql, arguments) == 1 else { return false }
                if user.blocked { try revoked.insert(user: user.userID, at: user.updatedAt, in: scope, on: connection) }
                return true
            }
        } catch SQLError.uniqueViolation {
            throw try await scope.database.write { [scope] connection in
                try Self.conflict(of: user, includingID: false, in: scope, on: connection)
            }
        }
    }

    /// Which unique field of the user another user has.
    private static func conflict(
        of user: User, includingID: Bool, in scope: TenantScope, on connection: any SQLConnection
    ) throws -> StoreConflict {
        let byID = "SELECT 1 FROM users WHERE tenant_id = $1 AND user_id = $2"
        if includingID, try connection.exists(byID, [scope.key, .text(user.userID)]) { return StoreConflict(field: "user_id") }
        let byEmail = """
            SELECT 1 FROM users WHERE tenant_id = $1 AND connection_name = $2 AND email_key = $3 AND user_id <> $4
            """
        let email = SQLValue.optional(text: user.email.map(User.nameKey))
        let isEmail = try connection.exists(byEmail, [scope.key, .text(user.connection), email, .text(user.userID)])
        return StoreConflict(field: isEmail ? "email" : "username")
    }
}

// Passwords and states.
extension SQLUserStore {
    func setPassword(_ userID: String, hash: SecretString, ending: SessionEnding?, at now: Timestamp) async throws -> Bool {
        let sql = "UPDATE users SET password_hash = $3, updated_at = $4 WHERE tenant_id = $1 AND user_id = $2"
        let end = ending.map { SessionEndWrite(scope: scope, ending: $0, now: now) }
        return try await scope.writeRevoking { [scope] connection, revoked in
            let arguments: [SQLValue] = [scope.key, .text(userID), .text(hash.revealed), .time(now)]
            guard try connection.execute(sql, arguments) == 1 else { return false }
            try Self.useUpResets(of: userID, at: now, in: scope, on: connection)
            try end?.endAll(of: userID, on: connection, &revoked)
            return true
        }
    }

    private static func useUpResets(
        of userID: String, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        let sql = """
            UPDATE tickets SET used_at = $4 WHERE tenant_id = $1 AND user_id = $2 AND purpose = $3 AND used_at IS NULL
            """
        _ = try connection.execute(
            sql, [scope.key, .text(userID), .text(Ticket.Purpose.passwordReset.rawValue), .time(now)])
    }

    func verifyEmail(_ userID: String, _ email: String, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE users SET email_verified = 1, updated_at = CASE WHEN email_verified = 0 THEN $4 ELSE updated_at END
            WHERE tenant_id = $1 AND user_id = $2 AND email_key = $3
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .text(userID), .text(User.nameKey(email)), .time(now)]) == 1
        }
    }

    func claim(_ userID: String, ending: SessionEnding, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE users SET email_verified = 1, password_hash = NULL, updated_at = $3
            WHERE tenant_id = $1 AND user_id = $2 AND email_verified = 0
            """
        let tables = ["authorization_codes", "deferred_authorizations", "tickets", "consents", "federated_tokens"]
        let passkeys = "DELETE FROM authenticators WHERE tenant_id = $1 AND user_id = $2 AND kind = $3"
        let end = SessionEndWrite(scope: scope, ending: ending, now: now)
        return try await scope.writeRevoking { [scope] connection, revoked in
            let owner: [SQLValue] = [scope.key, .text(userID)]
            guard try connection.execute(sql, owner + [.time(now)]) == 1 else { return false }
            for table in tables {
                _ = try connection.execute("DELETE FROM \(table) WHERE tenant_id = $1 AND user_id = $2", owner)
            }
            _ = try connection.execute(passkeys, owner + [.text(Authenticator.Kind.passkey.rawValue)])
            try FamilyRows.revokeAll(of: userID, at: now, in: scope, on: connection)
            try end.endAll(of: userID, on: connection, &revoked)
            // Not what is issued in this second: to the person who just proved the address.
            let before = Timestamp(milliseconds: now.seconds * 1000 - 1)
            try revoked.insert(user: userID, at: before, in: scope, on: connection)
            return true
        }
    }

    func rehash(_ userID: String, from old: SecretString, to new: SecretString) async throws {
        let sql = "UPDATE users SET password_hash = $3 WHERE tenant_id = $1 AND user_id = $2 AND password_hash = $4"
        try await scope.database.write { [scope] connection in
            _ = try connection.execute(sql, [scope.key, .text(userID), .text(new.revealed), .text(old.revealed)])
        }
    }

    func setBlocked(_ userID: String, _ blocked: Bool, at now: Timestamp) async throws -> Bool {
        let sql = "UPDATE users SET blocked = $3, updated_at = $4 WHERE tenant_id = $1 AND user_id = $2"
        return try await scope.writeRevoking { [scope] connection, revoked in
            let arguments: [SQLValue] = [scope.key, .text(userID), .flag(blocked), .time(now)]
            guard try connection.execute(sql, arguments) == 1 else { return false }
            if blocked { try revoked.insert(user: userID, at: now, in: scope, on: connection) }
            return true
        }
    }

    func delete(_ userID: String, at now: Timestamp) async throws -> Bool {
        let tables = [
            "sessions", "consents", "authorization_codes", "deferred_authorizations", "tickets", "authenticators",
            "user_permissions", "user_roles", "federated_tokens",
        ]
        return try await scope.writeRevoking { [scope] connection, revoked in
            let arguments: [SQLValue] = [scope.key, .text(userID)]
            let deletion = "DELETE FROM users WHERE tenant_id = $1 AND user_id = $2"
            guard try connection.execute(deletion, arguments) == 1 else { return false }
            for table in tables {
                _ = try connection.execute("DELETE FROM \(table) WHERE tenant_id = $1 AND user_id = $2", arguments)
            }
            try FamilyRows.revokeAll(ofDeleted: userID, at: now, in: scope, on: connection)
            try revoked.insert(user: userID, at: now, in: scope, on: connection)
            return true
        }
    }
}
