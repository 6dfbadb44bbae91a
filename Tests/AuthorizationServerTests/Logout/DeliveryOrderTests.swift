import AuthorizationServer
import JOSE
import Logging
import OAuthProtocol
import Storage
import Synchronization
import TestSupport
import Testing

/// Many deliveries that are due at once.
@Suite struct DeliveryOrderTests {
    /// A clock that moves a minute each time it is read.
    private final class Minutes: Sendable {
        private let state: Mutex<Timestamp>
        init(from start: Timestamp) { state = Mutex(start) }
        func next() -> Timestamp {
            state.withLock { now in
                now = now + .minutes(1)
                return now
            }
        }
    }

    private static func delivery(_ number: Int, of fixture: EngineFixture, to url: String) -> Delivery {
        let payload: JSONObject = ["scheme": "https", "host": "default.test", "user_id": .string(fixture.user.userID), "sid": "s"]
        let digits = String(number)
        return Delivery(
            id: String(repeating: "0", count: 24 - digits.utf8.count) + digits, kind: .backchannelLogout,
            clientID: fixture.web.clientID, url: url, payload: SecretString(payload.serializedString),
            createdAt: fixture.now)
    }

    private static func worker(_ fixture: EngineFixture) -> DeliveryWorker {
        DeliveryWorker(
            engine: fixture.engine, environment: fixture.environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func issuedAt(_ post: OutboundPost) throws -> Int64 {
        let form = try FormParameters(formBody: post.body.revealed)
        let token = try form.required("logout_token", maximumBytes: 16_384)
        return try #require(try JWS.unverified(token).payload["iat"]?.integer)
    }

    @Test("A logout token is made when its batch is sent, not when the round began")
    func fresh() async throws {
        let fixture = try await EngineFixture.make()
        try await fixture.stores.deliveries.insert((0..<40).map { Self.delivery($0, of: fixture, to: "https://rp.example.test/\($0)") })
        let clock = Minutes(from: fixture.now)
        #expect(try await Self.worker(fixture).runDue { clock.next() } == 40)
        let instants = Set(try fixture.outbound.posts.map(Self.issuedAt))
        #expect(instants.count == 3, "16, 16 and 8 at a time")
    }

    @Test("A tenant that owes much keeps no other tenant waiting")
    func fair() async throws {
        let first = try await EngineFixture.make()
        let second = try await EngineFixture.make(engine: first.engine, tenant: try #require(TenantID("second")))
        try await first.stores.deliveries.insert((0..<40).map { Self.delivery($0, of: first, to: "https://first.example.test/\($0)") })
        try await second.stores.deliveries.insert([Self.delivery(0, of: second, to: "https://second.example.test/")])
        let now = first.now
        #expect(try await Self.worker(first).runDue { now } == 41)
        let place = first.outbound.posts.firstIndex { $0.url == "https://second.example.test/" }
        #expect(try #require(place) <= 16)
    }
}
