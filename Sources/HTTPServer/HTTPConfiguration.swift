package import OAuthProtocol

/// What the HTTP layer is told at start; one value for every listener.
package struct HTTPConfiguration: Sendable {
    /// The clock. Read once per request.
    package var now: @Sendable () -> Timestamp
    /// Which host is which tenant. Nothing but these hosts and the tenants' own custom domains is answered.
    package var hosts: TenantHosts
    /// Peers whose `X-Forwarded-For`, `-Proto` and `-Host` count. Empty: nobody's.
    package var trustedProxies: [AddressRange]
    /// In which fields those proxies report client certificates; `nil` when they do not.
    package var certificateFields: CertificateFields?
    /// Local development: `localhost` hosts are answered and browsers are not told to insist on https.
    package var isDevelopment: Bool
    /// Development tenants let test suites decide backchannel requests (`/dev/backchannel`).
    package var scriptsApprovals = false

    package init(
        now: @escaping @Sendable () -> Timestamp, hosts: TenantHosts, trustedProxies: [AddressRange] = [],
        isDevelopment: Bool = false
    ) {
        (self.now, self.hosts) = (now, hosts)
        (self.trustedProxies, self.isDevelopment) = (trustedProxies, isDevelopment)
    }
}

/// How a listener is reached by whoever connects to it.
package enum ListenerScheme: String, Sendable, CaseIterable { case http, https }
