package import OAuthProtocol
import Storage

/// `GET /v2/logout` (contract 12.1). Never asks; ends the session before it looks at where to go.
package struct LogoutEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws only what the stores throw.
    package func respond(
        to form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> LogoutOutcome {
        let clientID = try? form.optional("client_id", maximumBytes: 128)
        var client: Client?
        if let clientID { client = try await context.clientIfAvailable(clientID) }
        let end = try await SessionEnd(context).end(browser, client: client, in: request)
        do {
            // `federated` is tolerated in every form, and ignored: there is no upstream to sign out of.
            return .ended(end, then: LogoutDestination(try target(form, client), of: client))
        } catch {
            try await context.stores.logs.record(request.event(.logoutFailed, client: client, description: error.description))
            return .refused(error, clientID: client?.clientID, changes: end.changes)
        }
    }

    private func target(_ form: FormParameters, _ client: Client?) throws(OAuthError) -> String? {
        if let id = try form.optional("client_id", maximumBytes: 128), client == nil {
            throw OAuthError(.invalidRequest, WireText.unknownClient(id))
        }
        let addresses = LogoutAddresses(context.settings, client)
        guard let returnTo = try form.optional("returnTo") else { return addresses.standard }
        guard let allowed = addresses.allowed(returnTo, ignoringQuery: true) else {
            throw OAuthError(.invalidRequest, WireText.logoutURLNotAllowed("returnTo", returnTo))
        }
        return allowed.original
    }
}
