/// The cookies that a browser sent, by meaning (contract 5).
package struct BrowserState: Sendable {
    /// Value of the session cookie, or of its fallback.
    package var session: String?
    /// Value of the device cookie, which binds login steps to the browser that began them.
    package var device: String?
    /// The verifiers of cross-origin logins, by their `co_id` (contract 21.3).
    package var crossOriginVerifiers: [String: String] = [:]
    /// Value of the cookie that a native application set before it opened the browser (contract 8.5).
    package var sessionTransferToken: String?
    package init(session: String? = nil, device: String? = nil) { (self.session, self.device) = (session, device) }

    /// The cookies that the browser will have once it got the change.
    func after(_ change: BrowserChanges.Session) -> BrowserState {
        var copy = self
        switch change {
        case .keep: break
        case .clear: copy.session = nil
        case .set(let cookie, _): copy.session = cookie
        }
        return copy
    }
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
    /// The cookie `co/verifier/{id}`: a new one for as long as a login ticket lives; an empty value clears it.
    package var crossOriginVerifier: (id: String, value: String)?
    /// The session transfer token in the cookie was used up.
    package var clearsSessionTransferToken = false
    package init() {}
}

extension BrowserChanges {
    /// Adds what `other` changes.
    mutating func merge(_ other: BrowserChanges) {
        if !other.session.isKept { session = other.session }
        (device, browserState) = (other.device ?? device, other.browserState ?? browserState)
        crossOriginVerifier = other.crossOriginVerifier ?? crossOriginVerifier
        clearsSessionTransferToken = clearsSessionTransferToken || other.clearsSessionTransferToken
    }
}

extension BrowserChanges.Session {
    var isKept: Bool {
        switch self {
        case .keep: true
        case .clear, .set: false
        }
    }
}
