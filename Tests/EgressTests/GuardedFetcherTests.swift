import AuthorizationServer
import Egress
import NIOHTTP1
import OAuthProtocol
import Synchronization
import Testing

/// Fetches from a server on loopback, which the rules allow by its address.
@Suite struct GuardedFetcherTests {
    private static let limits = OutboundLimits(maximumBytes: 65_536, timeout: 30)

    private static func fetching<Result>(
        _ allowed: [String] = ["127.0.0.1"], authorities: String = "", concurrency: Int = 32, resolver: HostResolver? = nil,
        _ body: (GuardedFetcher) async throws -> Result
    ) async throws -> Result {
        var settings = GuardedFetcher.Settings(
            rules: try #require(OutboundRules(allow: allowed)), authorities: Array(authorities.utf8))
        settings.concurrency = concurrency
        let fetcher = try GuardedFetcher(settings, resolver: resolver)
        do {
            let result = try await body(fetcher)
            try await fetcher.shutDown()
            return result
        } catch {
            try await fetcher.shutDown()
            throw error
        }
    }

    private static func resolving(_ answers: [[String]]) -> (HostResolver, Counter) {
        let counter = Counter()
        let resolver = HostResolver { _ in
            let index = min(counter.next(), answers.count - 1)
            return answers[index].compactMap { IPAddress($0) }
        }
        return (resolver, counter)
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        var count: Int { value.withLock { $0 } }
        func next() -> Int {
            value.withLock { value in
                defer { value += 1 }
                return value
            }
        }
    }

    @Test("An answer comes with its status, bare content type and body; the request is plain")
    func good() async throws {
        try await HostileServer.with { server in
            let answer = try await Self.fetching { fetcher in
                try await fetcher.get(
                    "http://127.0.0.1:\(server.port)/good?a=b#c", accepting: "application/json", limits: Self.limits)
            }
            #expect(answer.status == 200)
            #expect(answer.contentType == "application/json")
            #expect(answer.body == Array("{}".utf8))
            #expect(answer.maxAge == nil)
            let request = try #require(server.requests.first)
            #expect(request.line == "GET /good?a=b")
            #expect(request.fields["user-agent"] == ["Martlet"])
            #expect(request.fields["accept"] == ["application/json"])
            #expect(request.fields["accept-encoding"] == ["identity"])
            #expect(request.fields["cookie"].isEmpty)
        }
    }

    @Test("A post says what it wants to be answered with, when it wants anything")
    func accepting() async throws {
        try await HostileServer.with { server in
            var post = OutboundPost(
                url: "http://127.0.0.1:\(server.port)/good", contentType: "application/x-www-form-urlencoded", body: SecretBytes([]))
            for accepting in [nil, "application/json"] {
                post.accepting = accepting
                let request = post
                _ = try await Self.fetching { fetcher in try await fetcher.post(request, limits: .document) }
                #expect(server.requests.last?.fields["accept"] == (accepting.map { [$0] } ?? []))
            }
        }
    }

    @Test("A post carries its body, content type and authorization")
    func post() async throws {
        try await HostileServer.with { server in
            let post = OutboundPost(
                url: "http://127.0.0.1:\(server.port)/logout", contentType: "application/x-www-form-urlencoded",
                body: SecretBytes(Array("logout_token=x".utf8)), authorization: SecretString("Bearer t"))
            let answer = try await Self.fetching { fetcher in try await fetcher.post(post, limits: .notification) }
            #expect(answer.status == 200)
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /logout")
            #expect(request.body == "logout_token=x")
            #expect(request.fields["authorization"] == ["Bearer t"])
        }
    }

    @Test(
        "A hostile answer is refused",
        arguments: [
            ("/redirect", OutboundError.redirected), ("/announces-much", .tooLarge), ("/sends-much", .tooLarge),
            ("/compressed", .unreachable), ("/closes", .unreachable),
        ])
    func hostile(path: String, expected: OutboundError) async throws {
        try await HostileServer.with { server in
            await #expect(throws: expected) {
                try await Self.fetching { fetcher in
                    try await fetcher.get("http://127.0.0.1:\(server.port)\(path)", accepting: "*/*", limits: Self.limits)
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("A server that is silent, or stops in the middle, is left at the limit", arguments: ["/silent", "/stalls"])
    func slow(path: String) async throws {
        try await HostileServer.with { server in
            await #expect(throws: OutboundError.timeout) {
                try await Self.fetching { fetcher in
                    try await fetcher.get(
                        "http://127.0.0.1:\(server.port)\(path)", accepting: "*/*",
                        limits: OutboundLimits(maximumBytes: 1000, timeout: 1))
                }
            }
        }
    }

    @Test("A look-up that does not end counts against the limit")
    func slowLookUp() async throws {
        let resolver = HostResolver { _ in
            try await Task.sleep(for: .seconds(3600))
            return []
        }
        await #expect(throws: OutboundError.timeout) {
            try await Self.fetching(resolver: resolver) { fetcher in
                try await fetcher.get(
                    "https://slow.example/", accepting: "*/*", limits: OutboundLimits(maximumBytes: 1000, timeout: 1))
            }
        }
    }

    @Test("A failure's status and body are an answer, and freshness is read from it")
    func statuses() async throws {
        try await HostileServer.with { server in
            try await Self.fetching { fetcher in
                let failed = try await fetcher.get("http://127.0.0.1:\(server.port)/fails", accepting: "*/*", limits: Self.limits)
                #expect(failed.status == 500)
                let cached = try await fetcher.get(
                    "http://127.0.0.1:\(server.port)/cached", accepting: "*/*", limits: Self.limits)
                #expect(cached.maxAge == 60)
                #expect(cached.contentType == "text/plain")
            }
        }
    }

    @Test(
        "A name is refused when any of its addresses is not public",
        arguments: [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"], ["2606:4700::1", "::1"], ["169.254.169.254"]])
    func privateAddresses(addresses: [String]) async throws {
        let (resolver, _) = Self.resolving([addresses])
        await #expect(throws: OutboundError.forbidden) {
            try await Self.fetching([], resolver: resolver) { fetcher in
                try await fetcher.get("https://keys.example.com/", accepting: "*/*", limits: Self.limits)
            }
        }
    }

    @Test("A name without addresses is unreachable")
    func noAddress() async throws {
        let (resolver, _) = Self.resolving([[]])
        await #expect(throws: OutboundError.unreachable) {
            try await Self.fetching(resolver: resolver) { fetcher in
                try await fetcher.get("https://keys.example.com/", accepting: "*/*", limits: Self.limits)
            }
        }
    }

    @Test("A name is looked up once a fetch and the connection goes to that address, whatever it resolves to afterwards")
    func rebinding() async throws {
        let authority = try TestAuthority()
        try await HostileServer.with(tls: try authority.server(named: "rebinds.example")) { server in
            // The name does not exist: whoever looked it up again, by other means, would not connect at all.
            let (resolver, counter) = Self.resolving([["127.0.0.1"], ["10.0.0.1"]])
            try await Self.fetching(authorities: authority.pem, resolver: resolver) { fetcher in
                let url = "https://rebinds.example:\(server.port)/good"
                let answer = try await fetcher.get(url, accepting: "*/*", limits: Self.limits)
                #expect(answer.status == 200)
                #expect(counter.count == 1)
                await #expect(throws: OutboundError.forbidden) {
                    try await fetcher.get(url, accepting: "*/*", limits: Self.limits)
                }
                #expect(server.requests.count == 1)
                #expect(server.requests.first?.fields["host"].first?.hasPrefix("rebinds.example") == true)
            }
        }
    }

    @Test("The certificate must be for the name in the URL, and from a trusted authority")
    func certificates() async throws {
        let authority = try TestAuthority()
        let (resolver, _) = Self.resolving([["127.0.0.1"]])
        try await HostileServer.with(tls: try authority.server(named: "other.example")) { server in
            let url = "https://keys.example.com:\(server.port)/good"
            for (authorities, host) in [(authority.pem, url), ("", "https://other.example:\(server.port)/good")] {
                await #expect(throws: OutboundError.unreachable) {
                    try await Self.fetching(authorities: authorities, resolver: resolver) { fetcher in
                        try await fetcher.get(host, accepting: "*/*", limits: Self.limits)
                    }
                }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("Who comes beyond the limit of fetches waits its turn, up to its own limit")
    func concurrency() async throws {
        try await HostileServer.with { server in
            try await Self.fetching(concurrency: 1) { fetcher in
                let short = OutboundLimits(maximumBytes: 1000, timeout: 1)
                let url = "http://127.0.0.1:\(server.port)"
                let outcomes = await withTaskGroup(of: OutboundError?.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            do throws(OutboundError) {
                                _ = try await fetcher.get("\(url)/silent", accepting: "*/*", limits: short)
                                return nil
                            } catch { return error }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(outcomes == [.timeout, .timeout])
                #expect(server.requests.count == 1)
                let third = try await fetcher.get("\(url)/good", accepting: "*/*", limits: Self.limits)
                #expect(third.status == 200)
            }
        }
    }

    @Test("What the rules forbid is not even looked up")
    func forbidden() async throws {
        let (resolver, counter) = Self.resolving([["8.8.8.8"]])
        await #expect(throws: OutboundError.forbidden) {
            try await Self.fetching([], resolver: resolver) { fetcher in
                #expect(!fetcher.mayAsk("http://keys.example.com/"))
                #expect(fetcher.mayAsk("https://keys.example.com/"))
                return try await fetcher.get("http://keys.example.com/", accepting: "*/*", limits: Self.limits)
            }
        }
        #expect(counter.count == 0)
    }

    @Test("The system's resolver finds this machine, and fails for a name that cannot exist")
    func systemResolver() async throws {
        try await HostileServer.with { server in
            try await Self.fetching(["localhost"]) { fetcher in
                let answer = try await fetcher.get("http://localhost:\(server.port)/good", accepting: "*/*", limits: Self.limits)
                #expect(answer.status == 200)
                await #expect(throws: OutboundError.unreachable) {
                    try await fetcher.get("https://nothing.invalid/", accepting: "*/*", limits: Self.limits)
                }
            }
        }
    }
}
