/// Pages: models in, HTML out.
///
/// Owns: the page models (structs of strings, flags and lists), the templates that show them, the stylesheet and script
/// that they link to, and the Content-Security-Policy that each page needs.
/// Does not own: paths and headers (`HTTPServer`), what is shown and when (`AuthorizationServer`). Imports nothing of
/// ours but `CWebUIFiles`, the embedded bytes. Every page that people see works without JavaScript.
package enum WebUIModule {}
