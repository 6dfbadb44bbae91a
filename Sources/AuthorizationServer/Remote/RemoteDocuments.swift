package import OAuthProtocol
import Synchronization

/// Documents of clients and trusted issuers, fetched through the guarded way out and kept for a while: key sets, request objects,
/// sector identifier lists, client metadata.
///
/// Of any number of requests for one URL at a time one fetches and the others wait for it. A failure is remembered for half a
/// minute, so that a dead address costs little; a document that is still good is not forgotten over it. What does not pass the
/// caller's judgement is a failure too. The number of entries, their age and the number of fetches at a time are bounded.
package final class RemoteDocuments: Sendable {
    /// Key sets among the documents, parsed.
    package let keySets = ParsedKeySets()

    package init() {}

    private typealias Outcome = Result<OutboundResponse, OutboundError>

    private struct Entry {
        var document: OutboundResponse?
        /// The document is good until then.
        var expiresAt = Timestamp(milliseconds: .min)
        var failure: OutboundError?
        var failedAt = Timestamp(milliseconds: .min)
        var loadedAt = Timestamp(milliseconds: .min)
        /// When a caller last insisted on a new copy.
        var askedAgainAt = Timestamp(milliseconds: .min)
    }

    private struct State {
        var entries: [ExactString: Entry] = [:]
        var flights: [ExactString: Task<Outcome, Never>] = [:]
    }

    private enum Step {
        case known(Outcome)
        case join(Task<Outcome, Never>)
    }

    private static let capacity = 2048
    private static let maximumFlights = 256
    private static let failureLifetime: Lifetime = 30
    private static let askAgainInterval: Lifetime = 30
    private static let minimumAge: Lifetime = 15
    private static let maximumAge: Lifetime = .hours(1)
    private let state = Mutex(State())

    /// The document at a URL: 200, good by the caller's judgement and not older than `maximumAge` (or than its own `max-age`, when
    /// that is shorter; an hour at most), but `staleIfError` while a failure lasts that may pass (RFC 5861 section 4). Throws
    /// what the fetch met; statuses that say "not now" are `.unreachable`, others `.refused`.
    package func document(
        at url: String, accepting type: String, through fetcher: any OutboundFetcher, freshness: DocumentFreshness
    ) async throws(OutboundError) -> OutboundResponse {
        let name = ExactString("\(freshness.judgement?.judge ?? "") \(type) \(url)")
        let step = state.withLock { state -> Step in
            // Who insists on a new copy waits for the one that is on its way: the known one is what it cannot use.
            if freshness.asksAgain, let flight = state.flights[name] { return .join(flight) }
            if let outcome = Self.known(name, freshness, &state) { return .known(outcome) }
            if let flight = state.flights[name] { return .join(flight) }
            guard state.flights.count < Self.maximumFlights else { return .known(.failure(.unreachable)) }
            // Not a child of the request that happens to be first: the others wait for it too.
            let flight = Task { await self.load(name, url, type, fetcher, freshness) }
            state.flights[name] = flight
            return .join(flight)
        }
        switch step {
        case .known(let outcome): return try outcome.get()
        case .join(let flight): return try await flight.value.get()
        }
    }

    private static func known(_ name: ExactString, _ freshness: DocumentFreshness, _ state: inout State) -> Outcome? {
        guard let entry = state.entries[name] else { return nil }
        let now = freshness.now
        let good = entry.expiresAt > now && entry.loadedAt + freshness.maximumAge > now ? entry.document : nil
        let isInsisting = freshness.asksAgain || entry.loadedAt < freshness.notBefore
        if let good, !isInsisting { return .success(good) }
        if let failure = entry.failure, now < entry.failedAt + failureLifetime {
            return (good ?? stale(entry, after: failure, freshness)).map(Outcome.success) ?? .failure(failure)
        }
        if let good, now < entry.askedAgainAt + askAgainInterval { return .success(good) }
        if good != nil { state.entries[name]?.askedAgainAt = now }
        return nil
    }

    /// The last good document, while a failure lasts that may pass.
    private static func stale(
        _ entry: Entry, after failure: OutboundError, _ freshness: DocumentFreshness
    ) -> OutboundResponse? {
        failure.mayPass && entry.loadedAt + freshness.staleIfError > freshness.now ? entry.document : nil
    }

    private func load(
        _ name: ExactString, _ url: String, _ type: String, _ fetcher: any OutboundFetcher, _ freshness: DocumentFreshness
    ) async -> Outcome {
        let outcome = await Self.fetch(url, type, fetcher, freshness)
        return state.withLock { state in
            state.flights[name] = nil
            return Self.remember(outcome, as: name, freshness, &state)
        }
    }

    /// What the callers get: a document that is still good stands in for a failure.
    private static func remember(
        _ outcome: Outcome, as name: ExactString, _ freshness: DocumentFreshness, _ state: inout State
    ) -> Outcome {
        if state.entries[name] == nil { makeRoom(in: &state) }
        var entry = state.entries[name] ?? Entry()
        defer { state.entries[name] = entry }
        switch outcome {
        case .success(let document):
            (entry.document, entry.loadedAt, entry.failure) = (document, freshness.now, nil)
            entry.expiresAt = freshness.now + lifetime(of: document)
            return outcome
        case .failure(let failure):
            (entry.failure, entry.failedAt) = (failure, freshness.now)
            let isGood = entry.expiresAt > freshness.now && entry.loadedAt + freshness.maximumAge > freshness.now
            if isGood, let document = entry.document { return .success(document) }
            if let document = stale(entry, after: failure, freshness) { return .success(document) }
            // What was withdrawn does not come back when the next fetch fails for another reason.
            if !failure.mayPass { entry.document = nil }
            return outcome
        }
    }

    /// As the document says, but not so short that every request fetches.
    private static func lifetime(of document: OutboundResponse) -> Lifetime {
        guard let age = document.maxAge else { return maximumAge }
        return min(maximumAge, max(minimumAge, Lifetime(seconds: age)))
    }

    /// Failures make room first: anybody can cause as many as they like.
    private static func makeRoom(in state: inout State) {
        guard state.entries.count >= capacity else { return }
        let lastUse = { (entry: Entry) in max(entry.loadedAt, entry.failedAt) }
        let oldest = state.entries.min { one, other in
            let (isEmpty, isOtherEmpty) = (one.value.document == nil, other.value.document == nil)
            return isEmpty == isOtherEmpty ? lastUse(one.value) < lastUse(other.value) : isEmpty
        }
        if let oldest { state.entries[oldest.key] = nil }
    }

    private static func fetch(
        _ url: String, _ type: String, _ fetcher: any OutboundFetcher, _ freshness: DocumentFreshness
    ) async -> Outcome {
        let limits: OutboundLimits = freshness.isForStranger ? .strangersDocument : .document
        do {
            let response = try await fetcher.get(url, accepting: type, limits: limits)
            switch response.status {
            case 200: return freshness.judgement?.accepts(response) ?? true ? .success(response) : .failure(.refused)
            case 408, 429, 500...: return .failure(.unreachable)
            default: return .failure(.refused)
            }
        } catch {
            return .failure(error)
        }
    }
}

/// How old a document may be.
package struct DocumentFreshness: Sendable {
    package var now: Timestamp
    package var maximumAge: Lifetime
    /// Not what was loaded before this instant.
    package var notBefore: Timestamp
    /// Fetch again although a good copy is known: it lacks the key that a signature names or that an answer is encrypted to.
    /// Granted once in half a minute; in between the copy then fetched is the answer.
    package var asksAgain = false
    /// The document is one that anybody may name: see `OutboundLimits.isForStranger`.
    package var isForStranger = false
    /// How old a document may be that stands in for a failure that may pass. By default none does.
    package var staleIfError: Lifetime = 0
    package var judgement: DocumentJudgement?

    package init(now: Timestamp, maximumAge: Lifetime) {
        (self.now, self.maximumAge) = (now, maximumAge)
        notBefore = Timestamp(milliseconds: .min)
    }
}

/// What a document must be beyond its status. One that is not is asked for again as soon as after a failure.
package struct DocumentJudgement: Sendable {
    /// Whoever judges by the same rules; others' judgements are kept apart.
    package var judge: String
    package var accepts: @Sendable (OutboundResponse) -> Bool

    package init(judge: String, _ accepts: @escaping @Sendable (OutboundResponse) -> Bool) {
        (self.judge, self.accepts) = (judge, accepts)
    }
}
