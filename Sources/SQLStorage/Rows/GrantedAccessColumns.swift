import OAuthProtocol
import Storage

/// `GrantedAccess` in rows of codes, families and deferred authorizations: nine columns, always in this order.
enum GrantedAccessColumns {
    static let names = "client_id, user_id, audience, scopes, sid, auth_time, gty, grant_id, details"

    static func values(_ access: GrantedAccess) throws -> [SQLValue] {
        [
            .text(access.clientID), .text(access.userID), .optional(text: access.audience),
            .text(access.scopes.description), .optional(text: access.sid), .optional(time: access.authTime),
            .optional(text: access.gty), .text(access.grantID),
            access.details.isEmpty ? .null : try Document.encode(access.details),
        ]
    }

    static func read(_ columns: inout ColumnReader) throws -> GrantedAccess {
        let (clientID, userID) = (try columns.text(), try columns.text())
        let audience = try columns.optionalText()
        var access = GrantedAccess(clientID: clientID, userID: userID, audience: audience, scopes: try columns.scopes())
        access.sid = try columns.optionalText()
        access.authTime = try columns.optionalTime()
        access.gty = try columns.optionalText()
        access.grantID = try columns.text()
        if let details = try columns.optionalText() {
            access.details = try Document.decodeMembers(AccessDetails.self, from: details)
        }
        return access
    }
}
