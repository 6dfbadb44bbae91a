import HTTPServer
import Storage

/// Under which names tenants are reached.
struct HostSettings {
    var domains: [TenantHosts.Canonical] = []
    var tenantDomain: TenantHosts.Canonical?

    init(_ reader: SettingsReader) {
        let domains = reader.list(
            "domains",
            """
            Public addresses: `login.example.com` is the default tenant, `acme=login.acme.example` is tenant `acme`. https \
            unless written out as `http://…`.
            """
        )
        let tenantDomain = reader.text(
            "tenantDomain", "`example.com` makes `NAME.example.com` the address of tenant `NAME`.")
        for text in domains {
            guard let canonical = Self.canonical(text) else {
                reader.report("domains: \"\(text)\" is not an address like login.example.com or tenant=login.example.com")
                continue
            }
            self.domains.append(canonical)
        }
        guard !tenantDomain.isEmpty else { return }
        self.tenantDomain = Self.canonical(tenantDomain)
        if self.tenantDomain == nil { reader.report("tenantDomain: \"\(tenantDomain)\" is not a domain like example.com") }
    }

    private static func canonical(_ text: String) -> TenantHosts.Canonical? {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let address = parts.last, let tenant = parts.count == 2 ? TenantID(parts[0]) : .default else { return nil }
        return TenantHosts.Canonical(url: address.contains("://") ? address : "https://\(address)", tenant: tenant)
    }
}
