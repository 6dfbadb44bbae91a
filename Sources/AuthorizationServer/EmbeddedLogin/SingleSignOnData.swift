package import OAuthProtocol
import Storage

/// `GET /user/ssodata` (contract 13.5): what a login page may say of the session that the browser has.
package struct SingleSignOnData: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `{"sso":false}` without a live session of a user who may sign in. The client used last is the one that joined last. The
    /// session's idle timer goes on.
    package func respond(browser: BrowserState, in request: RequestInfo) async throws -> JSONObject {
        guard let session = try await BrowserSessions(context).current(browser, at: request.now),
            let user = try await context.stores.users.find(session.userID), !user.blocked
        else { return ["sso": false] }
        let connection = try await context.stores.connections.find(name: user.connection)
        var data: JSONObject = ["sso": true, "sessionClients": .strings(session.clients)]
        if let client = session.clients.last { data["lastUsedClientID"] = .string(client) }
        data["lastUsedUserID"] = .string(user.userID)
        data["lastUsedUsername"] = .string(user.email ?? user.username ?? "")
        let used: JSONObject = ["name": .string(user.connection), "strategy": (connection?.strategy).map { .string($0) } ?? .null]
        data["lastUsedConnection"] = .object(used)
        return data
    }
}
