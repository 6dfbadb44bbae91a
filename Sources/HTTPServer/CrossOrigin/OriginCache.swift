import OAuthProtocol
import Storage
import Synchronization

/// The origins that the clients of each tenant allow, all clients together: what a preflight request is judged by, which
/// names no client (contract 1.6). Read again after a short time.
final class OriginCache: Sendable {
    private static let timeToLive: Lifetime = 2

    private struct Entry {
        var origins: AllowedOrigins
        var staleAt: Timestamp
    }

    /// At most one entry per tenant that exists.
    private let entries = Mutex<[TenantID: Entry]>([:])

    func origins(_ stores: Stores, isDevelopment: Bool, at now: Timestamp) async throws -> AllowedOrigins {
        if let entry = entries.withLock({ $0[stores.tenant] }), now < entry.staleAt { return entry.origins }
        let origins = AllowedOrigins(try await stores.clients.list(), isDevelopment: isDevelopment)
        entries.withLock { $0[stores.tenant] = Entry(origins: origins, staleAt: now + Self.timeToLive) }
        return origins
    }
}
