import OAuthProtocol
import Storage

/// The API `https://{host}/mfa/`, by whose tokens users manage their factors (contract 17.2 to 17.5). There is no record of it.
enum MultifactorAPI {
    static let enroll = "enroll"
    static let readAuthenticators = "read:authenticators"
    static let removeAuthenticators = "remove:authenticators"
    /// The `oob_channel` of push notifications, which need a vendor's application: it is refused by name.
    static let pushChannel = "auth0"
    /// Contract 23.
    static let tokenLifetime: Lifetime = 600

    static func identifier(at issuer: Issuer) -> String { issuer.url("mfa/") }

    static func isNamed(_ audience: String?, at issuer: Issuer) -> Bool {
        audience?.isExactly(identifier(at: issuer)) ?? false
    }

    static func api(at issuer: Issuer) -> ResourceServer {
        var api = ResourceServer(
            id: "mfa", identifier: identifier(at: issuer), name: "Multi-factor authentication",
            createdAt: Timestamp(seconds: 0))
        api.scopes = [enroll, readAuthenticators, removeAuthenticators].map { ResourceServer.Scope(value: $0) }
        (api.tokenLifetime, api.tokenLifetimeForWeb) = (tokenLifetime, tokenLifetime)
        api.allowOfflineAccess = false
        return api
    }
}

extension AudienceResolution {
    /// As `resolve`, and for the tenant's own clients the multi-factor API: only for grants that ask for a second factor before
    /// they answer.
    func resolveWithMultifactor(
        _ form: FormParameters, for client: Client, in request: RequestInfo
    ) async throws -> RequestedAudience {
        guard client.isFirstParty, MultifactorAPI.isNamed(try requested(form), at: request.issuer) else {
            return try await resolve(form, for: client, in: request)
        }
        return .api(MultifactorAPI.api(at: request.issuer))
    }
}
