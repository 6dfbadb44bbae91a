import OAuthProtocol
import Storage
import Synchronization

/// Lets one audit event per tenant and minute tell of refused requests: the log must not grow with an attack.
final class LimitLog: Sendable {
    private let last = Mutex<[TenantID: Timestamp]>([:])

    init() {}

    func isDue(_ tenant: TenantID, at now: Timestamp) -> Bool {
        last.withLock { last in
            if let earlier = last[tenant], now < earlier + .minutes(1) { return false }
            last[tenant] = now
            return true
        }
    }
}
