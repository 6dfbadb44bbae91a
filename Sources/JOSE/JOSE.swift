/// Signed JSON and the keys that sign it: JWS, JWT, JWK (RFC 7515, 7517, 7518, 7519, 7638).
///
/// Owns: RSA key pairs (`RSAPrivateKey`, `RSAPublicKey`) over OpenSSL's libcrypto, their self-signed certificates, the
/// JWK form of a tenant's keys (`SigningKey`), and the compact serialization, made and checked (`JWS`).
/// Does not own: which key signs when and how keys rotate, what a token says (`AuthorizationServer`), how private keys are
/// kept (`Storage`), JSON and base64url (`OAuthProtocol`). Reads no clock: expiry is the caller's to judge.
package enum JOSEModule {}
