import Logging
import OAuthProtocol
import ServiceLifecycle
import Storage

/// Deletes expired rows again and again.
struct Sweeper: Service {
    let installation: Installation
    let interval: Duration
    let logRetention: Lifetime
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func sweep() async {
        do {
            let count = try await installation.engine.sweep(at: installation.now(), logRetention: logRetention)
            if count > 0 { logger.debug("swept", metadata: ["rows": .stringConvertible(count)]) }
        } catch {
            if Task.isCancelled { return }
            // The next round tries again; rows that outlive their expiry are refused all the same.
            logger.warning("sweep failed", metadata: ["error": "\(error)"])
        }
    }
}

/// Closes the installation when everything that uses it has ended: the first service of the group, so the last to stop.
struct ClosingService: Service {
    let installation: Installation

    func run() async throws {
        // Ends by graceful shutdown or by cancellation: either way it is time to close.
        try? await gracefulShutdown()
        try await installation.close()
    }
}
