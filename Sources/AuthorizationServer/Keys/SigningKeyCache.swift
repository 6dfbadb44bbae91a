package import JOSE
package import OAuthProtocol
package import Storage
import Synchronization

/// The signing keys of the tenants that this process serves, in memory.
///
/// A request reads a snapshot without waiting. A snapshot is read again from the database two seconds after it was made, so
/// that a rotation on another node or by the command line is followed at once; keys already parsed are reused. Of any
/// number of requests of one tenant one reads; the others go on with the old snapshot, or wait when it is missing or too
/// old to sign with.
package final class SigningKeyCache: Sendable {
    private struct Entry {
        var keys: SigningKeySet?
        var loadedAt: Timestamp
        var isLoading = false
        /// Invalidated while loading: what is being read may be old already.
        var isOutdated = false
        var waiting: [CheckedContinuation<Outcome, Never>] = []
    }

    /// What the request that reads tells those that wait.
    private enum Outcome: Sendable {
        case loaded(SigningKeySet)
        case failed(any Error)
        /// The reading request was given up by its client, or read too early: look again.
        case abandoned
    }

    private enum Claim {
        case use(SigningKeySet)
        /// The caller must load, and report to `finish` whatever happens.
        case load(known: [SigningKey])
        case wait
    }

    private static let timeToLive: Lifetime = 2
    /// How old a snapshot may be that signs while a new one is read.
    private static let gracePeriod: Lifetime = 10
    private static let capacity = 4096
    private let entries = Mutex<[TenantID: Entry]>([:])

    package init() {}

    /// The tenant's keys, those of RS256 and of `algorithms` among them. Makes and stores the first two of each that has none; `host`
    /// names them in their certificates. Throws what the database throws, or when a stored key cannot be read.
    package func keySet(
        for context: TenantContext, having algorithms: [SignatureAlgorithm] = [], host: String, now: Timestamp
    ) async throws -> SigningKeySet {
        let tenant = context.stores.tenant
        while true {
            switch claim(tenant, needing: algorithms, at: now) {
            case .use(let keys): return keys
            case .load(let known):
                return try await load(context, Wanted(algorithms: [.rs256] + algorithms, known: known, host: host), now: now)
            case .wait:
                switch await outcome(for: tenant) {
                case .loaded(let keys) where keys.signs(withAllOf: algorithms): return keys
                case .failed(let error): throw error
                case .loaded, .abandoned: continue
                }
            }
        }
    }

    /// The key that signs with an asymmetric algorithm. Makes the algorithm's first two keys when the tenant has none.
    package func key(
        for algorithm: SignatureAlgorithm, of context: TenantContext, host: String, now: Timestamp
    ) async throws -> SigningKey {
        let keys = try await keySet(for: context, having: [algorithm], host: host, now: now)
        guard let key = keys.current(for: algorithm) else {
            throw OAuthError(.serverError, WireText.serverError, auditReason: "tenant without \(algorithm.rawValue) key")
        }
        return key
    }

    /// Forgets the tenant's keys: the next request reads them again.
    package func invalidate(_ tenant: TenantID) {
        entries.withLock { entries in
            guard entries[tenant]?.isLoading == true else {
                entries[tenant] = nil
                return
            }
            entries[tenant]?.keys = nil
            entries[tenant]?.isOutdated = true
        }
    }

    private func claim(_ tenant: TenantID, needing algorithms: [SignatureAlgorithm], at now: Timestamp) -> Claim {
        entries.withLock { entries in
            let entry = entries[tenant] ?? Entry(keys: nil, loadedAt: now)
            // Requests read their clocks before they come here, so some are a little older than the snapshot.
            let age = abs(now.milliseconds - entry.loadedAt.milliseconds)
            func isWithin(_ lifetime: Lifetime) -> Bool { age < lifetime.seconds * 1000 }
            let sufficient = entry.keys.flatMap { $0.signs(withAllOf: algorithms) ? $0 : nil }
            if let sufficient, isWithin(Self.timeToLive) { return .use(sufficient) }
            if entry.isLoading {
                guard let sufficient, isWithin(Self.gracePeriod) else { return .wait }
                return .use(sufficient)
            }
            makeRoom(in: &entries)
            entries[tenant] = Entry(keys: entry.keys, loadedAt: entry.loadedAt, isLoading: true)
            return .load(known: entry.keys?.keys ?? [])
        }
    }

    private func makeRoom(in entries: inout [TenantID: Entry]) {
        guard entries.count >= Self.capacity, let idle = entries.first(where: { !$0.value.isLoading })?.key else { return }
        entries[idle] = nil
    }

    /// Waits for the request that reads. `abandoned` at once when it has finished meanwhile.
    private func outcome(for tenant: TenantID) async -> Outcome {
        await withCheckedContinuation { continuation in
            let isLoading = entries.withLock { entries in
                guard entries[tenant]?.isLoading == true else { return false }
                entries[tenant]?.waiting.append(continuation)
                return true
            }
            if !isLoading { continuation.resume(returning: .abandoned) }
        }
    }

    /// What the request that reads asks for.
    private struct Wanted: Sendable {
        let algorithms: [SignatureAlgorithm]
        /// Need not be parsed again.
        let known: [SigningKey]
        let host: String
    }

    private func load(_ context: TenantContext, _ wanted: Wanted, now: Timestamp) async throws -> SigningKeySet {
        do {
            let keys = try await read(context, wanted, now: now)
            finish(context.stores.tenant, keys, at: now, telling: .loaded(keys))
            return keys
        } catch {
            finish(context.stores.tenant, nil, at: now, telling: error is CancellationError ? .abandoned : .failed(error))
            throw error
        }
    }

    private func finish(_ tenant: TenantID, _ keys: SigningKeySet?, at now: Timestamp, telling outcome: Outcome) {
        let entry = entries.withLock { entries in
            let entry = entries[tenant]
            entries[tenant] = entry?.isOutdated == true ? nil : keys.map { Entry(keys: $0, loadedAt: now) }
            return entry
        }
        // Who waits may have come after the invalidation: it reads again.
        let told = entry?.isOutdated == true ? .abandoned : outcome
        for continuation in entry?.waiting ?? [] { continuation.resume(returning: told) }
    }

    private func read(_ context: TenantContext, _ wanted: Wanted, now: Timestamp) async throws -> SigningKeySet {
        let store = context.stores.signingKeys
        var records = try await store.list()
        let missing = wanted.algorithms.filter { algorithm in !records.contains { $0.algorithm == algorithm.rawValue } }
        for algorithm in missing { try await KeyRotation(context).bootstrap(algorithm, host: wanted.host, now: now) }
        if !missing.isEmpty { records = try await store.list() }
        guard let keys = try SigningKeySet(records, known: wanted.known) else {
            throw OAuthError(.serverError, WireText.serverError, auditReason: "tenant without signing key")
        }
        return keys
    }
}
