import ArgumentParser
import AuthorizationServer
import Configuration
import Egress
import FoundationEssentials
import HTTPServer
import OAuthProtocol
import Storage

struct DevCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Run a seeded tenant on this machine, for developing against.",
        discussion: """
            Makes an application of each type, an API that allows refresh tokens, and a user; prints how to use them, and
            writes the same to dev.json in the data directory. Started again, it keeps its data.
            """)
    @Option(help: ArgumentHelp("Where everything is kept.", valueName: "directory"))
    var data = ".dev"
    @Option(help: "Port of http://localhost; 0 takes a free one.") var port = 3000
    @Option(help: "Port of https://localhost; 0 takes a free one.") var httpsPort = 3443
    @Option(help: "Port of https://localhost that asks for client certificates; 0 takes a free one. None when left out.")
    var mtlsPort: Int?
    @Option(help: "debug, info, warning or error.") var logLevel: String?

    func validate() throws {
        for (name, port) in [("--port", port), ("--https-port", httpsPort), ("--mtls-port", mtlsPort ?? 0)]
        where !(0...65_535).contains(port) {
            throw ValidationError("\(name) must be 0 to 65535")
        }
    }

    func run() async throws {
        let configuration = try self.configuration()
        LogStart.bootstrap(configuration.log)
        // Whoever waits for the file must not read an earlier start's.
        try PlainFile.remove("\(configuration.data.directory)/dev.json")
        let installation = try await Installation.open(configuration, .creating)
        let prepared = try await installation.orClose {
            _ = try await installation.engine.migrate()
            try await installation.requireMasterKeys()
            let authority = try LocalAuthority.open(in: "\(configuration.data.directory)/tls", now: installation.now())
            return (tenant: try await DevTenant.open(in: installation), authority: authority)
        }
        let certificates = try ClientCertificates(authorities: configuration.mutualTLS.authorities)
        let composition = Composition(
            configuration: configuration, installation: installation,
            listeners: listeners(prepared.authority, certificates),
            hosts: TenantHosts(answersLocalhost: true), isDevelopment: true)
        try await composition.run { ports in
            try await Self.show(prepared.tenant, prepared.authority, ports, configuration.data)
        }
    }

    private func configuration() throws -> ServerConfiguration {
        let directory = data.hasPrefix("/") ? data : "\(FileManager.default.currentDirectoryPath)/\(data)"
        var flags: [String: ConfigContent] = [
            "data": .string(directory), "database.url": .string("sqlite:\(directory)/martlet.sqlite"),
        ]
        if let logLevel { flags["log.level"] = .string(logLevel) }
        var configuration = try ServerConfiguration.load(
            try SettingsSources(flags: flags, environment: ProcessInfo.processInfo.environment, file: nil))
        // What a developer tries out runs on this machine.
        configuration.egress.rules = configuration.egress.rules.union(.loopback)
        return configuration
    }

    private func listeners(_ authority: LocalAuthority, _ certificates: ClientCertificates) -> [ListenerAddress] {
        let secure = ListenerAddress(host: "127.0.0.1", port: httpsPort, tls: authority.tls, portOption: "--https-port")
        var asking = secure
        (asking.clientCertificates, asking.portOption) = (certificates, "--mtls-port")
        if let mtlsPort { asking.port = mtlsPort }
        return [ListenerAddress(host: "127.0.0.1", port: port), secure] + (mtlsPort == nil ? [] : [asking])
    }

    private static func show(
        _ tenant: DevTenant, _ authority: LocalAuthority, _ ports: [Int], _ data: DataSettings
    ) async throws {
        let issuer = Issuer(scheme: "http", host: ports[0] == 80 ? "localhost" : "localhost:\(ports[0])")
        let secure = Issuer(scheme: "https", host: ports[1] == 443 ? "localhost" : "localhost:\(ports[1])")
        let token = try await FirstScreen.accessToken(for: tenant, issuer: issuer, now: Installation.systemNow())
        try PlainFile.makeDirectory(data.inbox)
        let screen = FirstScreen(
            tenant: tenant, issuer: issuer, secureIssuer: secure, certificatePath: authority.certificatePath, inbox: data.inbox,
            accessToken: token)
        try PlainFile.replace("\(data.directory)/dev.json", with: Array((PrettyJSON.text(of: .object(screen.json)) + "\n").utf8))
        Terminal.say(screen.text)
    }
}
