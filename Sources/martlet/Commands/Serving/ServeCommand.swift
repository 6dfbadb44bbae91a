import ArgumentParser
import Configuration
import HTTPServer
import Logging
import OAuthProtocol
import Storage

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server for production.",
        discussion: """
            Every option is a setting, too: in the environment (MARTLET_HTTP_PORT) or in the --config file. All settings:
            martlet config reference. Plain HTTP is refused beyond loopback unless a proxy terminates TLS.
            """)
    @OptionGroup var place: PlaceOptions
    @OptionGroup var options: ServeOptions

    func run() async throws {
        let configuration = try place.configuration(options.settings)
        let problems = ServePolicy.problems(of: configuration)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the configuration") }
        LogStart.bootstrap(configuration.log)
        let tls = try ServerCertificate.configuration(configuration.listener.certificate)
        let certificates = try ClientCertificates(authorities: configuration.mutualTLS.authorities)
        let installation = try await Installation.open(configuration, .creating)
        try await installation.orClose { try await prepare(installation, configuration) }
        let address = ListenerAddress(host: configuration.listener.host, port: configuration.listener.port, tls: tls)
        let composition = Composition(
            configuration: configuration, installation: installation,
            listeners: [address] + mutualTLSListener(beside: address, configuration.mutualTLS, certificates),
            hosts: configuration.tenantHosts,
            isDevelopment: false)
        let place = "\(address.scheme.rawValue)://\(address.host)"
        try await composition.run { ports in Logger(label: "martlet").notice("listening on \(place):\(ports[0])") }
    }

    private func mutualTLSListener(
        beside address: ListenerAddress, _ settings: MutualTLSSettings, _ certificates: ClientCertificates
    ) -> [ListenerAddress] {
        guard settings.port != 0 else { return [] }
        var address = address
        (address.port, address.portOption, address.clientCertificates) = (settings.port, "--mtls-port", certificates)
        return [address]
    }

    private func prepare(_ installation: Installation, _ configuration: ServerConfiguration) async throws {
        if configuration.upkeep.migratesAtStart {
            _ = try await installation.engine.migrate()
        } else {
            try await installation.requireMigrated()
        }
        try await installation.requireMasterKeys()
        try await FreshDatabase.seed(installation)
        try ServePolicy.requireNoDevelopmentTenant(configuration, try await installation.engine.tenants.list())
    }
}

/// The settings that have options of their own.
struct ServeOptions: ParsableArguments {
    @Option(help: "Address to listen on (127.0.0.1).") var host: String?
    @Option(help: "Port to listen on (8080); 0 takes a free one.") var port: Int?
    @Option(
        name: .customLong("domain"),
        help: "Public address, such as login.example.com or tenant=login.example.com. Repeat for several.")
    var domains: [String] = []
    @Option(help: "PEM file: the certificate and its intermediates.") var tlsCertificate: String?
    @Option(help: "PEM file of the certificate's private key.") var tlsKey: String?
    @Option(help: "Port of a second TLS listener, which asks for client certificates.") var mtlsPort: Int?
    @Flag(help: "A proxy in front terminates TLS; this process speaks plain HTTP.") var behindProxy = false
    @Option(
        name: .customLong("trusted-proxy"),
        help: "Address or range of a proxy whose X-Forwarded-* fields count. Repeat for several.")
    var trustedProxies: [String] = []
    @Flag(help: "Refuse to start when migrations are missing, instead of applying them.") var noMigrate = false
    @Option(help: "Connections to PostgreSQL (8).") var poolSize: Int?
    @Option(help: "Event loops (1).") var threads: Int?
    @Option(help: "text or json.") var logFormat: String?
    @Option(help: "debug, info, warning or error.") var logLevel: String?

    init() {}

    var settings: [String: ConfigContent?] {
        [
            "http.host": host.map { .string($0) }, "http.port": port.map { .int($0) }, "http.threads": threads.map { .int($0) },
            "domains": domains.isEmpty ? nil : .stringArray(domains), "tls.certificate": tlsCertificate.map { .string($0) },
            "mtls.port": mtlsPort.map { .int($0) }, "tls.key": tlsKey.map { .string($0) },
            "proxy.terminatesTLS": behindProxy ? .bool(true) : nil,
            "proxy.trusted": trustedProxies.isEmpty ? nil : .stringArray(trustedProxies),
            "database.migrate": noMigrate ? .bool(false) : nil, "database.poolSize": poolSize.map { .int($0) },
            "log.format": logFormat.map { .string($0) }, "log.level": logLevel.map { .string($0) },
        ]
    }
}

extension ServerConfiguration {
    /// Loopback names count only as long as no public address is set.
    fileprivate var tenantHosts: TenantHosts {
        let isLocal = hosts.domains.isEmpty && hosts.tenantDomain == nil
        return TenantHosts(canonical: hosts.domains, tenantDomain: hosts.tenantDomain, answersLocalhost: isLocal)
    }
}
