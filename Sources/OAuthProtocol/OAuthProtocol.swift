/// The words of the RFCs as value types.
///
/// Owns: request parameters (`FormParameters`), JSON as a value (`JSONValue`), scopes, grant, response and prompt types,
/// PKCE, redirect URI comparison, protocol errors and the table of how they look on the wire (`WireProfile`).
/// Does not own: records (`Storage`), keys and signatures (`JOSE`), decisions (`AuthorizationServer`), HTTP (`HTTPServer`).
/// Pure: imports nothing of ours, reads no clock, draws no randomness.
package enum OAuthProtocolModule {}
