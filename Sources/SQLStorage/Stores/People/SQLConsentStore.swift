import OAuthProtocol
import Storage

struct SQLConsentStore: ConsentStore {
    let scope: TenantScope

    func find(userID: String, clientID: String, audience: String) async throws -> Consent? {
        let sql = """
            SELECT scopes, updated_at FROM consents
            WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND audience = $4
            """
        return try await scope.database.read { [scope] connection in
            let key: [SQLValue] = [scope.key, .text(userID), .text(clientID), .text(audience)]
            return try connection.first(sql, key) { columns in
                let scopes = try columns.scopes()
                return Consent(
                    userID: userID, clientID: clientID, audience: audience, scopes: scopes, updatedAt: try columns.time())
            }
        }
    }

    /// The first statement inserts, or locks the row and answers with what was agreed before; only then is there
    /// something to unite, and nobody else can change it meanwhile.
    func record(_ consent: Consent) async throws {
        let insertion = """
            INSERT INTO consents (tenant_id, user_id, client_id, audience, scopes, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (tenant_id, user_id, client_id, audience) DO UPDATE SET updated_at = excluded.updated_at
            RETURNING scopes
            """
        let union = """
            UPDATE consents SET scopes = $5 WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND audience = $4
            """
        try await scope.database.write { [scope] connection in
            let key: [SQLValue] = [scope.key, .text(consent.userID), .text(consent.clientID), .text(consent.audience)]
            let arguments = key + [.text(consent.scopes.description), .time(consent.updatedAt)]
            let agreed = try connection.first(insertion, arguments) { try $0.scopes() } ?? []
            guard !consent.scopes.isSubset(of: agreed) else { return }
            _ = try connection.execute(union, key + [.text(agreed.union(consent.scopes).description)])
        }
    }

    func delete(userID: String, clientID: String, audience: String) async throws -> Bool {
        let sql = "DELETE FROM consents WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND audience = $4"
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .text(userID), .text(clientID), .text(audience)]) == 1
        }
    }
}
