extension Migration {
    /// What session transfer tokens make from a refresh token: sessions, and the refresh tokens that are issued in them. Few rows
    /// have these, so the indexes hold only those.
    static let sessionTransfer = Migration(name: "0007_session_transfer", statements: [
        "ALTER TABLE sessions ADD COLUMN transfer_client_id {text}",
        "ALTER TABLE sessions ADD COLUMN transfer_family_id {blob}",
        """
        CREATE INDEX sessions_by_transfer ON sessions (tenant_id, transfer_family_id) WHERE transfer_family_id IS NOT NULL
        """,
        // parent_id: repeats the family that `details` name.
        "ALTER TABLE refresh_token_families ADD COLUMN parent_id {blob}",
        """
        CREATE INDEX refresh_token_families_by_parent ON refresh_token_families (tenant_id, parent_id)
        WHERE parent_id IS NOT NULL
        """,
    ])
}
