extension Migration {
    /// Secrets of connections that name an identity provider, and users' tokens at those.
    static let federation = Migration(name: "0006_federation", statements: [
        "ALTER TABLE connections ADD COLUMN secret_key_id {text}",
        "ALTER TABLE connections ADD COLUMN secret {blob}",
        // leased_until: set while somebody uses the refresh token. sweep_at: set when the access token is all there is and ends.
        """
        CREATE TABLE federated_tokens (
            tenant_id {text} NOT NULL, user_id {text} NOT NULL, connection_name {text} NOT NULL, account {text} NOT NULL,
            access_token_key_id {text}, access_token {blob}, access_expires_at BIGINT, refresh_token_key_id {text},
            refresh_token {blob}, scope {text}, revision BIGINT NOT NULL, leased_until BIGINT, created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL, sweep_at BIGINT, PRIMARY KEY (tenant_id, user_id, connection_name, account)
        ) {table}
        """,
        "CREATE INDEX federated_tokens_by_sweep ON federated_tokens (sweep_at) WHERE sweep_at IS NOT NULL",
    ])
}
