@testable import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// While nodes are told of a new master key one by one, each accepts what the others made (architecture section 5).
@Suite struct MasterKeyChangeTests {
    private let fixture: EngineFixture
    /// The same node after it was told: the keys of the ring have changed places.
    private let changed: TenantContext

    init() async throws {
        fixture = try await EngineFixture.make()
        let ring = fixture.environment.masterKeys
        let other = try #require(ring.all.last)
        var environment = fixture.environment
        environment.masterKeys = MasterKeyRing(current: other, older: [ring.current])
        changed = TenantContext(tenant: fixture.tenant, stores: fixture.stores, environment: environment)
    }

    @Test("A ring lists its current key first and no key twice")
    func ring() {
        #expect(fixture.environment.masterKeys.all.map(\.id).first == fixture.environment.masterKeys.current.id)
        #expect(Set(fixture.environment.masterKeys.all.map(\.id)).count == 2)
        #expect(fixture.environment.masterKeys.all.count == 2)
    }

    @Test("DPoP nonces of either key are accepted, a stranger's are not")
    func nonces() throws {
        let nonce = DPoPNonce(fixture.context).current(at: fixture.now)
        #expect(DPoPNonce(changed).current(at: fixture.now) != nonce)
        #expect(DPoPNonce(changed).accepts(nonce, at: fixture.now))
        var stranger = fixture.environment
        stranger.masterKeys = MasterKeyRing(current: try #require(MasterKeyRing.Key(bytes: Array(64..<96))))
        let theirs = TenantContext(tenant: fixture.tenant, stores: fixture.stores, environment: stranger)
        #expect(!DPoPNonce(theirs).accepts(nonce, at: fixture.now))
    }

    @Test("Handles of either key are genuine, for their purpose alone")
    func handles() {
        let handle = TimedHandle.make(.mfaToken, until: fixture.now + 60, in: fixture.context)
        #expect(TimedHandle.genuine(handle.text, .mfaToken, in: changed)?.expiresAt == handle.expiresAt)
        #expect(TimedHandle.genuine(handle.text, .otpChallenge, in: changed) == nil)
    }

    @Test("A device that was given its code before the change is found after it")
    func userCodes() async throws {
        let device = try await DeviceCase.start()
        var environment = device.fixture.environment
        let ring = environment.masterKeys
        environment.masterKeys = MasterKeyRing(current: try #require(ring.all.last), older: [ring.current])
        var after = device.fixture
        after.environment = environment
        var browser = EngineBrowser(after)
        let moved = DeviceCase(fixture: after, client: device.client, deviceCode: device.deviceCode, userCode: device.userCode)
        guard case .leave = try await moved.type(device.userCode, &browser) else {
            Issue.record("the code is unknown")
            return
        }
    }
}
