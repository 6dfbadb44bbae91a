extension Migration {
    static let people = Migration(name: "0002_people", statements: [
        // email_key and username_key are the ASCII-lower-case forms.
        """
        CREATE TABLE users (
            tenant_id {text} NOT NULL, user_id {text} NOT NULL, connection_name {text} NOT NULL, email {text},
            email_key {text}, email_verified BIGINT NOT NULL, username {text}, username_key {text}, profile {text} NOT NULL,
            blocked BIGINT NOT NULL, user_metadata {text} NOT NULL, app_metadata {text} NOT NULL,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, last_login BIGINT, last_ip {text},
            logins_count BIGINT NOT NULL, password_hash {text}, PRIMARY KEY (tenant_id, user_id)
        ) {table}
        """,
        "CREATE UNIQUE INDEX users_by_email ON users (tenant_id, connection_name, email_key)",
        "CREATE UNIQUE INDEX users_by_username ON users (tenant_id, connection_name, username_key)",
        "CREATE INDEX users_by_creation ON users (tenant_id, created_at, user_id)",
        """
        CREATE TABLE consents (
            tenant_id {text} NOT NULL, user_id {text} NOT NULL, client_id {text} NOT NULL, audience {text} NOT NULL,
            scopes {text} NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, user_id, client_id, audience)
        ) {table}
        """,
        "CREATE INDEX consents_by_client ON consents (tenant_id, client_id)",
        // expires_at is the earlier of idle and absolute end.
        """
        CREATE TABLE sessions (
            tenant_id {text} NOT NULL, cookie_hash {blob} NOT NULL, sid {text} NOT NULL, user_id {text} NOT NULL,
            auth_time BIGINT NOT NULL, amr {text} NOT NULL, created_at BIGINT NOT NULL, last_active_at BIGINT NOT NULL,
            idle_expires_at BIGINT NOT NULL, absolute_expires_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
            address {text} NOT NULL, user_agent {text} NOT NULL, clients {text} NOT NULL,
            PRIMARY KEY (tenant_id, cookie_hash)
        ) {table}
        """,
        "CREATE UNIQUE INDEX sessions_by_sid ON sessions (tenant_id, sid)",
        "CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id)",
        "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
    ])
}
