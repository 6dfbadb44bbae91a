package import OAuthProtocol
import Storage

extension OAuthError {
    /// What may be known of a failure that is nobody's fault who asked: `temporarily_unavailable` when the database cannot
    /// take the work now, `server_error` otherwise (contract 1.4). The failure itself is the `cause`, for the log.
    package init(unexpected error: any Error) {
        if error is StorageUnavailable {
            self.init(.temporarilyUnavailable, WireText.temporarilyUnavailable, retryAfter: 1, cause: error)
        } else {
            self.init(.serverError, WireText.serverError, cause: error)
        }
    }
}
