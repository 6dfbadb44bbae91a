import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A server on loopback that answers by the path, mostly badly.
final class HostileServer: Sendable {
    let port: Int
    private let channel: any Channel
    private let seen: Seen

    /// The requests that arrived, as `METHOD path` with the fields that are of interest.
    final class Seen: Sendable {
        private let requests = Mutex<[(line: String, fields: HTTPHeaders, body: String)]>([])
        func append(_ line: String, _ fields: HTTPHeaders, _ body: String) {
            requests.withLock { $0.append((line, fields, body)) }
        }
        var all: [(line: String, fields: HTTPHeaders, body: String)] { requests.withLock { $0 } }
    }

    var requests: [(line: String, fields: HTTPHeaders, body: String)] { seen.all }

    static func with<Result>(
        tls: TLSConfiguration? = nil, host: String = "127.0.0.1", _ body: (HostileServer) async throws -> Result
    ) async throws -> Result {
        let server = try await HostileServer(tls, host)
        do {
            let result = try await body(server)
            try await server.channel.close()
            return result
        } catch {
            try? await server.channel.close()
            throw error
        }
    }

    private init(_ tls: TLSConfiguration?, _ host: String) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let seen = Seen()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Answering(seen: seen))
                }
            }
            .bind(host: host, port: 0).get()
        self.seen = seen
        port = channel.localAddress?.port ?? 0
    }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let seen: HostileServer.Seen
    private var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    private var body = ""

    init(seen: HostileServer.Seen) { self.seen = seen }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, "")
        case .body(let part): body += String(buffer: part)
        case .end:
            seen.append("\(head.method) \(head.uri)", head.headers, body)
            answer(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ context: ChannelHandlerContext) {
        switch head.uri {
        case "/redirect": send(context, .found, ["location": "/good", "content-length": "0"], [])
        case "/silent": break
        case "/stalls": send(context, .ok, ["content-length": "100"], ["{"], ends: false)
        case "/announces-much": send(context, .ok, ["content-length": "1000000"], ["{"], ends: false)
        case "/sends-much": send(context, .ok, [:], Array(repeating: String(repeating: "x", count: 1000), count: 200))
        case "/compressed": send(context, .ok, ["content-encoding": "gzip"], ["\u{1f}"])
        case "/closes": context.close(promise: nil)
        case "/cached": send(context, .ok, ["cache-control": "public, Max-Age=60", "content-type": "text/plain"], ["x"])
        case "/fails": send(context, .internalServerError, [:], ["no"])
        default: send(context, .ok, ["content-type": "Application/JSON; charset=utf-8", "set-cookie": "a=b"], ["{}"])
        }
    }

    private func send(
        _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ fields: [String: String], _ parts: [String],
        ends: Bool = true
    ) {
        let headers = HTTPHeaders(fields.map { ($0.key, $0.value) })
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        for part in parts { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: part)))), promise: nil) }
        if ends { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
        context.flush()
    }
}
