/// How people prove who they are.
///
/// Owns: password hashing (Argon2id, imported bcrypt) on a bounded pool of its own, one-time codes (RFC 6238), and what a
/// relying party checks of WebAuthn, with the CBOR that it is written in.
/// Does not own: which of them is asked for, brakes on guessing, whether a challenge or a code has been used before
/// (`AuthorizationServer`), where hashes and credentials are kept (`Storage`).
package enum CredentialsModule {}
