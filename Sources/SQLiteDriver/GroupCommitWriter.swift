import GRDB
import SQLStorage
import Storage
import Synchronization

/// Commits in groups: writes that wait while a commit runs are taken together, each in its own savepoint of one
/// transaction, and all resume after the one commit. A write that throws rolls back its savepoint only.
///
/// One drain at a time runs on GRDB's writer queue; the write that finds no drain starts one.
final class GroupCommitWriter: Sendable {
    private struct State {
        var waiting: [PendingWrite] = []
        var isDraining = false
        var isFinished = false
        var finishers: [CheckedContinuation<Void, Never>] = []
    }

    private enum Admission { case queued, first, refused(String) }

    private let state = Mutex(State())
    private let connections: any DatabaseWriter
    private let statements: StatementTexts
    private let limit: Int

    init(connections: any DatabaseWriter, statements: StatementTexts, limit: Int) {
        (self.connections, self.statements, self.limit) = (connections, statements, limit)
    }

    /// Returns after the commit. Throws what the closure throws, the error of the commit, or `StorageUnavailable` when
    /// the queue is full.
    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            switch admit(PendingWrite(body, continuation)) {
            case .queued: break
            case .first: connections.asyncWriteWithoutTransaction { [self] in drain($0) }
            case .refused(let reason): continuation.resume(throwing: StorageUnavailable(reason))
            }
        }
    }

    /// Refuses further writes and returns when those accepted are done.
    func finish() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isFinished = true
                if state.isDraining { state.finishers.append(continuation) }
                return !state.isDraining
            }
            if isIdle { continuation.resume() }
        }
    }

    private func admit(_ write: PendingWrite) -> Admission {
        state.withLock { state in
            if state.isFinished { return .refused("the database is closed") }
            if state.waiting.count >= limit { return .refused("too many writes wait") }
            state.waiting.append(write)
            if state.isDraining { return .queued }
            state.isDraining = true
            return .first
        }
    }

    private func drain(_ connection: GRDB.Database) {
        while let batch = takeBatch() { WriteBatch(connection: connection, statements: statements).perform(batch) }
    }

    /// All that waits; nil, ending the drain, when nothing does.
    private func takeBatch() -> [PendingWrite]? {
        typealias Taken = (batch: [PendingWrite], finishers: [CheckedContinuation<Void, Never>])
        let (batch, finishers): Taken = state.withLock { state in
            let batch = state.waiting
            state.waiting = []
            guard batch.isEmpty else { return (batch, []) }
            state.isDraining = false
            let finishers = state.finishers
            state.finishers = []
            return (batch, finishers)
        }
        for finisher in finishers { finisher.resume() }
        return batch.isEmpty ? nil : batch
    }
}

/// A write that waits for its turn.
struct PendingWrite: Sendable {
    /// What a write came to before the commit.
    struct Outcome {
        let failed: Bool
        /// Resumes the caller: with the write's own result, or with the error for which the commit failed.
        let resume: (_ commitError: (any Error)?) -> Void
    }

    let run: @Sendable (any SQLConnection) -> Outcome

    init<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T, _ continuation: CheckedContinuation<T, any Error>
    ) {
        run = { connection in
            do {
                let value = try body(connection)
                return Outcome(failed: false) { commitError in
                    continuation.resume(with: commitError.map { .failure($0) } ?? .success(value))
                }
            } catch {
                return Outcome(failed: true) { _ in continuation.resume(throwing: error) }
            }
        }
        abandon = { continuation.resume(throwing: $0) }
    }

    /// Resumes the caller of a write that was not run.
    let abandon: @Sendable (any Error) -> Void
}
