import Logging
import OAuthProtocol
import Storage

/// A client that registered itself stays once it has served somebody: it was given tokens. Asking for them proves nothing.
struct RegistrationUse: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Never fails: what the client was given is stored, and it will be given more.
    func note(of client: Client, in request: RequestInfo) async {
        guard client.registration?.origin == .dynamic else { return }
        do {
            try await context.stores.clients.noteUse(of: client.clientID, at: request.now)
        } catch {
            request.logger.error("the use of a registered client was not noted", metadata: ["error": "\(error)"])
        }
    }
}
