package import AuthorizationServer
package import HTTPServer
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthProtocol
import SQLStorage
package import Storage
import Synchronization

/// The whole server over an `EngineFixture`: requests go through the middleware and the routes, without a socket.
///
///     let server = try await TestServer.make()
///     let answer = try await server.send(.json("/oauth/token", [("grant_type", "refresh_token")]))
package struct TestServer: Sendable {
    package static let host = "default.test"
    package static let issuer = "https://default.test/"

    package let fixture: EngineFixture
    package let http: MartletHTTP

    /// - Parameters:
    ///   - engine: answers instead of the fixture's.
    ///   - environment: surrounds the engine instead of the fixture's.
    ///   - configure: changes the configuration, which answers for `default.test` over https.
    package static func make(
        _ fixture: EngineFixture? = nil, over engine: (any StorageEngine)? = nil, in environment: ServerEnvironment? = nil,
        configure: (inout HTTPConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        let fixture = if let fixture { fixture } else { try await EngineFixture.make() }
        let canonical = [TenantHosts.Canonical(url: issuer, tenant: fixture.tenant.id)].compactMap(\.self)
        let clock = fixture.clock
        var configuration = HTTPConfiguration(now: { clock.now }, hosts: TenantHosts(canonical: canonical))
        configure(&configuration)
        let http = try MartletHTTP(
            engine: engine ?? fixture.engine, environment: environment ?? fixture.environment, configuration: configuration)
        return TestServer(fixture: fixture, http: http)
    }

    /// Answers one request. Never throws for what a client may send.
    package func send(_ call: WireRequest) async throws -> WireAnswer {
        var fields = HTTPFields()
        for (name, value) in call.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let head = HTTPRequest(
            method: call.method, scheme: call.listener.rawValue, authority: call.host, path: call.path, headerFields: fields)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: call.body)))
        let context = MartletRequestContext(source: QuietSource(), peer: call.peer)
        let response = try await http.responder(for: call.listener).respond(to: request, context: context)
        let body = BodyCollector()
        try await response.body.write(body)
        return WireAnswer(status: response.status.code, headers: response.headers, body: body.bytes)
    }

    /// Rows of every table, by table name: what a request that was refused must leave as it was.
    package func rowCounts() async throws -> [String: Int64] {
        guard let engine = fixture.engine as? SQLStorageEngine else { return [:] }
        return try await engine.database.write { connection in
            let names = try connection.query(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", []
            ) { try $0.text() }
            var counts: [String: Int64] = [:]
            for name in names {
                counts[name] = try connection.first("SELECT COUNT(*) FROM \(name)", []) { try $0.integer() }
            }
            return counts
        }
    }
}

private struct QuietSource: RequestContextSource {
    var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// Takes an answer's body.
private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let collected = Mutex<[UInt8]>([])
    var bytes: [UInt8] { collected.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws { collected.withLock { $0.append(contentsOf: buffer.readableBytesView) } }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
