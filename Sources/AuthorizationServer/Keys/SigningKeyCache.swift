package import OAuthProtocol
package import Storage
import Synchronization

/// The signing keys of the tenants that this process serves, in memory.
///
/// A request reads a snapshot without waiting. A snapshot is read again from the database two seconds after it was made, so
/// that a rotation on another node or by the command line is followed at once; keys already parsed are reused.
package final class SigningKeyCache: Sendable {
    private struct Entry {
        var keys: SigningKeySet
        var loadedAt: Timestamp
    }

    private static let timeToLive: Lifetime = 2
    private static let capacity = 4096
    private let entries = Mutex<[TenantID: Entry]>([:])

    package init() {}

    /// The tenant's keys. Makes and stores the first two when the tenant has none; `host` names them in their certificates.
    /// Throws what the database throws, or when a stored key cannot be read.
    package func keySet(for context: TenantContext, host: String, now: Timestamp) async throws -> SigningKeySet {
        let tenant = context.stores.tenant
        if let fresh = claim(tenant, at: now) { return fresh }
        do {
            return try await load(context, host: host, now: now)
        } catch {
            invalidate(tenant)
            throw error
        }
    }

    /// Forgets the tenant's keys: the next request reads them again.
    package func invalidate(_ tenant: TenantID) {
        entries.withLock { _ = $0.removeValue(forKey: tenant) }
    }

    /// The snapshot while it is young. When it is not, exactly one caller gets `nil` and must load; the others go on with
    /// the old one meanwhile.
    private func claim(_ tenant: TenantID, at now: Timestamp) -> SigningKeySet? {
        entries.withLock { entries in
            guard let entry = entries[tenant] else { return nil }
            let isYoung = entry.loadedAt <= now && now < entry.loadedAt + Self.timeToLive
            if isYoung { return entry.keys }
            entries[tenant]?.loadedAt = now
            return nil
        }
    }

    private func load(_ context: TenantContext, host: String, now: Timestamp) async throws -> SigningKeySet {
        let tenant = context.stores.tenant
        let known = entries.withLock { $0[tenant]?.keys.keys } ?? []
        var keys = try SigningKeySet(try await context.stores.signingKeys.list(), known: known)
        if keys == nil {
            try await KeyRotation(context).bootstrap(host: host, now: now)
            keys = try SigningKeySet(try await context.stores.signingKeys.list(), known: [])
        }
        guard let keys else { throw OAuthError(.serverError, WireText.serverError, auditReason: "tenant without signing key") }
        entries.withLock { entries in
            if entries.count >= Self.capacity, let victim = entries.keys.first { entries[victim] = nil }
            entries[tenant] = Entry(keys: keys, loadedAt: now)
        }
        return keys
    }
}
