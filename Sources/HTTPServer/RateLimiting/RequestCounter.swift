import AuthorizationServer
import Logging
import OAuthProtocol
import Storage

/// Counts one request against buckets of its tenant.
struct RequestCounter: Sendable {
    let edge: HTTPEdge
    let tenant: TenantContext
    let info: RequestInfo

    /// What is counted before the handler runs.
    func countedFirst(for bucket: Route.RateBucket) -> (bucket: Route.RateBucket, subject: String?) {
        // A network, where one household has a whole one.
        let address = NetworkPrefix.of(info.address)
        return switch bucket.subject {
        case .tenant: (bucket, nil)
        case .address: (bucket, address)
        case .user(let unproven): (unproven, address)
        }
    }

    /// `nil` when the database cannot count: it must not answer for the endpoint, which will say so itself if it needs one.
    func take(_ bucket: Route.RateBucket, per subject: String? = nil) async -> RateLimiter.Verdict? {
        do {
            return try await edge.limiter.take(
                key(bucket, subject), from: bucket.bucket(in: tenant.settings), in: tenant.stores.attempts, at: info.now)
        } catch {
            info.logger.warning("rate limit not counted", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func giveBack(_ bucket: Route.RateBucket, per subject: String?, _ verdict: RateLimiter.Verdict) {
        edge.limiter.giveBack(key(bucket, subject), verdict, takenAt: info.now)
    }

    /// What answers a request that was not allowed. The audit log learns of one a minute.
    func refusal(_ verdict: RateLimiter.Verdict) async -> OAuthError {
        if edge.limitLog.isDue(tenant.stores.tenant, at: info.now) {
            try? await tenant.stores.logs.record(info.event(.apiLimit, description: info.path))
        }
        return OAuthError(.tooManyRequests, WireText.tooManyRequests, retryAfter: verdict.retryAfter)
    }

    /// Names the tenant too: what a node holds of one tenant's bucket is no other tenant's.
    private func key(_ bucket: Route.RateBucket, _ subject: String?) -> String {
        "rate|\(tenant.stores.tenant)|\(bucket.rawValue)" + (subject.map { "|\($0)" } ?? "")
    }
}

extension TenantCall {
    /// Counts the request against the bucket of a user whom it has proved. Throws `tooManyRequests`.
    func count(_ bucket: Route.RateBucket, user userID: String) async throws {
        let counter = RequestCounter(edge: edge, tenant: context, info: info)
        guard let verdict = await counter.take(bucket, per: userID) else { return }
        info.limits.note(verdict.state)
        guard verdict.isAllowed else { throw await counter.refusal(verdict) }
    }
}
