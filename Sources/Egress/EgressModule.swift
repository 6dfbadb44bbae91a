/// What leaves this server over HTTP because someone else named the URL: clients' key sets, request objects, metadata documents,
/// sector identifiers, logout and CIBA notifications.
///
/// Owns: which addresses may be asked, and the guarded fetch.
/// Does not own: what is asked and what is believed of the answer (`AuthorizationServer`).
package enum EgressModule {}
