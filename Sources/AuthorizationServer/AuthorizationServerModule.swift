/// The Authentication API: decisions only.
///
/// Owns: `/authorize` and its interaction, `/oauth/token` and its grants, issuing, browser sessions, logout, userinfo,
/// revocation, discovery, signing-key rotation, signup and password reset, codes without passwords, second factors, passkeys,
/// users' tokens at identity providers, the brakes on guessing.
/// Does not own: HTTP and pages (`HTTPServer`, `WebUI`), SQL (`SQLStorage`), hashing (`Credentials`), mail (`Messaging`).
/// Time and randomness enter as values: `RequestInfo.now`, `Randomness`.
package enum AuthorizationServerModule {}
