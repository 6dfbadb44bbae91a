extension Migration {
    /// Proofs, pushed and deferred requests, one-time codes, factors, permissions, deliveries and revocations.
    static let extensions = Migration(
        name: "0005_extensions", statements: newColumns + newConfiguration + newPeople + newFlows + newOperations)

    private static let newColumns = [
        "ALTER TABLE clients ADD COLUMN additional_secrets_key_id {text}",
        "ALTER TABLE clients ADD COLUMN additional_secrets {blob}",
        // Set while a client that registered itself has not been used.
        "ALTER TABLE clients ADD COLUMN unused_until BIGINT",
        "CREATE INDEX clients_by_unused ON clients (unused_until) WHERE unused_until IS NOT NULL",
        "ALTER TABLE resource_servers ADD COLUMN signing_secret_key_id {text}",
        "ALTER TABLE resource_servers ADD COLUMN signing_secret {blob}",
        "ALTER TABLE sessions ADD COLUMN browser_state {text} NOT NULL DEFAULT ''",
        "ALTER TABLE login_transactions ADD COLUMN request_uri_hash {blob}",
        // details: NULL for the grants that have none, which are most.
        "ALTER TABLE authorization_codes ADD COLUMN grant_id {text} NOT NULL DEFAULT ''",
        "ALTER TABLE authorization_codes ADD COLUMN details {text}",
        "ALTER TABLE authorization_codes ADD COLUMN dpop_jkt {text}",
        "ALTER TABLE refresh_token_families ADD COLUMN grant_id {text} NOT NULL DEFAULT ''",
        "ALTER TABLE refresh_token_families ADD COLUMN details {text}",
    ]

    private static let newConfiguration = [
        // At most one current and one next key of each algorithm, whatever nodes do at once.
        "DROP INDEX signing_keys_in_use",
        """
        CREATE UNIQUE INDEX signing_keys_in_use_by_algorithm ON signing_keys (tenant_id, algorithm, state)
        WHERE state IN ('current', 'next')
        """,
        """
        CREATE TABLE tenant_secrets (
            tenant_id {text} NOT NULL, name {text} NOT NULL, secret_key_id {text} NOT NULL, secret {blob} NOT NULL,
            PRIMARY KEY (tenant_id, name)
        ) {table}
        """,
    ]

    private static let newPeople = [
        """
        CREATE TABLE authenticators (
            tenant_id {text} NOT NULL, id {text} NOT NULL, user_id {text} NOT NULL, kind {text} NOT NULL,
            secret_key_id {text}, secret {blob}, name {text}, is_active BIGINT NOT NULL, counter BIGINT NOT NULL,
            credential_hash {blob}, credential {text}, created_at BIGINT NOT NULL, last_used_at BIGINT,
            PRIMARY KEY (tenant_id, id)
        ) {table}
        """,
        "CREATE INDEX authenticators_by_user ON authenticators (tenant_id, user_id)",
        "CREATE UNIQUE INDEX authenticators_by_credential ON authenticators (tenant_id, credential_hash)",
        """
        CREATE TABLE user_permissions (
            tenant_id {text} NOT NULL, user_id {text} NOT NULL, audience {text} NOT NULL, permission {text} NOT NULL,
            PRIMARY KEY (tenant_id, user_id, audience, permission)
        ) {table}
        """,
        """
        CREATE TABLE role_permissions (
            tenant_id {text} NOT NULL, role {text} NOT NULL, audience {text} NOT NULL, permission {text} NOT NULL,
            PRIMARY KEY (tenant_id, role, audience, permission)
        ) {table}
        """,
        """
        CREATE TABLE user_roles (
            tenant_id {text} NOT NULL, user_id {text} NOT NULL, role {text} NOT NULL,
            PRIMARY KEY (tenant_id, user_id, role)
        ) {table}
        """,
    ]

    private static let newFlows = [
        """
        CREATE TABLE pushed_requests (
            tenant_id {text} NOT NULL, hash {blob} NOT NULL, client_id {text} NOT NULL, parameters {text} NOT NULL,
            dpop_jkt {text}, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT,
            PRIMARY KEY (tenant_id, hash)
        ) {table}
        """,
        "CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at)",
        // holds_user_code: 1 until it is decided, or expired while another wants the code. last_poll: what the last poll heard.
        """
        CREATE TABLE deferred_authorizations (
            tenant_id {text} NOT NULL, hash {blob} NOT NULL, kind {text} NOT NULL, state {text} NOT NULL,
            user_code_hash {blob} NOT NULL, holds_user_code BIGINT NOT NULL, client_id {text} NOT NULL,
            user_id {text} NOT NULL, audience {text}, scopes {text} NOT NULL, sid {text}, auth_time BIGINT, gty {text},
            grant_id {text} NOT NULL, details {text}, binding_message {text}, notification_key_id {text},
            notification {blob}, dpop_jkt {text}, poll_interval BIGINT NOT NULL, last_polled_at BIGINT, last_poll {text},
            created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, expiry_reported_at BIGINT, family_id {blob},
            PRIMARY KEY (tenant_id, hash)
        ) {table}
        """,
        "CREATE INDEX deferred_authorizations_by_expiry ON deferred_authorizations (expires_at)",
        """
        CREATE UNIQUE INDEX deferred_authorizations_by_user_code ON deferred_authorizations (tenant_id, kind, user_code_hash)
        WHERE holds_user_code = 1
        """,
        """
        CREATE TABLE one_time_codes (
            tenant_id {text} NOT NULL, purpose {text} NOT NULL, key_hash {blob} NOT NULL, code_mac {blob} NOT NULL,
            payload_key_id {text} NOT NULL, payload {blob} NOT NULL, attempts_left BIGINT NOT NULL,
            created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, purpose, key_hash)
        ) {table}
        """,
        "CREATE INDEX one_time_codes_by_expiry ON one_time_codes (expires_at)",
    ]

    private static let newOperations = [
        """
        CREATE TABLE replays (
            tenant_id {text} NOT NULL, key_hash {blob} NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, key_hash)
        ) {table}
        """,
        "CREATE INDEX replays_by_expiry ON replays (expires_at)",
        """
        CREATE TABLE revocations (
            tenant_id {text} NOT NULL, key_hash {blob} NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, key_hash)
        ) {table}
        """,
        "CREATE INDEX revocations_by_expiry ON revocations (expires_at)",
        // next_attempt_at: also the end of the lease of whoever sends it. sweep_at: set when it is over.
        """
        CREATE TABLE deliveries (
            tenant_id {text} NOT NULL, id {text} NOT NULL, kind {text} NOT NULL, client_id {text} NOT NULL, url {text} NOT NULL,
            payload_key_id {text} NOT NULL, payload {blob} NOT NULL, state {text} NOT NULL, attempts BIGINT NOT NULL,
            next_attempt_at BIGINT NOT NULL, last_error {text}, created_at BIGINT NOT NULL, sweep_at BIGINT,
            PRIMARY KEY (tenant_id, id)
        ) {table}
        """,
        "CREATE INDEX deliveries_due ON deliveries (tenant_id, next_attempt_at) WHERE state = 'due'",
        "CREATE INDEX deliveries_by_creation ON deliveries (tenant_id, created_at, id)",
        "CREATE INDEX deliveries_by_sweep ON deliveries (sweep_at)",
    ]
}
