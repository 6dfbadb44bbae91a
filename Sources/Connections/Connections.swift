/// Where users come from.
///
/// Owns: the database connection (signup, password check, password policy). Social, enterprise and passwordless
/// connections come here as further folders, one line each in `ConnectionTable`.
/// Does not own: brakes on guessing and audit events (`AuthorizationServer`), hashing (`Credentials`), SQL (`SQLStorage`).
package enum ConnectionsModule {}
