/// The page of `check_session_iframe` (OpenID Connect Session Management section 3.3): applications load it in a frame, post
/// `client_id session_state` to it, and are answered `unchanged`, `changed` or `error`.
///
/// `session_state` is `hash.salt`, where `hash` is SHA-256, in lower-case hexadecimal, over the UTF-8 of the client id, the
/// origin of the application, the browser state and the salt, with a space between each. The script reads the browser
/// state from a cookie; where there is none, the state is empty.
package struct SessionIFramePage: Page {
    /// The cookie must be readable by scripts, and its value free of what cookies quote or encode.
    package var cookieName: String
    package var nonce: ScriptNonce

    package init(cookieName: String, nonce: ScriptNonce) { (self.cookieName, self.nonce) = (cookieName, nonce) }

    package var template: PageTemplate { .sessionIFrame }
    package var contentSecurityPolicy: ContentSecurityPolicy { .sessionIFrame(nonce) }

    package var fields: PageFields {
        ["cookieLiteral": .text(ScriptLiteral.string(cookieName)), "nonce": .text(nonce.value)]
    }
}
