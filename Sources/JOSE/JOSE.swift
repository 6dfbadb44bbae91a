/// Signed and encrypted JSON and the keys for it: JWS, JWE, JWT, JWK (RFC 7515 to 7519, 7638, 8037), and certificates.
///
/// Owns: key pairs (`PrivateKey`, `PublicKey`), RSA over OpenSSL's libcrypto and elliptic curves over swift-crypto; the JWK
/// form of a tenant's keys (`SigningKey`) with their self-signed certificates; a client's keys (`JWK`, `JWKSet`) and what its
/// certificate says (`X509Certificate`); the compact serializations, made and checked (`JWS`, `JWE`).
/// Does not own: which key signs when and how keys rotate, what a token says, where a client's keys come from
/// (`AuthorizationServer`), how private keys are kept (`Storage`), JSON and base64url (`OAuthProtocol`). Reads no clock:
/// expiry is the caller's to judge.
package enum JOSEModule {}
