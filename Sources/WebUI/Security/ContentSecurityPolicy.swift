/// What a browser lets a page do (CSP Level 3). Everything not named is refused.
package struct ContentSecurityPolicy: Sendable, Hashable {
    /// The value of the header `Content-Security-Policy`.
    package let headerValue: String

    private init(_ directives: [String]) { headerValue = directives.joined(separator: "; ") }

    /// Logos may be on any host, since tenants and applications name their own; they must come over TLS.
    private static let own = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' https:"]
    private static let neverFramed = ["base-uri 'none'", "frame-ancestors 'none'"]

    /// Pages whose forms, if any, are answered on this host: request of a password reset, messages, errors.
    package static let closed = ContentSecurityPolicy(own + ["form-action 'self'"] + neverFramed)

    /// Pages whose form may end at the application: login, sign-up, consent, logout, password reset.
    ///
    /// They name no `form-action`. Chromium (seen with 156) applies it to every redirect after the submission: `'self'` would
    /// block the way back to the callback; the callback's origin would not do either, because the application may
    /// redirect on to another one, and custom schemes have no origin. The actions are our own constants.
    package static let leaving = ContentSecurityPolicy(own + neverFramed)

    /// The page of `response_mode=form_post`: one inline script, and no `form-action` for the reason given at `leaving`.
    package static func formPost(_ nonce: ScriptNonce) -> ContentSecurityPolicy {
        ContentSecurityPolicy(
            ["default-src 'none'", "script-src 'nonce-\(nonce.value)'", "style-src 'self'", "img-src 'self'"] + neverFramed)
    }

    /// The answer of `response_mode=web_message`: one inline script, and frames only within `origin`, the application's.
    ///
    /// An `origin` that is not `scheme://host[:port]` may not frame it.
    package static func webMessage(_ nonce: ScriptNonce, framedBy origin: String) -> ContentSecurityPolicy {
        ContentSecurityPolicy([
            "default-src 'none'", "script-src 'nonce-\(nonce.value)'", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors \(frameSource(of: origin))",
        ])
    }

    /// The front-channel logout page: one inline script, and frames of the origins of `urls`.
    package static func frontchannelLogout(_ nonce: ScriptNonce, framing urls: [String]) -> ContentSecurityPolicy {
        let sources = urls.compactMap(PageOrigin.of).map(frameSource)
        let distinct = sources.isEmpty ? ["'none'"] : Set(sources).sorted()
        return ContentSecurityPolicy(
            [
                "default-src 'none'", "script-src 'nonce-\(nonce.value)'", "style-src 'self'", "img-src 'self' https:",
                "frame-src \(distinct.joined(separator: " "))", "form-action 'none'",
            ] + neverFramed)
    }

    /// The page of `check_session_iframe`: one inline script; any application may frame it, there is nothing to click on.
    package static func sessionIFrame(_ nonce: ScriptNonce) -> ContentSecurityPolicy {
        ContentSecurityPolicy(
            ["default-src 'none'", "script-src 'nonce-\(nonce.value)'", "base-uri 'none'", "form-action 'none'"])
    }

    private static func frameSource(of origin: String) -> String {
        guard PageOrigin.isValid(origin) else { return "'none'" }
        // CSP has no syntax for IPv6 hosts. The page has nothing to click on and posts to `origin` only, so its scheme will do.
        guard origin.utf8.contains(UInt8(ascii: "[")) else { return origin }
        return origin.utf8.starts(with: "https:".utf8) ? "https:" : "http:"
    }
}
