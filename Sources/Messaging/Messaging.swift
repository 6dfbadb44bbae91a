/// How mail and text messages leave.
///
/// Owns: the developer's inbox on disk. SMTP and HTTP providers come here.
/// Does not own: what is written and to whom (`AuthorizationServer`).
package enum MessagingModule {}
