import OAuthProtocol
import Storage

extension Route.RateBucket {
    /// What a bucket counts per, and so who counts (contract 1.5).
    enum Subject: Sendable, Equatable {
        /// Known from the start: the middleware counts before the handler runs.
        case tenant, address
        /// Known to the handler alone, which counts by `TenantCall.count(_:user:)` once the user is proved. Until then the request
        /// counts against its address, in a bucket of another name, and what proves somebody is given back there.
        case user(unproven: Route.RateBucket)
    }

    var subject: Subject {
        switch self {
        case .authenticationAPI, .token, .jwks, .embeddedLogin: .tenant
        case .userinfo: .user(unproven: .unprovenToken)
        case .passwordReset, .passwordless, .registration, .pages, .unprovenToken: .address
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
        // An office behind one address, and no more.
        case .pages: Bucket(capacity: 20_000, refillInterval: 1, refillAmount: 100)
        // Also how many good requests an address may have under way at once.
        case .unprovenToken: Bucket(capacity: 1000, refillInterval: 1, refillAmount: 20)
        }
    }

    func bucket(in settings: TenantSettings) -> Bucket { settings.rateLimits[rawValue] ?? standard }
}
