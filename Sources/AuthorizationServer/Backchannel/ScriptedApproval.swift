package import OAuthProtocol
import Storage

/// `POST /dev/backchannel` (conformance 11): a test suite answers a backchannel request in its user's place. Knowing the
/// `auth_req_id` is all that it takes, so only development tenants have it.
package struct ScriptedApproval: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `auth_req_id` and `action`, which is `allow` or `deny`. Throws `endpointDisabled` in other tenants, `invalidRequest` for a
    /// request that is unknown, has expired or was answered before.
    package func respond(to form: FormParameters, in request: RequestInfo) async throws {
        guard context.settings.isDevelopment else { throw OAuthError(.endpointDisabled, WireText.notFound) }
        let hash = TokenHash(of: try form.required("auth_req_id"))
        let allows = try Self.allows(try form.required("action"))
        guard let deferred = try await context.stores.deferred.find(hash), deferred.kind == .backchannel,
            let client = try await context.client(deferred.clientID),
            let user = try await context.stores.users.find(deferred.access.userID), !user.blocked
        else { throw Self.isOver }
        let decision = DeferredDecision(context, for: client, in: request)
        let isDecided: Bool
        if allows {
            var api: ResourceServer?
            if let audience = deferred.access.audience {
                api = try await AudienceResolution(context).api(audience, for: client)
            }
            let scopes = try await decision.grantable(deferred, at: api, to: user).scopes
            isDecided = try await decision.approve(
                deferred, granting: scopes, by: DeferredDecision.Approver(user: user, authTime: request.now))
        } else {
            isDecided = try await decision.deny(deferred, by: user)
        }
        guard isDecided else { throw Self.isOver }
    }

    private static func allows(_ action: String) throws(OAuthError) -> Bool {
        if action.isExactly("allow") { return true }
        guard action.isExactly("deny") else { throw OAuthError(.invalidRequest, WireText.malformedParameter("action")) }
        return false
    }

    private static let isOver = OAuthError(.invalidRequest, WireText.approvalIsOver)
}
