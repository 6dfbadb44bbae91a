import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

@Suite struct RefreshDecisionTests {
    private let start = Timestamp(seconds: 1_000_000)

    private func client(_ change: (inout RefreshTokenSettings) -> Void = { _ in }) -> Client {
        var client = Client(
            clientID: "c", name: "c", tokenEndpointAuthMethod: .none, grantTypes: [.refreshToken], createdAt: start)
        client.refreshToken = .rotatingDefaults
        change(&client.refreshToken)
        return client
    }

    private func family(generation: Int64 = 5, rotating: Bool = true) throws -> RefreshTokenFamily {
        let access = GrantedAccess(clientID: "c", userID: "auth0|1", audience: nil, scopes: ["offline_access"])
        var family = RefreshTokenFamily(
            id: try #require(RefreshTokenFamilyID(bytes: Array(repeating: 1, count: 16))), access: access,
            isRotating: rotating, createdAt: start, seed: SecretBytes([]), keyID: "k")
        family.generation = generation
        return family
    }

    private func decide(
        _ presented: Int64, _ family: RefreshTokenFamily, _ client: Client, after seconds: Int64 = 0
    ) -> RefreshDecision {
        RefreshDecision.decide(
            presentedGeneration: presented, family: family, client: client, now: start + Lifetime(seconds: seconds))
    }

    private func exchange(_ decision: RefreshDecision) throws -> RefreshExchange {
        guard case .exchange(let exchange) = decision else {
            Issue.record("not an exchange: \(decision)")
            throw CancellationError()
        }
        return exchange
    }

    @Test("the current token of a rotating family is exchanged for the next generation")
    func currentRotates() throws {
        let exchange = try exchange(decide(5, try family(), client()))
        #expect(exchange.advancesGeneration && exchange.isRotating && !exchange.deletesOtherNonRotating)
    }

    @Test("the current token of a non-rotating family stays as it is")
    func currentStays() throws {
        let exchange = try exchange(decide(5, try family(rotating: false), client { $0.rotationType = .nonRotating }))
        #expect(!exchange.advancesGeneration && !exchange.isRotating && !exchange.deletesOtherNonRotating)
    }

    @Test("the previous token within the leeway gets the successor again", arguments: [0, 1, 29])
    func previousWithinLeeway(seconds: Int64) throws {
        #expect(decide(4, try family(), client(), after: seconds) == .repeatSuccessor)
    }

    @Test("the previous token when the leeway is over is a reuse", arguments: [30, 31, 100_000])
    func previousAfterLeeway(seconds: Int64) throws {
        #expect(decide(4, try family(), client(), after: seconds) == .reuse)
    }

    @Test("the leeway ends to the millisecond")
    func leewayIsExact() throws {
        let family = try family()
        let last = Timestamp(milliseconds: (start + 30).milliseconds - 1)
        #expect(RefreshDecision.decide(presentedGeneration: 4, family: family, client: client(), now: last) == .repeatSuccessor)
        #expect(RefreshDecision.decide(presentedGeneration: 4, family: family, client: client(), now: start + 30) == .reuse)
    }

    @Test("a leeway of zero never helps, not even when this node's clock is behind", arguments: [-5, 0, 1])
    func noLeeway(seconds: Int64) throws {
        #expect(decide(4, try family(), client { $0.leeway = 0 }, after: seconds) == .reuse)
    }

    @Test("an older generation is a reuse even within the leeway", arguments: [1, 2, 3])
    func olderIsReuse(generation: Int64) throws {
        #expect(decide(generation, try family(), client()) == .reuse)
    }

    @Test("a generation that the family has not reached is refused and no reuse")
    func newerIsRefused() throws {
        #expect(decide(6, try family(), client()) == .refuse(.ahead))
    }

    @Test("a revoked family refuses every generation and reports no second reuse", arguments: [1, 4, 5, 6])
    func revoked(generation: Int64) throws {
        var family = try family()
        family.revokedAt = start
        #expect(decide(generation, family, client()) == .refuse(.revoked))
    }

    @Test("the idle end and the absolute end have passed when they are reached", arguments: [4, 5])
    func ends(generation: Int64) throws {
        var idle = try family()
        var absolute = try family()
        (idle.idleExpiresAt, absolute.absoluteExpiresAt) = (start + 10, start + 10)
        #expect(decide(generation, idle, client(), after: 9) != .refuse(.idleTooLong))
        #expect(decide(generation, idle, client(), after: 10) == .refuse(.idleTooLong))
        #expect(decide(generation, absolute, client(), after: 9) != .refuse(.expired))
        #expect(decide(generation, absolute, client(), after: 10) == .refuse(.expired))
    }

    @Test("switching rotation on turns the non-rotating token into a rotating one and deletes its siblings")
    func switchedOn() throws {
        let exchange = try exchange(decide(5, try family(rotating: false), client()))
        #expect(exchange.advancesGeneration && exchange.isRotating && exchange.deletesOtherNonRotating)
    }

    @Test("switching rotation off turns the rotating token into a new, non-rotating one")
    func switchedOff() throws {
        let exchange = try exchange(decide(5, try family(), client { $0.rotationType = .nonRotating }))
        #expect(exchange.advancesGeneration && !exchange.isRotating && !exchange.deletesOtherNonRotating)
    }

    @Test("after rotation was switched off, the tokens before are void but prove no theft")
    func supersededBySwitchingOff() throws {
        let client = client { ($0.rotationType, $0.leeway) = (.nonRotating, 0) }
        #expect(decide(4, try family(rotating: false), client) == .refuse(.superseded))
    }

    @Test("the idle end restarts with the client's present setting")
    func idleRestarts() throws {
        var family = try family()
        family.idleExpiresAt = start + 100
        let exchange = try exchange(decide(5, family, client { $0.idleTokenLifetime = 777 }, after: 50))
        #expect(exchange.idleExpiresAt == start + 827)
    }

    @Test("the idle end disappears when the client's setting is endless")
    func idleBecomesEndless() throws {
        var family = try family()
        family.idleExpiresAt = start + 100
        #expect(try exchange(decide(5, family, client { $0.infiniteIdleTokenLifetime = true })).idleExpiresAt == nil)
    }

    @Test("the absolute end is inherited, whatever the setting is now")
    func absoluteIsInherited() throws {
        var family = try family()
        family.absoluteExpiresAt = start + 500
        let shorter = try exchange(decide(5, family, client { $0.tokenLifetime = 60 }))
        let endless = try exchange(decide(5, family, client { $0.expirationType = .nonExpiring }))
        #expect(shorter.absoluteExpiresAt == start + 500)
        #expect(endless.absoluteExpiresAt == start + 500)
    }

    @Test("a family without end takes one up on its next exchange")
    func absoluteIsTakenUp() throws {
        let exchange = try exchange(decide(5, try family(), client { $0.tokenLifetime = 900 }, after: 100))
        #expect(exchange.absoluteExpiresAt == start + 1000)
    }

    @Test("the idle end never lies beyond the absolute end")
    func idleIsCapped() throws {
        var family = try family()
        family.absoluteExpiresAt = start + 50
        #expect(try exchange(decide(5, family, client { $0.idleTokenLifetime = 5000 })).idleExpiresAt == start + 50)
    }
}

@Suite struct RefreshScopesTests {
    private let granted: Scopes = ["openid", "read:items", "offline_access"]

    @Test("no scope asks for the whole grant")
    func all() throws { #expect(try RefreshScopes.narrow(granted, to: []).values == granted.values) }

    @Test(
        "a request narrows the scopes and keeps offline_access",
        arguments: [
            ("read:items", "read:items offline_access"),
            ("openid read:items", "openid read:items offline_access"),
            ("read:items openid", "openid read:items offline_access"),
            ("read:items delete:everything", "read:items offline_access"),
            ("offline_access", "offline_access"),
        ])
    func narrowed(requested: String, expected: String) throws {
        let scopes = try #require(Scopes(parsing: requested))
        #expect(try RefreshScopes.narrow(granted, to: scopes).description == expected)
    }

    @Test("nothing in common is refused with access_denied", arguments: ["write:items", "email profile"])
    func nothingInCommon(requested: String) throws {
        let scopes = try #require(Scopes(parsing: requested))
        let error = #expect(throws: OAuthError.self) { try RefreshScopes.narrow(granted, to: scopes) }
        #expect(error?.kind == .accessDenied)
    }
}
