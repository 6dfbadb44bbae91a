import GRDB
import SQLStorage
import Storage

/// Writes of several callers in one transaction.
struct WriteBatch {
    let connection: GRDB.Database
    let statements: StatementTexts

    func perform(_ writes: [PendingWrite]) {
        do {
            // IMMEDIATE takes the write lock now, waiting for other processes, so that no statement fails for it later.
            try run("BEGIN IMMEDIATE")
        } catch {
            for write in writes { write.abandon(error) }
            return
        }
        if writes.count == 1 { performAlone(writes[0]) } else { performTogether(writes) }
    }

    /// A write that has the transaction for itself needs no savepoint.
    private func performAlone(_ write: PendingWrite) {
        let outcome = write.run(SQLiteConnection(connection: connection, statements: statements))
        if outcome.failed {
            rollBack()
            outcome.resume(nil)
        } else {
            outcome.resume(commit())
        }
    }

    private func performTogether(_ writes: [PendingWrite]) {
        let session = SQLiteConnection(connection: connection, statements: statements)
        var outcomes: [PendingWrite.Outcome] = []
        outcomes.reserveCapacity(writes.count)
        var failure: (any Error)?
        for write in writes where failure == nil {
            do {
                try run("SAVEPOINT one_write")
                let outcome = write.run(session)
                outcomes.append(outcome)
                // A full disk makes SQLite roll back the whole transaction, not the statement alone.
                guard connection.isInsideTransaction else { throw SQLError.failed(code: "rollback", message: "rolled back") }
                if outcome.failed { try run("ROLLBACK TO one_write") }
                try run("RELEASE one_write")
            } catch {
                failure = error
            }
        }
        settle(writes, outcomes, failure)
    }

    /// Commits unless the transaction is lost already, then resumes every caller.
    private func settle(_ writes: [PendingWrite], _ outcomes: [PendingWrite.Outcome], _ failure: (any Error)?) {
        let error = failure ?? commit()
        if failure != nil { rollBack() }
        for outcome in outcomes { outcome.resume(error) }
        for write in writes.dropFirst(outcomes.count) { write.abandon(error ?? StorageUnavailable("not run")) }
    }

    private func commit() -> (any Error)? {
        do {
            try run("COMMIT")
            return nil
        } catch {
            rollBack()
            return error
        }
    }

    private func rollBack() {
        guard connection.isInsideTransaction else { return }
        try? run("ROLLBACK")
    }

    private func run(_ sql: String) throws {
        try SQLiteFailure.translating { try connection.cachedStatement(sql: sql).execute() }
    }
}
