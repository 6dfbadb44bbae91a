import Glibc
import HTTPServer
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Where a listener listens, and whether it speaks TLS.
struct ListenerAddress {
    var host: String
    /// 0 takes a free port.
    var port: Int
    var tls: TLSConfiguration?
    /// Present: clients are asked for certificates.
    var clientCertificates: ClientCertificates?
    /// The option that changes the port, for the message when it is taken.
    var portOption = "--port"

    var scheme: ListenerScheme { tls == nil ? .http : .https }
}

/// One listening socket with the server behind it. Stops accepting at a graceful shutdown and lets requests end.
struct Listener: Service {
    let address: ListenerAddress
    let server: MartletHTTP
    let eventLoops: any EventLoopGroup
    let log: ListenerLog
    /// Told the port once the socket accepts.
    let onListening: @Sendable (Int) async -> Void

    func run() async throws {
        do {
            try await application().run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandFailure("port \(address.port) is in use; choose another with \(address.portOption), or 0 for a free one")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw CommandFailure(
                "this user may not listen on port \(address.port); choose one above 1023 with \(address.portOption)")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw CommandFailure("\(address.host) is not an address of this machine; set another with --host")
        }
    }

    private func application() throws -> some ApplicationProtocol {
        let responder = ListenerResponder(
            base: server.responder(for: address.scheme), certificates: address.clientCertificates, isLogging: log.showsRequests)
        let onListening = onListening
        return Application(
            responder: responder, server: try builder(),
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? address.port) },
            eventLoopGroupProvider: .shared(eventLoops), logger: log.logger)
    }

    private func builder() throws -> HTTPServerBuilder {
        guard let tls = address.tls else { return .http1() }
        if let certificates = address.clientCertificates { return try .tls(.http1(), configuration: certificates.asking(tls)) }
        return try .tls(.http1(), tlsConfiguration: tls)
    }
}

/// What a listener writes.
struct ListenerLog {
    var logger: Logger
    /// A line for each request.
    var showsRequests: Bool
}

/// Adds what only the connection knows, and writes a line for each request. Paths only: queries carry codes and states.
private struct ListenerResponder: HTTPResponder {
    let base: MartletResponder
    let certificates: ClientCertificates?
    let isLogging: Bool

    func respond(to request: Request, context: MartletRequestContext) async throws -> Response {
        guard let certificates, let channel = context.channel else { return try await log(request, context) }
        var context = context
        context.clientCertificate = await certificates.presented(on: channel)
        return try await log(request, context)
    }

    private func log(_ request: Request, _ context: MartletRequestContext) async throws -> Response {
        guard isLogging else { return try await base.respond(to: request, context: context) }
        let start = ContinuousClock.now
        let response = try await base.respond(to: request, context: context)
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        context.logger.info(
            "request",
            metadata: [
                "method": .string(request.method.rawValue), "path": .string(request.uri.path),
                "status": .stringConvertible(response.status.code), "ms": .stringConvertible(Int(milliseconds)),
            ])
        return response
    }
}
