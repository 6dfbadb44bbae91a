import OAuthProtocol
import Storage

/// Whether a callback is one of a client's (contract 2.3; conformance 1.6).
struct RegisteredCallback: Sendable {
    let client: Client
    let profile: WireProfile
    let settings: TenantSettings

    func accepts(_ uri: RedirectURI, sent: String) -> Bool {
        // Wildcards are for clients of the tenant's own (contract 2.4).
        let callbacks = client.isFirstParty ? client.callbacks : client.callbacks.filter { !RedirectURI.hasPlaceholder($0) }
        if callbacks.contains(where: { matches(uri, sent, $0) }) { return true }
        return DevelopmentLoopback(settings).accepts(uri, for: client)
    }

    /// The callback of a request that names none. Outside Auth0's profile there must be no choice (RFC 6749 section 3.1.2.3).
    var standard: String? {
        guard profile != .auth0 else { return client.callbacks.first }
        return client.callbacks.count == 1 && !profile.rules.requiresPushedRequests ? client.callbacks.first : nil
    }

    /// Auth0 forgives the case of a host and a lone slash; everybody else compares strings (RFC 9700 section 4.1.3), but for the
    /// port of a native application's loopback address, which it gets from its system at each start (RFC 8252 section 7.3).
    private func matches(_ uri: RedirectURI, _ sent: String, _ registered: String) -> Bool {
        guard profile != .auth0 else { return uri.matches(registered: registered) }
        if sent.isExactly(registered) { return true }
        guard client.isPublic, client.appType == .native, uri.scheme == "http", uri.isLoopback,
            let entry = RedirectURI(registered), entry.isLoopback, entry.scheme == "http"
        else { return false }
        return uri.host == entry.host && uri.path.isExactly(entry.path) && (uri.query ?? "").isExactly(entry.query ?? "")
    }
}
