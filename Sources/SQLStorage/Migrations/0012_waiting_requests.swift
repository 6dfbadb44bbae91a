extension Migration {
    /// How many backchannel requests wait for a user is asked with each new one.
    static let waitingRequests = Migration(
        name: "0012_waiting_requests",
        statements: [
            """
            CREATE INDEX deferred_authorizations_waiting ON deferred_authorizations (tenant_id, user_id, expires_at)
            WHERE state = 'pending' AND kind = 'backchannel'
            """
        ])
}
