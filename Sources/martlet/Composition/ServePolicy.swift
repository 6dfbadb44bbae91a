import AuthorizationServer
import HTTPServer
import Storage

/// What `serve` refuses, and what to set instead.
enum ServePolicy {
    /// What the settings alone tell. Empty when a server may start.
    static func problems(of configuration: ServerConfiguration) -> [String] {
        let listener = configuration.listener
        var problems: [String] = []
        if !listener.isLoopback && listener.certificate == nil && !listener.isBehindProxy {
            problems.append(
                """
                http.host: \(listener.host) would be served over plain HTTP; set tls.certificate and tls.key \
                (--tls-certificate, --tls-key), or proxy.terminatesTLS (--behind-proxy) when a proxy in front speaks TLS, or \
                listen on 127.0.0.1
                """
            )
        }
        if isPublic(configuration) && configuration.hosts.domains.isEmpty && configuration.hosts.tenantDomain == nil {
            problems.append(
                "domains: missing; a server that others reach must know its public address (--domain login.example.com)")
        }
        if isPublic(configuration) && configuration.development.scriptsApprovals {
            problems.append(
                "development.scriptsApprovals: is for test suites; a server that others reach must not let them approve requests")
        }
        return problems
    }

    /// Throws `CommandFailure` when a development tenant would be reachable from elsewhere.
    static func requireNoDevelopmentTenant(_ configuration: ServerConfiguration, _ tenants: [Tenant]) throws {
        let development = tenants.filter(\.settings.isDevelopment).map(\.id.rawValue)
        guard isPublic(configuration), !development.isEmpty else { return }
        let names = development.joined(separator: ", ")
        throw CommandFailure(
            """
            tenant \(names) was made for development, with known passwords and callbacks on any loopback port; serve another \
            data directory, or turn it off after changing them: martlet tenants update \(development[0]) --json \
            '{"settings": {"isDevelopment": false}}'
            """
        )
    }

    private static func isPublic(_ configuration: ServerConfiguration) -> Bool {
        let names = configuration.hosts.domains.map(\.issuer.host)
        let hasPublicName = names.contains { $0 != "localhost" && !$0.hasPrefix("localhost:") && !$0.hasPrefix("127.") }
        return !configuration.listener.isLoopback || configuration.listener.isBehindProxy || hasPublicName
    }
}
