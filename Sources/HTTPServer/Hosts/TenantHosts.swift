package import AuthorizationServer
import OAuthProtocol
package import Storage

/// Which host is which tenant (architecture section 4). Custom domains are looked up in the database beside these.
package struct TenantHosts: Sendable {
    /// An address under which a tenant is reached from outside.
    package struct Canonical: Sendable {
        package let issuer: Issuer
        package let tenant: TenantID

        /// Parses `https://login.example.com` or `http://localhost:3000/`. `nil` for another scheme, a path, a query,
        /// user information or no host.
        package init?(url: String, tenant: TenantID = .default) {
            guard let issuer = Issuer(url: url) else { return nil }
            (self.issuer, self.tenant) = (issuer, tenant)
        }
    }

    /// What is known from the host alone.
    package enum Selection: Sendable, Equatable {
        case tenant(TenantID, Issuer)
        /// Not a host of ours: a tenant may list it among its custom domains.
        case perhapsCustomDomain(Issuer)
        /// Not a host at all.
        case unknown
    }

    /// The ports at which clients are asked for certificates; known once the listeners accept.
    package var mutualTLS: @Sendable () -> MutualTLSPorts? = { nil }
    private let canonical: [String: Canonical]
    /// The canonical addresses by their names without ports.
    private let named: [String: Canonical]
    private let tenantDomain: Canonical?
    private let answersLocalhost: Bool

    /// - Parameters:
    ///   - canonical: the addresses of single tenants.
    ///   - tenantDomain: `https://example.com` makes `https://NAME.example.com` the address of tenant `NAME`.
    ///   - answersLocalhost: development: any port of `localhost`, `127.0.0.1` and `[::1]` is tenant `default`, and
    ///     `NAME.localhost` is tenant `NAME`.
    package init(canonical: [Canonical] = [], tenantDomain: Canonical? = nil, answersLocalhost: Bool = false) {
        self.canonical = Dictionary(canonical.map { ($0.issuer.host, $0) }, uniquingKeysWith: { first, _ in first })
        let names = canonical.compactMap { entry in HostAuthority(entry.issuer.host).map { ($0.name, entry) } }
        named = Dictionary(names, uniquingKeysWith: { first, _ in first })
        (self.tenantDomain, self.answersLocalhost) = (tenantDomain, answersLocalhost)
    }

    /// Looks the host up. `authority` is the `Host` of the request, as it was sent; `scheme` is how the request came in.
    /// The scheme of a canonical address wins over it, so that `iss` never depends on the way in.
    package func select(authority: String?, scheme: ListenerScheme) -> Selection {
        guard let authority else { return .unknown }
        // Nearly every request: a known host in its usual spelling needs no parsing.
        if let usual = canonical[authority] { return .tenant(usual.tenant, usual.issuer) }
        guard let host = HostAuthority(authority) else { return .unknown }
        if let ports = mutualTLS(), host.port == ports.published { return select(host, besides: ports) }
        return select(host, scheme)
    }

    /// Whether a request to the host would be for the tenant, its custom domains apart.
    package func isConfigured(_ host: String, for tenant: TenantID) -> Bool {
        switch select(authority: host, scheme: .https) {
        case .tenant(let selected, _): selected == tenant
        case .perhapsCustomDomain, .unknown: false
        }
    }

    /// The address of the same endpoints with client certificates, slash included (RFC 8705 section 5). `nil` when there is none.
    package func mutualTLSURL(of issuer: Issuer) -> String? {
        guard issuer.isSecure, let ports = mutualTLS(), let host = HostAuthority(issuer.host) else { return nil }
        return "https://\(host.at(port: ports.published).text(defaultPortOf: "https"))/"
    }

    private func select(_ host: HostAuthority, _ scheme: ListenerScheme) -> Selection {
        let exact = canonical[host.text] ?? (host.hasDefaultPort ? canonical[host.name] : nil)
        if let exact { return .tenant(exact.tenant, exact.issuer) }
        if let match = subdomain(host) { return match }
        if answersLocalhost, let tenant = host.localTenant {
            let issuer = Issuer(scheme: scheme.rawValue, host: host.text(defaultPortOf: scheme.rawValue))
            return .tenant(tenant, issuer)
        }
        return .perhapsCustomDomain(Issuer(scheme: publicScheme, host: host.text(defaultPortOf: publicScheme)))
    }

    /// The tenant and the issuer are those of the same name without client certificates, whatever its port.
    private func select(_ host: HostAuthority, besides ports: MutualTLSPorts) -> Selection {
        if let entry = named[host.name] { return .tenant(entry.tenant, entry.issuer) }
        let domainPort = tenantDomain.flatMap { HostAuthority($0.issuer.host)?.port }
        if let match = subdomain(host.at(port: domainPort)) { return match }
        return select(host.at(port: answersLocalhost ? ports.https : nil), .https)
    }

    private var publicScheme: String { tenantDomain?.issuer.scheme ?? "https" }

    private func subdomain(_ host: HostAuthority) -> Selection? {
        guard let domain = tenantDomain?.issuer else { return nil }
        let text = host.text(defaultPortOf: domain.scheme)
        guard text.hasSuffix("." + domain.host), let tenant = TenantID(String(text.dropLast(domain.host.utf8.count + 1))) else {
            return nil
        }
        return .tenant(tenant, Issuer(scheme: domain.scheme, host: text))
    }
}

/// Where clients that prove themselves by a certificate connect, and where all others do.
package struct MutualTLSPorts: Sendable, Equatable {
    /// As clients see it.
    package var published: Int
    /// The https listener of the same process.
    package var https: Int

    package init(published: Int, https: Int) { (self.published, self.https) = (published, https) }
}

extension Issuer {
    /// Parses `https://host[:port][/]`. `nil` for anything with more, or less.
    package init?(url: String) {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || (parts.count == 4 && parts[3].isEmpty), parts[1].isEmpty else { return nil }
        let scheme = String(parts[0].dropLast())
        guard parts[0].last == ":", ListenerScheme(rawValue: scheme) != nil, let host = HostAuthority(String(parts[2])) else {
            return nil
        }
        self.init(scheme: scheme, host: host.text(defaultPortOf: scheme))
    }
}
