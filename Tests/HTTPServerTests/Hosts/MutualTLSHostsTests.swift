import AuthorizationServer
import HTTPServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The port at which clients are asked for certificates is the same tenant and the same issuer (RFC 8705 section 5).
@Suite struct MutualTLSHostsTests {
    private static func hosts(_ hosts: TenantHosts, published: Int = 9443, https: Int = 3443) -> TenantHosts {
        var hosts = hosts
        hosts.mutualTLS = { MutualTLSPorts(published: published, https: https) }
        return hosts
    }

    private static func canonical(_ url: String, _ tenant: TenantID = .default) throws -> TenantHosts.Canonical {
        try #require(TenantHosts.Canonical(url: url, tenant: tenant))
    }

    @Test(
        "The port is overlooked, and the issuer is that of the name",
        arguments: [
            ("login.example.com:9443", "https://login.example.com/"),
            ("other.example.com:9443", "https://other.example.com:8443/"),
            ("LOGIN.example.com:9443", "https://login.example.com/"),
        ])
    func canonicalName(authority: String, issuer: String) throws {
        let hosts = Self.hosts(
            TenantHosts(canonical: [
                try Self.canonical("https://login.example.com"), try Self.canonical("https://other.example.com:8443"),
            ]))
        guard case .tenant(.default, let found) = hosts.select(authority: authority, scheme: .https) else {
            Issue.record("no tenant")
            return
        }
        #expect(found.description == issuer)
    }

    @Test("Names under the tenant domain keep their tenant, with the domain's own port")
    func tenantDomain() throws {
        let acme = try #require(TenantID("acme"))
        for (domain, host) in [
            ("https://example.com", "acme.example.com"), ("https://example.com:8443", "acme.example.com:8443"),
        ] {
            let hosts = Self.hosts(TenantHosts(tenantDomain: try Self.canonical(domain)))
            let issuer = Issuer(scheme: "https", host: host)
            #expect(hosts.select(authority: "acme.example.com:9443", scheme: .https) == .tenant(acme, issuer))
        }
    }

    @Test("In development the issuer is the https listener's, whatever the tenant")
    func localhost() throws {
        let hosts = Self.hosts(TenantHosts(answersLocalhost: true))
        let issuer = Issuer(scheme: "https", host: "localhost:3443")
        #expect(hosts.select(authority: "localhost:9443", scheme: .https) == .tenant(.default, issuer))
        let acme = try #require(TenantID("acme"))
        #expect(
            hosts.select(authority: "acme.localhost:9443", scheme: .https)
                == .tenant(acme, Issuer(scheme: "https", host: "acme.localhost:3443")))
        #expect(
            hosts.select(authority: "localhost:3000", scheme: .http)
                == .tenant(.default, Issuer(scheme: "http", host: "localhost:3000")))
    }

    @Test("A host that is not configured stays unknown at this port, too")
    func unknown() throws {
        let hosts = Self.hosts(TenantHosts(canonical: [try Self.canonical("https://login.example.com")]))
        #expect(
            hosts.select(authority: "evil.test:9443", scheme: .https)
                == .perhapsCustomDomain(Issuer(scheme: "https", host: "evil.test")))
        #expect(hosts.select(authority: "login.example.com:9444", scheme: .https) != .unknown)
        guard case .perhapsCustomDomain = hosts.select(authority: "login.example.com:9444", scheme: .https) else {
            Issue.record("another port selected a tenant")
            return
        }
    }

    @Test("The address with certificates is published for https issuers only")
    func published() {
        let hosts = Self.hosts(TenantHosts())
        #expect(hosts.mutualTLSURL(of: Issuer(scheme: "https", host: "a.test")) == "https://a.test:9443/")
        #expect(hosts.mutualTLSURL(of: Issuer(scheme: "https", host: "a.test:8443")) == "https://a.test:9443/")
        #expect(hosts.mutualTLSURL(of: Issuer(scheme: "https", host: "[::1]:8443")) == "https://[::1]:9443/")
        #expect(hosts.mutualTLSURL(of: Issuer(scheme: "http", host: "localhost:3000")) == nil)
        #expect(TenantHosts().mutualTLSURL(of: Issuer(scheme: "https", host: "a.test")) == nil)
        let usual = Self.hosts(TenantHosts(), published: 443)
        #expect(usual.mutualTLSURL(of: Issuer(scheme: "https", host: "a.test:8443")) == "https://a.test/")
    }
}
