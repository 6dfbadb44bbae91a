/// Everything that knows HTTP.
///
/// Owns: the table of routes, which host is which tenant, what a request's parameters, cookies and credentials are, the
/// order of the middleware, cross-origin rules, and the one way out for errors.
/// Does not own: decisions (`AuthorizationServer`), the look of pages (`WebUI`), sockets, TLS and life cycle (`martlet`).
package enum HTTPServerModule {}
