import OAuthProtocol
import Storage

/// Rows of `federated_tokens`.
enum FederatedTokenRows {
    static let columns = """
        user_id, connection_name, account, access_token_key_id, access_token, access_expires_at, refresh_token_key_id,
        refresh_token, scope, revision, created_at, updated_at
        """

    /// The tenant and the key: `$1` to `$4` of every statement about one set.
    static func key(_ key: FederatedTokens.Key, in scope: TenantScope) -> [SQLValue] {
        [scope.key, .text(key.userID), .text(key.connection), .text(key.account)]
    }

    /// What a set holds beside its key, sealed for the row, in the order of `columns` up to `scope`.
    static func content(_ tokens: FederatedTokens, in scope: TenantScope) throws -> [SQLValue] {
        let name = rowName(tokens.key)
        return try scope.sealed(tokens.accessToken, for: accessContext, name) + [.optional(time: tokens.accessExpiresAt)]
            + scope.sealed(tokens.refreshToken, for: refreshContext, name) + [.optional(text: tokens.scope)]
    }

    /// When the row is of no more use.
    static func sweepTime(_ tokens: FederatedTokens) -> SQLValue {
        tokens.refreshToken == nil ? .optional(time: tokens.accessExpiresAt) : .null
    }

    static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> FederatedTokens {
        let (userID, connection) = (try columns.text(), try columns.text())
        let key = FederatedTokens.Key(userID: userID, connection: connection, account: try columns.text())
        let name = rowName(key)
        let access = try scope.openedText(&columns, from: accessContext, name)
        let expiry = try columns.optionalTime()
        let refresh = try scope.openedText(&columns, from: refreshContext, name)
        let (granted, revision) = (try columns.optionalText(), try columns.integer())
        var tokens = FederatedTokens(key, accessToken: access, refreshToken: refresh, createdAt: try columns.time())
        (tokens.accessExpiresAt, tokens.scope, tokens.revision) = (expiry, granted, revision)
        tokens.updatedAt = try columns.time()
        return tokens
    }

    private static let accessContext = "federated_tokens.access_token"
    private static let refreshContext = "federated_tokens.refresh_token"

    /// Names the row in the context of a sealed value: lengths first, so that no two rows have one name.
    private static func rowName(_ key: FederatedTokens.Key) -> String {
        "\(key.userID.utf8.count):\(key.userID)\(key.connection.utf8.count):\(key.connection)\(key.account)"
    }
}
