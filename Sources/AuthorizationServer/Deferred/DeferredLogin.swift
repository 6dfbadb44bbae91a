import OAuthProtocol
import Storage

/// Brings the user of a device or backchannel request through the same login as an authorization request: a transaction bound to
/// the browser, whose answer is our own approval page.
package struct DeferredLogin: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    package init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Opens a transaction for the request. Throws `AuthorizeFailure.shownToUser` when it is over.
    func open(
        _ deferred: DeferredAuthorization, userCode: String? = nil, browser: BrowserState
    ) async throws -> AuthorizeOutcome {
        let authorize = try await authorizeRequest(for: deferred, userCode: userCode)
        let opened = try await LoginTransactions(context).open(authorize, browser: browser, at: request.now)
        let path = PagePath.path(PagePath.resume, state: opened.transaction.state)
        return .page(path: path, changes: opened.changes)
    }

    func authorizeRequest(of hash: TokenHash, userCode: String?) async throws -> AuthorizeRequest {
        guard let deferred = try await context.stores.deferred.find(hash), deferred.state == .pending,
            deferred.expiresAt > request.now
        else { throw Self.isOver }
        return try await authorizeRequest(for: deferred, userCode: userCode)
    }

    private func authorizeRequest(for deferred: DeferredAuthorization, userCode: String?) async throws -> AuthorizeRequest {
        guard let client = try await context.client(deferred.clientID),
            let own = RedirectURI(request.issuer.url(String(Self.page(of: deferred.kind).dropFirst())))
        else { throw Self.isOver }
        var form = FormParameters()
        form.append("client_id", client.clientID)
        var origin = RequestOrigin()
        (origin.deferred, origin.userCode) = (deferred.hash, userCode)
        let profile = context.profile(of: client)
        let parameters = try AuthorizeParameters(form)
        return AuthorizeRequest(
            client: client, target: ResponseTarget(ownPage: own, for: client),
            parameters: parameters, responseType: [], redirectURIAsSent: nil, scopes: deferred.access.scopes, prompts: [],
            challenge: nil, audience: try await audience(of: deferred, client),
            hintedUserID: deferred.access.userID.isEmpty ? nil : deferred.access.userID,
            connection: try await LoginConnection(context).resolve(named: nil, for: client), form: form, origin: origin,
            profile: profile, authorizationDetails: nil)
    }

    /// Whom a login that ends without an answer is told to: our own page.
    private static func page(of kind: DeferredAuthorization.Kind) -> String {
        switch kind {
        case .device: PagePath.activate
        case .backchannel: PagePath.approve
        }
    }

    private func audience(of deferred: DeferredAuthorization, _ client: Client) async throws -> RequestedAudience {
        guard let identifier = deferred.access.audience else { return .userinfo }
        return .api(try await AudienceResolution(context).api(identifier, for: client))
    }

    private static var isOver: AuthorizeFailure {
        .shownToUser(OAuthError(.invalidRequest, WireText.approvalIsOver), clientID: nil)
    }
}
