extension Migration {
    static let operations = Migration(name: "0004_operations", statements: [
        // A bucket is kept as the time at which it is full again: tokens and time of refill in one number.
        """
        CREATE TABLE attempt_buckets (
            tenant_id {text} NOT NULL, key_hash {blob} NOT NULL, full_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, key_hash)
        ) {table}
        """,
        "CREATE INDEX attempt_buckets_by_full ON attempt_buckets (full_at)",
        """
        CREATE TABLE log_events (
            tenant_id {text} NOT NULL, id {text} NOT NULL, type {text} NOT NULL, date BIGINT NOT NULL, description {text},
            client_id {text}, client_name {text}, connection_name {text}, user_id {text}, user_name {text},
            ip {text} NOT NULL, user_agent {text} NOT NULL, hostname {text} NOT NULL, audience {text}, scope {text},
            details {text} NOT NULL, PRIMARY KEY (tenant_id, id)
        ) {table}
        """,
    ])
}
