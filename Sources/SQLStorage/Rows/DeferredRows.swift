import OAuthProtocol
import Storage

/// Rows of `deferred_authorizations`.
enum DeferredRows {
    static let columns = """
        hash, kind, state, user_code_hash, \(GrantedAccessColumns.names), binding_message, notification_key_id, notification,
        dpop_jkt, poll_interval, last_polled_at, created_at, expires_at, expiry_reported_at, family_id
        """

    static let insertion = """
        INSERT INTO deferred_authorizations (tenant_id, \(columns), holds_user_code)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
            $24, $25)
        ON CONFLICT DO NOTHING
        """

    /// The arguments of `insertion`.
    static func values(_ authorization: DeferredAuthorization, in scope: TenantScope) throws -> [SQLValue] {
        let name = authorization.hash.rowName
        let head: [SQLValue] = [
            scope.key, .hash(authorization.hash), .text(authorization.kind.rawValue), .text(authorization.state.rawValue),
            .hash(authorization.userCodeHash),
        ]
        let access = try GrantedAccessColumns.values(authorization.access) + [.optional(text: authorization.bindingMessage)]
        let notification = try scope.sealed(authorization.notification, for: "deferred_authorizations", name)
        let tail: [SQLValue] = [
            .optional(text: authorization.dpopJKT), .integer(authorization.interval.seconds),
            .optional(time: authorization.lastPolledAt), .time(authorization.createdAt), .time(authorization.expiresAt),
            .optional(time: authorization.expiryReportedAt), .optional(blob: authorization.familyID?.bytes),
            .flag(authorization.state == .pending),
        ]
        return head + access + notification + tail
    }

    static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> DeferredAuthorization {
        let hash = try columns.hash()
        let kind = DeferredAuthorization.Kind(rawValue: try columns.text())
        let state = DeferredAuthorization.State(rawValue: try columns.text())
        guard let kind, let state else { throw SQLError.unexpectedValue(column: 1) }
        let (userCodeHash, access) = (try columns.hash(), try GrantedAccessColumns.read(&columns))
        let message = try columns.optionalText()
        let notification = try scope.openedText(&columns, from: "deferred_authorizations", hash.rowName)
        let (dpopJKT, interval) = (try columns.optionalText(), Lifetime(seconds: try columns.integer()))
        let (lastPolledAt, createdAt) = (try columns.optionalTime(), try columns.time())
        var authorization = DeferredAuthorization(
            hash: hash, kind: kind, userCodeHash: userCodeHash, access: access, interval: interval,
            lifetime: (createdAt, try columns.time()))
        (authorization.state, authorization.bindingMessage) = (state, message)
        (authorization.notification, authorization.dpopJKT, authorization.lastPolledAt) = (notification, dpopJKT, lastPolledAt)
        authorization.expiryReportedAt = try columns.optionalTime()
        authorization.familyID = try columns.optionalBlob().flatMap(RefreshTokenFamilyID.init(bytes:))
        return authorization
    }
}
