import OAuthProtocol
import Storage

struct SQLPermissionStore: PermissionStore {
    let scope: TenantScope

    func permissions(of userID: String, at audience: String) async throws -> Scopes {
        let sql = """
            SELECT permission FROM user_permissions WHERE tenant_id = $1 AND user_id = $2 AND audience = $3
            UNION
            SELECT r.permission FROM user_roles u JOIN role_permissions r ON r.tenant_id = u.tenant_id AND r.role = u.role
            WHERE u.tenant_id = $1 AND u.user_id = $2 AND r.audience = $3
            ORDER BY permission
            """
        return try await scope.database.read { [scope] connection in
            Scopes(try connection.query(sql, [scope.key, .text(userID), .text(audience)]) { try $0.text() })
        }
    }

    func grant(_ permissions: Scopes, at audience: String, to userID: String) async throws {
        let sql = """
            INSERT INTO user_permissions (tenant_id, user_id, audience, permission) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """
        try await forEach(permissions, sql, [scope.key, .text(userID), .text(audience)])
    }

    func revoke(_ permissions: Scopes, at audience: String, from userID: String) async throws {
        let sql = """
            DELETE FROM user_permissions WHERE tenant_id = $1 AND user_id = $2 AND audience = $3 AND permission = $4
            """
        try await forEach(permissions, sql, [scope.key, .text(userID), .text(audience)])
    }

    func grant(_ permissions: Scopes, at audience: String, toRole role: String) async throws {
        let sql = """
            INSERT INTO role_permissions (tenant_id, role, audience, permission) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """
        try await forEach(permissions, sql, [scope.key, .text(role), .text(audience)])
    }

    func assign(role: String, to userID: String) async throws {
        let sql = "INSERT INTO user_roles (tenant_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        try await scope.database.write { [scope] in _ = try $0.execute(sql, [scope.key, .text(userID), .text(role)]) }
    }

    func unassign(role: String, from userID: String) async throws {
        let sql = "DELETE FROM user_roles WHERE tenant_id = $1 AND user_id = $2 AND role = $3"
        try await scope.database.write { [scope] in _ = try $0.execute(sql, [scope.key, .text(userID), .text(role)]) }
    }

    /// Runs the statement for each permission, its last argument, in one transaction and in one order for all.
    private func forEach(_ permissions: Scopes, _ sql: String, _ arguments: [SQLValue]) async throws {
        try await scope.database.write { connection in
            for permission in permissions.values.sorted() { _ = try connection.execute(sql, arguments + [.text(permission)]) }
        }
    }
}
