import OAuthProtocol
import Storage

extension Route.RateBucket {
    /// What a bucket counts per (contract 1.5).
    enum Scope: Sendable, Equatable {
        case tenant, address
        /// The access token that was sent: a stand-in for the user that needs no work to know.
        case token
    }

    var scope: Scope {
        switch self {
        case .authenticationAPI, .token, .jwks, .embeddedLogin: .tenant
        case .userinfo: .token
        case .passwordReset, .passwordless, .registration: .address
        }
    }

    /// The size unless the tenant sets another under `rateLimits`: higher than Auth0's, which are those of a shared service
    /// (contract 1.5 [R]).
    var standard: Bucket {
        switch self {
        case .authenticationAPI: Bucket(capacity: 20_000, refillInterval: 1, refillAmount: 10_000)
        case .token: Bucket(capacity: 20_000, refillInterval: 1, refillAmount: 10_000)
        case .userinfo: Bucket(capacity: 200, refillInterval: 1, refillAmount: 20)
        case .jwks: Bucket(capacity: 10_000, refillInterval: 1, refillAmount: 5000)
        case .passwordReset: Bucket(capacity: 100, refillInterval: 6)
        case .passwordless: Bucket(capacity: 200, refillInterval: 18)
        case .embeddedLogin: Bucket(capacity: 500, refillInterval: 1, refillAmount: 100)
        case .registration: Bucket(capacity: 200, refillInterval: 1, refillAmount: 5)
        }
    }

    func bucket(in settings: TenantSettings) -> Bucket { settings.rateLimits[rawValue] ?? standard }
}
