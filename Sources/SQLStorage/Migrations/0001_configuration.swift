extension Migration {
    static let configuration = Migration(name: "0001_configuration", statements: [
        """
        CREATE TABLE tenants (
            id {text} NOT NULL PRIMARY KEY, document {text} NOT NULL, created_at BIGINT NOT NULL
        ) {table}
        """,
        // The one table whose key is not the tenant: it is what finds the tenant of a host.
        "CREATE TABLE tenant_domains (host {text} NOT NULL PRIMARY KEY, tenant_id {text} NOT NULL) {table}",
        "CREATE INDEX tenant_domains_by_tenant ON tenant_domains (tenant_id)",
        """
        CREATE TABLE clients (
            tenant_id {text} NOT NULL, client_id {text} NOT NULL, document {text} NOT NULL, secret_key_id {text},
            secret {blob}, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, client_id)
        ) {table}
        """,
        """
        CREATE TABLE client_grants (
            tenant_id {text} NOT NULL, id {text} NOT NULL, client_id {text} NOT NULL, audience {text} NOT NULL,
            document {text} NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, client_id, audience)
        ) {table}
        """,
        """
        CREATE TABLE resource_servers (
            tenant_id {text} NOT NULL, id {text} NOT NULL, identifier {text} NOT NULL, document {text} NOT NULL,
            created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, identifier)
        ) {table}
        """,
        """
        CREATE TABLE connections (
            tenant_id {text} NOT NULL, id {text} NOT NULL, name {text} NOT NULL, document {text} NOT NULL,
            PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name)
        ) {table}
        """,
        """
        CREATE TABLE signing_keys (
            tenant_id {text} NOT NULL, kid {text} NOT NULL, algorithm {text} NOT NULL, state {text} NOT NULL,
            private_key_id {text}, private_key {blob}, certificate {blob} NOT NULL, created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, kid)
        ) {table}
        """,
        // At most one current and one next key, whatever nodes do at once.
        "CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (tenant_id, state) WHERE state IN ('current', 'next')",
    ])
}
