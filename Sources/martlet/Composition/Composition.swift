import HTTPServer
import Hummingbird
import Logging
import NIOPosix
import OAuthProtocol
import ServiceLifecycle
import Storage
import UnixSignals

/// A running server: every live value, made here, from the top to the bottom. `Installation` is what lies below HTTP.
struct Composition {
    let configuration: ServerConfiguration
    let installation: Installation
    var listeners: [ListenerAddress]
    var hosts: TenantHosts
    var isDevelopment: Bool

    /// Serves until SIGTERM, SIGINT or the failure of a part; then drains, sweeps no more and closes the database, in this
    /// order. `ready` is called once with the ports, when every listener accepts.
    func run(ready: @escaping @Sendable ([Int]) async throws -> Void) async throws {
        Allocator.keepResidentMemorySmall()
        let logger = Logger(label: "martlet")
        let ports = PortBoard(count: listeners.count)
        let http = httpConfiguration(ports)
        let server = try MartletHTTP(engine: installation.engine, environment: installation.environment, configuration: http)
        let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: configuration.listener.threads)
        let log = ListenerLog(logger: logger, showsRequests: configuration.log.showsRequests || isDevelopment)

        // The group stops its services from the last to the first.
        var services: [any Service] = [ClosingService(installation: installation)]
        services.append(
            Sweeper(
                installation: installation, interval: .seconds(configuration.upkeep.sweepSeconds),
                logRetention: .days(Int64(configuration.log.retentionDays)), logger: logger))
        services.append(DeliveryService(installation: installation, logger: logger))
        services.append(ReadyService(ports: ports, ready: ready))
        for (index, address) in listeners.enumerated() {
            services.append(
                Listener(address: address, server: server, eventLoops: eventLoops, log: log) { ports.report($0, of: index) })
        }
        var group = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Self.quiet(logger))
        group.maximumGracefulShutdownDuration = .seconds(configuration.listener.drain)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // The time to drain was over and the group cut short what still ran: a stop that was asked for, no failure.
        } catch {
            try? await eventLoops.shutdownGracefully()
            throw error
        }
        try await eventLoops.shutdownGracefully()
    }

    private func httpConfiguration(_ ports: PortBoard) -> HTTPConfiguration {
        var http = HTTPConfiguration(
            now: installation.now, hosts: hosts, trustedProxies: configuration.listener.trustedProxies,
            isDevelopment: isDevelopment)
        http.scriptsApprovals = isDevelopment || configuration.development.scriptsApprovals
        http.certificateFields = configuration.mutualTLS.fields
        let asking = listeners.firstIndex { $0.clientCertificates != nil }
        let plain = listeners.firstIndex { $0.tls != nil && $0.clientCertificates == nil }
        let published = configuration.mutualTLS.publishedPort
        http.hosts.mutualTLS = {
            guard let port = published != 0 ? published : asking.flatMap(ports.port) else { return nil }
            return MutualTLSPorts(published: port, https: plain.flatMap(ports.port) ?? 443)
        }
        return http
    }

    /// The group's own lines interest only who debugs it.
    private static func quiet(_ logger: Logger) -> Logger {
        var copy = logger
        copy.logLevel = max(logger.logLevel, .error)
        return copy
    }
}
