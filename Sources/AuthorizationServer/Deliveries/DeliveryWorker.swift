package import struct Logging.Logger
package import OAuthProtocol
package import Storage

/// Sends what is owed to clients: logout tokens and CIBA pings. Any number of nodes may run it; a delivery is leased to one at a
/// time, and one that a node died with is sent by the next when its lease is over.
package struct DeliveryWorker: Sendable {
    private let engine: any StorageEngine
    private let environment: ServerEnvironment
    private let logger: Logger

    package init(engine: any StorageEngine, environment: ServerEnvironment, logger: Logger) {
        (self.engine, self.environment, self.logger) = (engine, environment, logger)
    }

    /// Deliveries that one round takes of one tenant.
    private static let batch = 16
    /// Longer than an attempt can take.
    private static let lease: Lifetime = 60

    /// Sends everything that is due, a batch of each tenant in turn, so that no tenant waits for all that another owes. Reads the
    /// clock before each batch: a logout token is valid for two minutes from then, whatever went before it. Returns how many
    /// were tried. Throws what the database throws.
    package func runDue(_ clock: @Sendable () -> Timestamp) async throws -> Int {
        var count = 0
        var waiting = try await engine.tenantsWithDueDeliveries(at: clock())
        while !waiting.isEmpty {
            var unfinished: [TenantID] = []
            for tenantID in waiting {
                let tried = try await runBatch(of: tenantID, at: clock())
                count += tried
                if tried == Self.batch { unfinished.append(tenantID) }
            }
            waiting = unfinished
        }
        return count
    }

    private func runBatch(of tenantID: TenantID, at now: Timestamp) async throws -> Int {
        guard let tenant = try await engine.tenants.find(tenantID) else { return 0 }
        let context = TenantContext(tenant: tenant, stores: engine.stores(for: tenantID), environment: environment)
        let due = try await context.stores.deliveries.lease(limit: Self.batch, until: now + Self.lease, at: now)
        await withTaskGroup(of: Void.self) { group in
            for delivery in due { group.addTask { await attempt(delivery, context, at: now) } }
        }
        return due.count
    }

    /// What cannot be recorded is tried again when its lease is over.
    private func attempt(_ delivery: Delivery, _ context: TenantContext, at now: Timestamp) async {
        do {
            let outcome = await DeliveryAttempt(context, logger: logger).send(delivery, at: now)
            try await record(outcome, of: delivery, context, at: now)
        } catch {
            logger.error("delivery not recorded", metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
        }
    }

    private func record(
        _ outcome: DeliveryAttempt.Outcome, of delivery: Delivery, _ context: TenantContext, at now: Timestamp
    ) async throws {
        let store = context.stores.deliveries
        switch outcome {
        case .delivered:
            try await store.markDelivered(delivery.id, recording: Self.event(delivery, isDelivered: true, nil, at: now))
        case .failed(let reason, let isFinal):
            let next = isFinal ? nil : DeliverySchedule.next(after: delivery.attempts + 1, of: delivery.kind).map { now + $0 }
            let event = next == nil ? Self.event(delivery, isDelivered: false, reason, at: now) : nil
            try await store.markFailed(delivery.id, error: reason, nextAttemptAt: next, recording: event)
        }
    }

    /// Only logouts are of interest to operators: who did not answer may still believe the user signed in.
    private static func event(_ delivery: Delivery, isDelivered: Bool, _ reason: String?, at now: Timestamp) -> LogEvent? {
        guard delivery.kind == .backchannelLogout else { return nil }
        let type: LogEventType = isDelivered ? .backchannelLogoutSucceeded : .backchannelLogoutFailed
        var event = LogEvent(type, date: now, ip: "", userAgent: "", hostname: "")
        (event.clientID, event.description) = (delivery.clientID, reason)
        event.details = ["url": .string(delivery.url), "attempts": .integer(Int64(delivery.attempts + 1))]
        return event
    }
}

/// When an attempt that failed is repeated.
enum DeliverySchedule {
    private static let logout: [Lifetime] = [10, .minutes(1), .minutes(5), .minutes(30), .hours(2)]
    private static let ping: [Lifetime] = [2, 5, 10]

    /// The wait before the next attempt, `nil` when there is none after so many.
    static func next(after attempts: Int, of kind: Delivery.Kind) -> Lifetime? {
        let waits = switch kind {
        case .backchannelLogout: logout
        case .cibaPing: ping
        }
        return attempts <= waits.count ? waits[attempts - 1] : nil
    }
}
