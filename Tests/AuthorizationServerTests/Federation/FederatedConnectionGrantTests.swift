import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The token vault's grant (contract 18): who may have which user's token of an identity provider.
@Suite struct FederatedConnectionGrantTests {
    @Test("a refresh token of ours is worth the provider's access token, and nothing else of the provider's")
    func answer() async throws {
        let test = try await FederationCase.makeWithTokens()
        let response = try await test.exchange()
        #expect(
            response.json.members.map(\.name) == ["access_token", "scope", "expires_in", "token_type", "issued_token_type"])
        #expect(response.json["access_token"] == "access-2" && response.json["scope"] == "calendar.read")
        #expect(response.json["expires_in"] == 3600 && response.json["token_type"] == "Bearer")
        #expect(response.json["issued_token_type"]?.string == FederationCase.issuedType)
        #expect(!response.json.serializedString.contains("refresh-"))
        let event = try await test.fixture.lastEvent()
        #expect(event.type.rawValue == "seta" && event.connection == "corp" && event.userID == test.fixture.user.userID)
        #expect(event.clientID == test.client.clientID)
    }

    @Test("the type that is asked for may be left out; another is refused")
    func requestedType() async throws {
        let test = try await FederationCase.makeWithTokens()
        #expect(try await test.exchange([("requested_token_type", nil)]).accessToken == "access-2")
        let error = try await test.refusal([("requested_token_type", FederationCase.accessTokenType)])
        #expect(error.kind == .invalidRequest)
    }

    @Test("each parameter that is needed is asked for", arguments: ["subject_token", "subject_token_type", "connection"])
    func missing(_ name: String) async throws {
        let error = try await FederationCase.makeWithTokens().refusal([(name, nil)])
        #expect(error.kind == .invalidRequest && error.description == "Missing required parameter: \(name)")
    }

    @Test("no other type of token is a subject", arguments: [
        "urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt", "refresh_token",
        "urn:ietf:params:oauth:token-type:REFRESH_TOKEN",
    ])
    func subjectTypes(_ type: String) async throws {
        let error = try await FederationCase.makeWithTokens().refusal([("subject_token_type", type)])
        #expect(error.kind == .invalidRequest && error.description == "Malformed parameter: subject_token_type")
    }

    static let refused: [@Sendable (inout Client) -> Void] = [
        { $0.grantTypes.removeLast() }, { $0.isFirstParty = false }, { $0.tokenEndpointAuthMethod = .none },
    ]

    @Test("only a confidential client of the tenant's own that has the grant may ask", arguments: 0..<refused.count)
    func clients(index: Int) async throws {
        let test = try await FederationCase.makeWithTokens()
        let token = try await test.refreshToken()
        let changed = try await test.with(Self.refused[index])
        let error = try await test.fixture.refusal(of: changed.form(token))
        #expect(error.kind == .unauthorizedClient && error.members.map(\.name) == ["error_uri"])
        #expect(try await test.fixture.lastEvent().type.rawValue == "feta")
        #expect(test.fixture.outbound.posts.isEmpty)
    }

    @Test("a connection that is not there, names no provider or is not the client's is refused")
    func connections() async throws {
        let test = try await FederationCase.makeWithTokens()
        for name in ["nobody", "Corp", test.fixture.connection.name] {
            let error = try await test.refusal([("connection", name)])
            #expect(error.kind == .invalidRequest && error.description == "the connection was not found")
        }
        var connection = EngineFixture.corporateConnection
        connection.enabledClients = ["another"]
        #expect(try await test.fixture.stores.connections.update(connection))
        #expect(try await test.refusal().description == "the connection was disabled")
    }

    // MARK: Accounts

    @Test("among several accounts the hint picks; without it the first that was connected")
    func accounts() async throws {
        let test = try await FederationCase.make()
        for (index, account) in ["work", "home"].enumerated() {
            try await test.fixture.storeFederatedTokens(of: test.fixture.user, account: account) { tokens in
                tokens.accessToken = SecretString("of \(account)")
                (tokens.accessExpiresAt, tokens.createdAt) = (test.fixture.now + 3600, test.fixture.now + Lifetime(seconds: Int64(index)))
            }
        }
        #expect(try await test.exchange().accessToken == "of work")
        #expect(try await test.exchange([("login_hint", "home")]).accessToken == "of home")
        for stranger in ["HOME", "jane@corp.example.test", "h"] {
            #expect(try await test.refusal([("login_hint", stranger)]).kind == .federatedTokenNotFound)
        }
    }

    @Test("a user without tokens at the provider is told so in Auth0's words")
    func nothing() async throws {
        let test = try await FederationCase.make()
        let error = try await test.refusal()
        #expect(error.description == "Federated connection Refresh Token not found.")
        for profile in WireProfile.allCases {
            let wire = profile.wireError(for: error.kind, at: .token)
            #expect(wire == WireError(status: 401, code: "federated_connection_refresh_token_not_found"))
        }
        let event = try await test.fixture.lastEvent()
        #expect(event.type.rawValue == "feta" && event.userID == test.fixture.user.userID)
    }

    // MARK: Refresh tokens as subjects

    @Test("the refresh token is neither used up nor renewed, however often it is shown")
    func unchanged() async throws {
        let test = try await FederationCase.makeWithTokens().with { $0.refreshToken = .rotatingDefaults }
        let token = try await test.refreshToken()
        let before = try await test.fixture.family(of: token)
        for _ in 0..<3 {
            #expect(try await test.fixture.token(test.form(token)).refreshToken == nil)
            test.fixture.clock.advance(by: 60)
        }
        #expect(try await test.fixture.family(of: token) == before)
        #expect(try await test.fixture.token(test.fixture.refreshForm(token, from: test.client)).refreshToken != nil)
    }

    @Test("what is no good refresh token of the client is none here either, and ends nothing")
    func invalid() async throws {
        let test = try await FederationCase.makeWithTokens().with { $0.refreshToken = .rotatingDefaults }
        let first = try await test.refreshToken()
        let second = try #require(try await test.fixture.token(test.fixture.refreshForm(first, from: test.client)).refreshToken)
        #expect(try await test.fixture.token(test.form(first)).accessToken == "access-2", "within the leeway")
        test.fixture.clock.advance(by: 31)
        var forged = try #require(Base64URL.decode(second))
        forged[40] ^= 1
        let foreign = try await test.fixture.refreshToken(for: test.fixture.native)
        for token in [first, Base64URL.encode(forged), foreign, "x", "refresh-2"] {
            let error = try await test.fixture.refusal(of: test.form(token))
            #expect(error.kind == .invalidGrant && error.description == "Unknown or invalid refresh token.")
        }
        #expect(try await test.fixture.token(test.form(second)).accessToken == "access-2")
        let family = try #require(try await test.fixture.family(of: second))
        _ = try await test.fixture.stores.refreshTokens.revoke(
            family.id, at: test.fixture.now, recording: test.fixture.request().event(.refreshTokenRevoked))
        #expect(try await test.fixture.refusal(of: test.form(second)).kind == .invalidGrant)
    }

    @Test("a blocked user's and a deleted user's refresh token get nothing")
    func users() async throws {
        let test = try await FederationCase.makeWithTokens()
        let (token, id) = (try await test.refreshToken(), test.fixture.user.userID)
        _ = try await test.fixture.stores.users.setBlocked(id, true, at: test.fixture.now)
        #expect(try await test.fixture.refusal(of: test.form(token)).kind == .userBlocked)
        _ = try await test.fixture.stores.users.delete(id, at: test.fixture.now)
        let error = try await test.fixture.refusal(of: test.form(token))
        #expect(error.description == "The refresh_token was generated for a user who doesn't exist anymore.")
        #expect(test.fixture.outbound.posts.isEmpty)
    }

    @Test("a token that is bound to a key needs its proof")
    func bound() async throws {
        let test = try await FederationCase.makeWithTokens()
        let (fixture, key) = (test.fixture, try TestKey())
        let open = try await test.with { $0.tokenEndpointAuthMethod = .none }.client
        let code = try await fixture.insertCode(for: open)
        let token = try #require(try await fixture.token(fixture.codeForm(code, from: open), proofs: [fixture.proof(key)]).refreshToken)
        let form = try await test.with { _ in }.form(token)
        #expect(try await fixture.refusal(of: form).kind == .invalidDPoPProof)
        #expect(try await fixture.refusal(of: form, proofs: [fixture.proof(try TestKey())]).kind == .invalidDPoPProof)
        let answer = try await fixture.token(form, proofs: [fixture.proof(key)])
        #expect(answer.accessToken == "access-2" && answer.dpopNonce != nil)
    }

    // MARK: Access tokens as subjects

    @Test("an API exchanges the access token that it received, and only as a client that is that API")
    func accessTokens() async throws {
        let test = try await FederationCase.makeWithTokens()
        let fixture = test.fixture
        let code = try await fixture.insertCode(for: test.client)
        let received = try await fixture.token(fixture.codeForm(code, from: test.client)).accessToken
        let changes = [("subject_token_type", FederationCase.accessTokenType as String?)]
        #expect(try await fixture.refusal(of: test.form(received, changes)).kind == .unauthorizedClient)
        let api = try await test.with { client in
            (client.appType, client.resourceServerIdentifier) = (.resourceServer, EngineFixture.audience)
        }
        #expect(try await fixture.token(api.form(received, changes)).accessToken == "access-2")
        let other = try await api.with { $0.resourceServerIdentifier = "https://other.example.test/" }
        let error = try await fixture.refusal(of: other.form(received, changes))
        #expect(error.kind == .invalidRequest && error.description == "The subject_token is not valid.")
        let again = try await api.with { _ in }
        fixture.clock.advance(by: .days(2))
        #expect(try await fixture.refusal(of: again.form(received, changes)).kind == .invalidRequest)
    }
}
