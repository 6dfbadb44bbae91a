/// The cookies that a browser sent, by meaning (contract 5).
package struct BrowserState: Sendable {
    /// Value of the session cookie, or of its fallback.
    package var session: String?
    /// Value of the device cookie, which binds login steps to the browser that began them.
    package var device: String?
    package init(session: String? = nil, device: String? = nil) { (self.session, self.device) = (session, device) }
}

/// The cookies that an answer sets or clears.
package struct BrowserChanges: Sendable {
    package enum Session: Sendable {
        case keep
        case clear
        /// A new value; with `maxAge` seconds when the cookie outlives the browser.
        case set(String, maxAge: Int64?)
    }

    package var session: Session = .keep
    /// A new device cookie.
    package var device: String?
    /// The value that the page behind `check_session_iframe` reads (OIDC Session Management 3.2): new with each session, empty to
    /// clear it.
    package var browserState: String?
    package init() {}
}
