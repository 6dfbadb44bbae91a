import HTTPServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuthProtocol
import TestSupport
import Testing

/// Through a socket and the HTTP parser, which the other tests go past.
@Suite struct LiveServerTests {
    private static func live<Value: Sendable>(_ test: @Sendable (any TestClientProtocol) async throws -> Value) async throws
        -> Value
    {
        let server = try await TestServer.make { $0.hosts = TenantHosts(answersLocalhost: true) }
        let application = Application(
            responder: server.http.responder(for: .http), configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        return try await application.test(.live, test)
    }

    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("The Host of the request selects the tenant and is the issuer")
    func host() async throws {
        let body = try await Self.live { client in
            try await client.execute(uri: "/.well-known/openid-configuration", method: .get) { String(buffer: $0.body) }
        }
        #expect(body.contains(#""issuer":"http://localhost/""#))
    }

    @Test("A body that is too large is refused, and the connection goes on answering")
    func oversize() async throws {
        try await Self.live { client in
            for size in [300_000, 24, 300_000, 24] {
                let body = ByteBuffer(repeating: UInt8(ascii: "a"), count: size)
                let answer = try await client.execute(uri: "/oauth/token", method: .post, headers: Self.form, body: body) {
                    String(buffer: $0.body)
                }
                #expect(answer.contains(size > 65_536 ? WireText.requestTooLarge : "Missing required parameter: grant_type"))
            }
        }
    }

    @Test("HEAD and 204 keep the connection in step")
    func withoutBody() async throws {
        try await Self.live { client in
            let head = try await client.execute(uri: "/.well-known/jwks.json", method: .head) {
                ($0.status, $0.body.readableBytes)
            }
            #expect(head == (.ok, 0))
            let refused = try await client.execute(uri: "/nothing", method: .head) { ($0.status, $0.body.readableBytes) }
            #expect(refused == (.notFound, 0))
            let options = try await client.execute(uri: "/oauth/token", method: .options) { $0.status }
            #expect(options == .noContent)
            let keys = try await client.execute(uri: "/.well-known/jwks.json", method: .get) { $0.body.readableBytes }
            #expect(keys > 0)
        }
    }

    @Test(
        "Paths and queries with bytes that are no text are answered, not dropped",
        arguments: ["/%FF%FE", "/authorize?client_id=%FF", "/authorize?%"])
    func oddBytes(uri: String) async throws {
        let status = try await Self.live { try await $0.execute(uri: uri, method: .get) { $0.status.code } }
        #expect((400..<500).contains(status))
    }

    @Test("Many requests at once are answered each for itself")
    func concurrency() async throws {
        try await Self.live { client in
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        let body = ByteBuffer(
                            string: index.isMultiple(of: 2) ? "grant_type=refresh_token" : "grant_type=nothing&client_id=x")
                        return try await client.execute(uri: "/oauth/token", method: .post, headers: Self.form, body: body) {
                            $0.status
                        }
                    }
                }
                for try await status in group { #expect([.badRequest, .unauthorized, .forbidden].contains(status)) }
            }
        }
    }
}
