import AsyncHTTPClient
package import AuthorizationServer
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OAuthProtocol

/// Fetches as `OutboundFetcher` demands: https to public addresses, the checked address and no other, no redirect, no proxy, no
/// cookie, no compression, bounded in size, time and number.
///
/// Every fetch has a client of its own, which is told the address beside the host's name: nothing resolves the name a second
/// time, while the certificate is checked against the name.
package final class GuardedFetcher: OutboundFetcher {
    package struct Settings: Sendable {
        package var rules: OutboundRules
        /// PEM of authorities that are trusted beside the system's; may be empty.
        package var authorities: [UInt8]
        package var concurrency = 32

        package init(rules: OutboundRules = .strict, authorities: [UInt8] = []) {
            (self.rules, self.authorities) = (rules, authorities)
        }
    }

    private let rules: OutboundRules
    private let resolver: HostResolver
    private let roots: TrustRoots
    private let concurrency: Int
    private let slots: FetchSlots
    /// Taken besides, for strangers.
    private let strangersSlots: FetchSlots
    private let lookUps: NIOThreadPool
    private let eventLoops: MultiThreadedEventLoopGroup

    /// - Parameter resolver: in place of the system's, for tests.
    /// - Throws: `NIOSSLError` when `authorities` is not PEM.
    package init(_ settings: Settings, resolver: HostResolver? = nil) throws {
        rules = settings.rules
        roots = TrustRoots(
            additional: settings.authorities.isEmpty ? [] : try NIOSSLCertificate.fromPEMBytes(settings.authorities))
        concurrency = settings.concurrency
        slots = FetchSlots(count: concurrency)
        strangersSlots = FetchSlots(count: max(1, concurrency / 4))
        lookUps = NIOThreadPool(numberOfThreads: 4)
        eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.resolver = resolver ?? .system(on: lookUps)
        lookUps.start()
    }

    /// Waits for the fetches and their connections to end, and ends the threads. None may begin after it.
    package func shutDown() async throws {
        for _ in 0..<concurrency { try await slots.acquire() }
        try await lookUps.shutdownGracefully()
        try await eventLoops.shutdownGracefully()
    }

    package func mayAsk(_ url: String) -> Bool { OutboundTarget(url).map(rules.admits) ?? false }

    package func get(
        _ url: String, accepting: String, limits: OutboundLimits
    ) async throws(OutboundError) -> OutboundResponse {
        try await fetch(url, limits) { request in request.headers.add(name: "accept", value: accepting) }
    }

    package func post(_ post: OutboundPost, limits: OutboundLimits) async throws(OutboundError) -> OutboundResponse {
        try await fetch(post.url, limits) { request in
            request.method = .POST
            request.headers.add(name: "content-type", value: post.contentType)
            if let accepting = post.accepting { request.headers.add(name: "accept", value: accepting) }
            if let authorization = post.authorization {
                request.headers.add(name: "authorization", value: authorization.revealed)
            }
            request.body = .bytes(ByteBuffer(bytes: post.body.revealed))
        }
    }

    private func fetch(
        _ url: String, _ limits: OutboundLimits, _ prepare: (inout HTTPClientRequest) -> Void
    ) async throws(OutboundError) -> OutboundResponse {
        guard let target = OutboundTarget(url), rules.admits(target) else { throw .forbidden }
        var request = HTTPClientRequest(url: target.url)
        request.headers.add(name: "user-agent", value: "Martlet")
        request.headers.add(name: "accept-encoding", value: "identity")
        request.headers.add(name: "connection", value: "close")
        prepare(&request)
        do {
            return try await within(limits.timeout) { [self, request] in
                guard limits.isForStranger else { return try await answer(to: request, target, limits) }
                try await strangersSlots.acquire()
                defer { strangersSlots.release() }
                return try await answer(to: request, target, limits)
            }
        } catch let error as OutboundError {
            throw error
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
            throw .timeout
        } catch {
            throw .unreachable
        }
    }

    private func answer(
        to request: HTTPClientRequest, _ target: OutboundTarget, _ limits: OutboundLimits
    ) async throws -> OutboundResponse {
        try await slots.acquire()
        let addresses: [IPAddress]
        do {
            addresses = try await checkedAddresses(of: target)
        } catch {
            slots.release()
            throw error
        }
        let client = client(for: target, at: addresses[0], limits.timeout)
        // A peer may be slow to say goodbye. Nobody waits for that, but it takes up the slot.
        defer {
            Task { [slots] in
                try? await client.shutdown()
                slots.release()
            }
        }
        let deadline = NIODeadline.now() + .seconds(limits.timeout.seconds)
        return try await BoundedAnswer.read(try await client.execute(request, deadline: deadline), limits.maximumBytes)
    }

    /// At least one. Every address must be allowed, not only the one that is taken: a name that mixes them is up to something.
    private func checkedAddresses(of target: OutboundTarget) async throws -> [IPAddress] {
        switch target.host {
        case .address(let address): return [address]
        case .name(let name):
            let addresses = try await resolver.resolve(name)
            try Task.checkCancellation()
            guard !addresses.isEmpty else { throw OutboundError.unreachable }
            guard addresses.allSatisfy({ rules.admits($0, of: target) }) else { throw OutboundError.forbidden }
            return addresses
        }
    }

    private func client(for target: OutboundTarget, at address: IPAddress, _ timeout: Lifetime) -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = roots.all()
        tls.minimumTLSVersion = .tlsv12
        configuration.tlsConfiguration = tls
        configuration.timeout.connect = .seconds(timeout.seconds)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        if case .name(let name) = target.host { configuration.dnsOverride = [name: "\(address)"] }
        return HTTPClient(eventLoopGroupProvider: .shared(eventLoops), configuration: configuration)
    }

    /// The work's result, or `OutboundError.timeout`; what is late is cancelled.
    private func within<Value: Sendable>(
        _ timeout: Lifetime, _ work: @escaping @concurrent @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Task.sleep(for: .seconds(timeout.seconds))
                throw OutboundError.timeout
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw OutboundError.timeout }
            return first
        }
    }
}
