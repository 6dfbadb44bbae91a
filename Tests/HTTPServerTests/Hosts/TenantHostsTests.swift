import AuthorizationServer
import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct TenantHostsTests {
    private static func canonical(_ url: String, _ tenant: TenantID = .default) throws -> TenantHosts.Canonical {
        try #require(TenantHosts.Canonical(url: url, tenant: tenant))
    }

    @Test("A canonical address selects its tenant, whatever the case of its letters, and fixes the scheme of the issuer")
    func canonicalAddress() throws {
        let hosts = TenantHosts(canonical: [try Self.canonical("https://Login.Example.com/")])
        let issuer = Issuer(scheme: "https", host: "login.example.com")
        for authority in ["login.example.com", "LOGIN.example.COM", "login.example.com:443"] {
            #expect(hosts.select(authority: authority, scheme: .http) == .tenant(.default, issuer))
        }
    }

    @Test(
        "A host that is not configured is at most a custom domain",
        arguments: [
            "evil.example.com", "login.example.com.evil.test", "xlogin.example.com", "login.example.com:8443", "localhost",
            "127.0.0.1",
        ])
    func unconfigured(authority: String) throws {
        let hosts = TenantHosts(canonical: [try Self.canonical("https://login.example.com")])
        guard case .perhapsCustomDomain = hosts.select(authority: authority, scheme: .https) else {
            Issue.record("selected a tenant")
            return
        }
    }

    @Test(
        "What is no host selects nothing",
        arguments: [
            "", " ", "a b", "host/path", "user@host", "host:", "host:0", "host:99999", "host:8x", "[::1", "[zz]", ".host",
            "host.", "h\u{e9}te",
            "-host", "a\r\nb", String(repeating: "a", count: 256),
        ])
    func noHost(authority: String) throws {
        let hosts = TenantHosts(answersLocalhost: true)
        #expect(hosts.select(authority: authority, scheme: .https) == .unknown)
    }

    @Test("A request without a host selects nothing")
    func missingHost() { #expect(TenantHosts(answersLocalhost: true).select(authority: nil, scheme: .http) == .unknown) }

    @Test(
        "In development every port of loopback is the default tenant, and the issuer keeps host and port",
        arguments: [
            ("localhost:3000", "http://localhost:3000/"), ("localhost", "http://localhost/"),
            ("LOCALHOST:80", "http://localhost/"),
            ("127.0.0.1:3000", "http://127.0.0.1:3000/"), ("[::1]:3000", "http://[::1]:3000/"),
        ])
    func localhost(authority: String, issuer: String) {
        guard
            case .tenant(let tenant, let found) = TenantHosts(answersLocalhost: true).select(authority: authority, scheme: .http)
        else {
            Issue.record("no tenant")
            return
        }
        #expect(tenant == .default)
        #expect(found.description == issuer)
    }

    @Test("In development NAME.localhost is tenant NAME, over the scheme of the listener")
    func namedLocalhost() throws {
        let acme = try #require(TenantID("acme"))
        let selected = TenantHosts(answersLocalhost: true).select(authority: "acme.localhost:3443", scheme: .https)
        #expect(selected == .tenant(acme, Issuer(scheme: "https", host: "acme.localhost:3443")))
    }

    @Test(
        "A label that is no tenant name selects nothing",
        arguments: ["a.b.localhost", "-a.localhost", "127.0.0.2", "localhost.evil"])
    func badLocalNames(authority: String) {
        if case .tenant = TenantHosts(answersLocalhost: true).select(authority: authority, scheme: .http) {
            Issue.record("selected")
        }
    }

    @Test("Below the tenants' domain the first label is the tenant")
    func tenantDomain() throws {
        let hosts = TenantHosts(tenantDomain: try Self.canonical("https://id.example.com"))
        let acme = try #require(TenantID("acme"))
        let issuer = Issuer(scheme: "https", host: "acme.id.example.com")
        #expect(hosts.select(authority: "acme.id.example.com", scheme: .http) == .tenant(acme, issuer))
        if case .tenant = hosts.select(authority: "a.b.id.example.com", scheme: .https) { Issue.record("two labels") }
        if case .tenant = hosts.select(authority: "xid.example.com", scheme: .https) { Issue.record("no dot") }
    }

    @Test("A host is a tenant's when a request to it would be for that tenant")
    func configured() throws {
        let acme = try #require(TenantID("acme"))
        let hosts = TenantHosts(
            canonical: [try Self.canonical("https://login.example.com")], tenantDomain: try Self.canonical("https://id.example.com"),
            answersLocalhost: true)
        for host in ["login.example.com", "localhost:3000", "127.0.0.1"] {
            #expect(hosts.isConfigured(host, for: .default) && !hosts.isConfigured(host, for: acme), "\(host)")
        }
        #expect(hosts.isConfigured("acme.id.example.com", for: acme) && !hosts.isConfigured("acme.id.example.com", for: .default))
        #expect(!hosts.isConfigured("custom.example.com", for: .default) && !hosts.isConfigured("", for: .default))
    }

    @Test(
        "An external URL has a scheme and a host and nothing else",
        arguments: [
            "login.example.com", "ftp://a.b", "https://a.b/path", "https://a.b//", "https://", "https://u@a.b", "https://a.b?x",
            "https:/a.b",
        ])
    func badURL(url: String) { #expect(TenantHosts.Canonical(url: url) == nil) }
}

@Suite struct TenantSelectionTests {
    @Test("Requests to an unknown host are 404 and say nothing of tenants")
    func unknownHost() async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(WireRequest(.get, "/.well-known/jwks.json", host: "other.test"))
        #expect(answer.status == 404)
        #expect(answer.error == "not_found")
    }

    @Test("A custom domain of a tenant selects it, and is the issuer of what it answers")
    func customDomain() async throws {
        let server = try await TestServer.make { $0.hosts = TenantHosts() }
        let answer = try await server.send(WireRequest(.get, "/.well-known/openid-configuration", host: "default.test"))
        #expect(answer.member("issuer") == "https://default.test/")
    }

    @Test("NAME.localhost for a tenant that does not exist is 404")
    func missingTenant() async throws {
        let server = try await TestServer.make { $0.hosts = TenantHosts(answersLocalhost: true) }
        let answer = try await server.send(WireRequest(.get, "/.well-known/jwks.json", host: "nobody.localhost:3000"))
        #expect(answer.status == 404)
    }

    @Test("A forwarded host counts only from a configured proxy")
    func forwardedHost() async throws {
        let proxied = try await TestServer.make { $0.trustedProxies = [AddressRange("10.0.0.0/8")].compactMap(\.self) }
        var request = WireRequest(.get, "/.well-known/openid-configuration", host: "internal:8080").with(
            "X-Forwarded-Host", "default.test")
        #expect(try await proxied.send(request).status == 404)
        request.peer = "10.1.2.3"
        #expect(try await proxied.send(request).member("issuer") == "https://default.test/")
        let direct = try await TestServer.make()
        #expect(try await direct.send(request).status == 404)
    }
}
