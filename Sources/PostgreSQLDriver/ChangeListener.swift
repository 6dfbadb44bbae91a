import CLibPQ
import Storage
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Hears of what other nodes changed (`NOTIFY martlet_configuration, '<tenant>'`), on a connection and a thread of its own.
/// While the connection is down, caches rest on their time-to-live alone.
final class ChangeListener: Sendable {
    /// What may change, by the channel that tells of it.
    enum Change: String, CaseIterable {
        case configuration = "martlet_configuration"
        case revocations = "martlet_revocations"
    }

    private struct State {
        var isRunning = false
        var isStopped = false
        var stoppers: [CheckedContinuation<Void, Never>] = []
    }

    /// How long the thread waits before it looks whether it shall stop, in milliseconds.
    private static let pollInterval: Int32 = 250

    private let state = Mutex(State())
    private let target: ConnectionTarget

    init(target: ConnectionTarget) { self.target = target }

    /// Calls the closure for each change of a tenant, those of this process included.
    func start(_ changed: @escaping @Sendable (Change, TenantID) -> Void) {
        state.withLock { $0.isRunning = true }
        if !WorkerThread.start({ [self] in listen(changed) }) { ended() }
    }

    /// Returns when the thread has ended.
    func stop() async {
        await withCheckedContinuation { continuation in
            let isRunning = state.withLock { state in
                state.isStopped = true
                if state.isRunning { state.stoppers.append(continuation) }
                return state.isRunning
            }
            if !isRunning { continuation.resume() }
        }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func ended() {
        let stoppers = state.withLock { state in
            state.isRunning = false
            defer { state.stoppers = [] }
            return state.stoppers
        }
        for stopper in stoppers { stopper.resume() }
    }

    private func listen(_ changed: (Change, TenantID) -> Void) {
        while !isStopped {
            if let handle = target.connect() {
                for change in Change.allCases { PQclear(PQexec(handle, "LISTEN \(change.rawValue)")) }
                receive(handle, changed)
                PQfinish(handle)
            }
            if !isStopped { usleep(UInt32(ChangeListener.pollInterval) * 1000) }
        }
        ended()
    }

    /// Until the connection breaks or the listener is stopped.
    private func receive(_ handle: OpaquePointer, _ changed: (Change, TenantID) -> Void) {
        while !isStopped, PQstatus(handle) == CONNECTION_OK {
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard poll(&socket, 1, ChangeListener.pollInterval) >= 0 || errno == EINTR else { return }
            guard PQconsumeInput(handle) == 1 else { return }
            while let notice = PQnotifies(handle) {
                let change = Change(rawValue: String(cString: notice.pointee.relname))
                let tenant = TenantID(String(cString: notice.pointee.extra))
                PQfreemem(notice)
                if let change, let tenant { changed(change, tenant) }
            }
        }
    }
}
