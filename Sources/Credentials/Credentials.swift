/// How people prove who they are.
///
/// Owns: password hashing (Argon2id, imported bcrypt) on a bounded pool of its own. One-time passwords and WebAuthn come
/// here as further folders.
/// Does not own: which password is asked for, brakes on guessing (`AuthorizationServer`), where hashes are kept (`Storage`).
package enum CredentialsModule {}
