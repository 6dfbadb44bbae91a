import AuthorizationServer
import OAuthProtocol
import Storage
import Synchronization
import TestSupport
import Testing

/// A tenant with the connection `corp` and its user Jane, whose account has tokens at the provider, and a client that may have them.
struct FederationCase {
    var fixture: EngineFixture
    let provider: FakeIdentityProvider
    /// With the grant.
    var client: Client

    static let grant = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
    static let refreshTokenType = "urn:ietf:params:oauth:token-type:refresh_token"
    static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
    static let issuedType = "http://auth0.com/oauth/token-type/federated-connection-access-token"

    static func make(
        engine: (any StorageEngine)? = nil, _ change: (inout Connection) -> Void = { _ in }
    ) async throws -> FederationCase {
        var fixture = if let engine { try await EngineFixture.make(engine: engine) } else { try await EngineFixture.make() }
        let (provider, user) = try await fixture.addIdentityProvider(change)
        // Whose codes and tokens the fixture makes.
        fixture.user = user
        let client = try await fixture.changed(fixture.web) { $0.grantTypes += [GrantType(grant)] }
        return FederationCase(fixture: fixture, provider: provider, client: client)
    }

    /// With tokens of Jane's account: `access-1`, which is over, and `refresh-1`.
    static func makeWithTokens(_ change: (inout FederatedTokens) -> Void = { _ in }) async throws -> FederationCase {
        let test = try await make()
        try await test.fixture.storeFederatedTokens(of: test.fixture.user, change)
        return test
    }

    /// The same with another client, stored.
    func with(_ change: (inout Client) -> Void) async throws -> FederationCase {
        var copy = self
        copy.client = try await fixture.changed(client, change)
        return copy
    }

    func refreshToken() async throws -> String { try await fixture.refreshToken(for: client) }

    /// The parameters of an exchange. A change replaces one, or removes it when `nil`.
    func form(_ subject: String, _ changes: [(String, String?)] = []) -> [(String, String)] {
        fixture.form(
            [
                ("grant_type", Self.grant), ("subject_token", subject), ("subject_token_type", Self.refreshTokenType),
                ("requested_token_type", Self.issuedType), ("connection", FakeIdentityProvider.connectionName),
            ], of: client, changes)
    }

    func exchange(_ changes: [(String, String?)] = []) async throws -> TokenResponse {
        try await fixture.token(form(try await refreshToken(), changes))
    }

    func refusal(_ changes: [(String, String?)] = [], _ location: SourceLocation = #_sourceLocation) async throws -> OAuthError {
        try await fixture.refusal(of: form(try await refreshToken(), changes), location)
    }

    func stored() async throws -> [FederatedTokens] {
        try await fixture.stores.federatedTokens.list(of: fixture.user.userID, at: FakeIdentityProvider.connectionName)
    }
}

extension EngineFixture {
    func refusal(of pairs: [(String, String)], _ location: SourceLocation) async throws -> OAuthError {
        try await refusal(of: pairs, authorization: nil, location)
    }
}

/// Opened once; whoever waits goes on then.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
