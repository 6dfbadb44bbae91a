import HTTPServer
import HTTPTypes
import OAuthProtocol
import TestSupport
import Testing

@Suite struct BodyTests {
    private static func send(_ type: String?, _ body: [UInt8]) async throws -> WireAnswer {
        let headers = type.map { [(name: "Content-Type", value: $0)] } ?? []
        return try await TestServer.make().send(WireRequest(.post, "/oauth/token", headers: headers, body: body))
    }

    private static let json = WireRequest.json(
        "/oauth/token",
        [
            ("grant_type", "client_credentials"), ("client_id", "machine0000000000000000000000000"),
            ("client_secret", EngineFixture.secret.revealed), ("audience", EngineFixture.audience),
        ]
    ).body

    @Test(
        "JSON and form bodies are read, whatever parameters their type has",
        arguments: [
            "application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8",
        ])
    func json(type: String) async throws {
        let answer = try await Self.send(type, Self.json)
        #expect(answer.status == 200)
        #expect(answer.member("token_type") == "Bearer")
    }

    @Test(
        "Another type, or none, is invalid_request",
        arguments: [
            "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonp", "json", nil,
        ])
    func unsupported(type: String?) async throws {
        let answer = try await Self.send(type, Self.json)
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_request")
        #expect(answer.errorDescription == WireText.unsupportedContentType)
    }

    @Test("Two content types are refused")
    func twoTypes() async throws {
        let request = WireRequest(.post, "/oauth/token", headers: [("Content-Type", "application/json")], body: Self.json)
        #expect(try await TestServer.make().send(request.with("Content-Type", "text/plain")).error == "invalid_request")
    }

    @Test("An empty body lacks its first parameter", arguments: ["application/json", "application/x-www-form-urlencoded", nil])
    func empty(type: String?) async throws {
        let answer = try await Self.send(type, [])
        #expect(answer.status == 400)
        #expect(answer.errorDescription == "Missing required parameter: grant_type")
    }

    @Test(
        "JSON that is no object is invalid_request",
        arguments: ["[]", "1", "null", "\"x\"", "{", "{}{}", "{\"a\":1,}", "\u{feff}{}"])
    func notAnObject(text: String) async throws {
        let answer = try await Self.send("application/json", Array(text.utf8))
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_request")
    }

    @Test("A body beyond 64 KiB is refused, one at the limit is read", arguments: [65_536, 65_537, 1_000_000])
    func limit(size: Int) async throws {
        let start = Array("grant_type=client_credentials&client_id=x&filler=".utf8)
        let body = start + [UInt8](repeating: UInt8(ascii: "a"), count: size - start.count)
        let answer = try await Self.send("application/x-www-form-urlencoded", body)
        #expect(answer.error == (size > 65_536 ? "invalid_request" : "access_denied"))
        if size > 65_536 { #expect(answer.errorDescription == WireText.requestTooLarge) }
    }

    @Test("Two Authorization headers are refused")
    func repeatedAuthorization() async throws {
        let request = WireRequest.form("/oauth/token", [("grant_type", "client_credentials")])
        let answer = try await TestServer.make().send(
            request.with("Authorization", "Basic eDp5").with("Authorization", "Basic eDp5"))
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_request")
    }

    @Test(
        "A bearer token comes from one place",
        arguments: [
            ([("Authorization", "Bearer a")], "?access_token=b"), ([], "?access_token=a&access_token=b"),
        ])
    func bearerTwice(headers: [(String, String)], query: String) async throws {
        let request = WireRequest(.get, "/userinfo" + query, headers: headers.map { (name: $0.0, value: $0.1) })
        let answer = try await TestServer.make().send(request)
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_request")
    }
}
