import OAuthProtocol
import Storage

/// Ends a device or a backchannel request, with its event and, for a client in ping mode, its notification.
struct DeferredDecision: Sendable {
    private let context: TenantContext
    private let client: Client
    private let request: RequestInfo

    init(_ context: TenantContext, for client: Client, in request: RequestInfo) {
        (self.context, self.client, self.request) = (context, client, request)
    }

    /// Who approved, when they had proved who they are, and in which session where that matters.
    struct Approver: Sendable {
        var user: User
        var authTime: Timestamp
        var sid: String?
        /// Where they were signed in, for what a grant keeps of it; `nil` for a decision without a browser.
        var session: BrowserSession?
    }

    /// What of the request the user would get, and the API as it is open to them (contract 9.2).
    func grantable(
        _ deferred: DeferredAuthorization, at api: ResourceServer?, to user: User
    ) async throws -> (scopes: Scopes, api: ResourceServer?) {
        var permitted = api
        if let api { permitted = try await UserPermissions(context).limiting(api, to: user.userID) }
        let flow: GrantFlow = deferred.kind == .device ? .deviceCode : .backchannel
        let scopes = ScopeDecision.decide(requested: deferred.access.scopes, flow: flow, client: client, api: permitted)
        return (scopes, permitted)
    }

    /// False when the request has expired or was answered before.
    func approve(_ deferred: DeferredAuthorization, granting scopes: Scopes, by approver: Approver) async throws -> Bool {
        var access = deferred.access
        (access.userID, access.scopes) = (approver.user.userID, scopes)
        (access.grantID, access.authTime, access.sid) = (NewGrant.id(context), approver.authTime, approver.sid)
        approver.session?.note(in: &access.details, for: client)
        var event = request.event(.loginSucceeded, client: client, user: approver.user)
        event.description = "approved a \(deferred.kind.rawValue) request"
        let isApproved = try await context.stores.deferred.approve(
            deferred.hash, granting: access, at: request.now, recording: event.granting(access), delivering: ping(deferred))
        context.environment.deliveryWake.ring()
        return isApproved
    }

    /// False when the request has expired or was answered before.
    func deny(_ deferred: DeferredAuthorization, by user: User) async throws -> Bool {
        let type: LogEventType = deferred.kind == .device ? .deviceConfirmationCancelled : .authenticationRejected
        var event = request.event(type, client: client, user: user)
        event.description = "refused a \(deferred.kind.rawValue) request"
        let isDenied = try await context.stores.deferred.deny(
            deferred.hash, at: request.now, recording: event, delivering: ping(deferred))
        context.environment.deliveryWake.ring()
        return isDenied
    }

    /// A client in ping mode is told of either decision (CIBA 10.2).
    private func ping(_ deferred: DeferredAuthorization) -> Delivery? {
        guard let notification = deferred.notification, let endpoint = client.ciba.clientNotificationEndpoint else { return nil }
        return Delivery(
            id: context.environment.randomness.hexadecimal(24), kind: .cibaPing, clientID: deferred.clientID, url: endpoint,
            payload: notification, createdAt: request.now)
    }
}
