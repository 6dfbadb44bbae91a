#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread that may block, outside of Swift's cooperative pool.
enum WorkerThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread. False when the system has none to give.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let passed = Unmanaged.passRetained(Body(body))
        #if canImport(Glibc)
        var thread = pthread_t()
        #else
        var thread: pthread_t?
        #endif
        let code = pthread_create(&thread, nil, WorkerThread.entry, passed.toOpaque())
        guard code == 0 else {
            passed.release()
            return false
        }
        detach(thread)
        return true
    }

    #if canImport(Glibc)
    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { passed in
        if let passed { Unmanaged<Body>.fromOpaque(passed).takeRetainedValue().run() }
        return nil
    }
    private static func detach(_ thread: pthread_t) { pthread_detach(thread) }
    #else
    private static let entry: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { passed in
        Unmanaged<Body>.fromOpaque(passed).takeRetainedValue().run()
        return nil
    }
    private static func detach(_ thread: pthread_t?) { if let thread { pthread_detach(thread) } }
    #endif
}
