package import JOSE
import OAuthProtocol
import Synchronization

/// Key sets that were parsed before: checking that every point is on its curve costs more than a signature check. Bounded; what
/// was not used lately goes first.
package final class ParsedKeySets: Sendable {
    private struct Entry {
        let keys: JWKSet
        var lastUse: UInt64
    }

    private struct State {
        var entries: [ExactString: Entry] = [:]
        var uses: UInt64 = 0
    }

    private static let capacity = 1024
    private let state = Mutex(State())

    package init() {}

    /// The keys of a JWK Set as JSON text. Throws what parsing throws; failures are not kept.
    package func keys(in text: String) throws(JWKError) -> JWKSet {
        let name = ExactString(text)
        if let known = known(name) { return known }
        let keys = try JWKSet(parsing: Array(text.utf8))
        remember(keys, as: name)
        return keys
    }

    private func known(_ name: ExactString) -> JWKSet? {
        state.withLock { state in
            state.uses += 1
            state.entries[name]?.lastUse = state.uses
            return state.entries[name]?.keys
        }
    }

    private func remember(_ keys: JWKSet, as name: ExactString) {
        state.withLock { state in
            if state.entries.count >= Self.capacity,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
                state.entries[oldest] = nil
            }
            state.entries[name] = Entry(keys: keys, lastUse: state.uses)
        }
    }
}
