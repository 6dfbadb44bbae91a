extension Migration {
    static let flows = Migration(name: "0003_flows", statements: [
        """
        CREATE TABLE login_transactions (
            tenant_id {text} NOT NULL, state_hash {blob} NOT NULL, browser_hash {blob} NOT NULL, client_id {text} NOT NULL,
            parameters {text} NOT NULL, authenticated_at BIGINT, sid {text}, consent_given_at BIGINT,
            created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, state_hash)
        ) {table}
        """,
        "CREATE INDEX login_transactions_by_expiry ON login_transactions (expires_at)",
        """
        CREATE TABLE authorization_codes (
            tenant_id {text} NOT NULL, hash {blob} NOT NULL, client_id {text} NOT NULL, user_id {text} NOT NULL,
            audience {text}, scopes {text} NOT NULL, sid {text}, auth_time BIGINT, gty {text}, redirect_uri {text},
            nonce {text}, code_challenge {text}, code_challenge_method {text}, created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL, used_at BIGINT, family_id {blob}, PRIMARY KEY (tenant_id, hash)
        ) {table}
        """,
        "CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at)",
        // sweep_at: when the row may go, rounded up to a whole hour so that rotating seldom moves it in its index.
        """
        CREATE TABLE refresh_token_families (
            tenant_id {text} NOT NULL, id {blob} NOT NULL, client_id {text} NOT NULL, user_id {text} NOT NULL,
            audience {text}, scopes {text} NOT NULL, sid {text}, auth_time BIGINT, gty {text}, generation BIGINT NOT NULL,
            is_rotating BIGINT NOT NULL, rotated_at BIGINT NOT NULL, created_at BIGINT NOT NULL, last_used_at BIGINT,
            idle_expires_at BIGINT, absolute_expires_at BIGINT, revoked_at BIGINT, sweep_at BIGINT, seed {blob} NOT NULL,
            key_id {text} NOT NULL, PRIMARY KEY (tenant_id, id)
        ) {table}
        """,
        """
        CREATE INDEX refresh_token_families_by_user
        ON refresh_token_families (tenant_id, user_id, client_id, revoked_at, created_at)
        """,
        "CREATE INDEX refresh_token_families_by_client ON refresh_token_families (tenant_id, client_id)",
        "CREATE INDEX refresh_token_families_by_sweep ON refresh_token_families (sweep_at)",
        """
        CREATE TABLE tickets (
            tenant_id {text} NOT NULL, hash {blob} NOT NULL, purpose {text} NOT NULL, user_id {text} NOT NULL,
            client_id {text}, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT,
            PRIMARY KEY (tenant_id, hash)
        ) {table}
        """,
        "CREATE INDEX tickets_by_expiry ON tickets (expires_at)",
    ])
}
