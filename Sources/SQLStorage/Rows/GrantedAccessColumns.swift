import OAuthProtocol
import Storage

/// `GrantedAccess` in rows of codes and families: seven columns, always in this order.
enum GrantedAccessColumns {
    static let names = "client_id, user_id, audience, scopes, sid, auth_time, gty"

    static func values(_ access: GrantedAccess) -> [SQLValue] {
        [
            .text(access.clientID), .text(access.userID), .optional(text: access.audience),
            .text(access.scopes.description), .optional(text: access.sid), .optional(time: access.authTime),
            .optional(text: access.gty),
        ]
    }

    static func read(_ columns: inout ColumnReader) throws -> GrantedAccess {
        let (clientID, userID) = (try columns.text(), try columns.text())
        let audience = try columns.optionalText()
        var access = GrantedAccess(clientID: clientID, userID: userID, audience: audience, scopes: try columns.scopes())
        access.sid = try columns.optionalText()
        access.authTime = try columns.optionalTime()
        access.gty = try columns.optionalText()
        return access
    }
}
