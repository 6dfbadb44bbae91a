import AuthorizationServer
import Logging
import ServiceLifecycle

/// Sends what is owed to clients: as soon as it is stored by this process, and every few seconds what other nodes left or what
/// is to be tried again.
struct DeliveryService: Service {
    let installation: Installation
    let logger: Logger

    private static let interval: Duration = .seconds(5)

    func run() async throws {
        let wake = installation.environment.deliveryWake
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        wake.ring()
                        try? await Task.sleep(for: Self.interval)
                    }
                    // The other task may be waiting, which cancellation does not end.
                    wake.ring()
                }
                group.addTask {
                    while !Task.isCancelled {
                        await wake.wait()
                        if !Task.isCancelled { await deliver() }
                    }
                }
            }
        }
    }

    private func deliver() async {
        let worker = DeliveryWorker(engine: installation.engine, environment: installation.environment, logger: logger)
        do {
            _ = try await worker.runDue(installation.now)
        } catch {
            if Task.isCancelled { return }
            logger.warning("deliveries failed", metadata: ["error": "\(error)"])
        }
    }
}
