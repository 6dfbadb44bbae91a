import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What a login that waits for its second factor was given, in the hands of another client, user, login or tenant
/// (contract 7.7, 9.6, 17).
@Suite struct MultifactorTheftTests {
    private typealias Case = MultifactorCase

    /// A user with an application, text messages and a recovery code.
    private struct Armed {
        let mfa: Case
        let secret: [UInt8]
        let recovery: String

        static func make() async throws -> Armed {
            let mfa = try await Case.make()
            let (secret, recovery) = try await mfa.enroll()
            let made = try await mfa.associate(Case.sms, with: try await mfa.apiToken(secret))
            let code = try #require(mfa.fixture.textedCode)
            let oob = try #require(made.member("oob_code"))
            #expect(try await mfa.answer(try await mfa.mfaToken(), oob: oob, binding: code).status == 200)
            return Armed(mfa: mfa, secret: secret, recovery: recovery)
        }

        /// A right answer for each grant, asked for by the login of `token`.
        func proof(_ grant: GrantType, for token: String) async throws -> [(String, String)] {
            switch grant {
            case .mfaOTP: return [("otp", mfa.code(secret))]
            case .mfaRecoveryCode: return [("recovery_code", recovery)]
            default:
                let asked = try await mfa.challenge(token, [("challenge_type", "oob")])
                return [
                    ("oob_code", try #require(asked.member("oob_code"))), ("binding_code", try #require(mfa.fixture.textedCode)),
                ]
            }
        }
    }

    static let grants: [GrantType] = [.mfaOTP, .mfaOOB, .mfaRecoveryCode]

    @Test("a stolen mfa_token is nothing at another client, with a right answer too, and stays its owner's", arguments: grants)
    func otherClient(_ grant: GrantType) async throws {
        let armed = try await Armed.make()
        let thief = try await armed.mfa.server.thief()
        let token = try await armed.mfa.mfaToken()
        let proof = try await armed.proof(grant, for: token)
        for client in [thief, armed.mfa.fixture.native] {
            let stolen = try await armed.mfa.token(grant, [("mfa_token", token)] + proof, from: client)
            #expect(stolen.isRefusal(401...401) && stolen.errorDescription == "Malformed mfa_token")
            #expect(try await armed.mfa.challenge(token, from: client).errorDescription == "Malformed mfa_token")
        }
        let unproved = [("client_id", armed.mfa.client.clientID), ("grant_type", grant.rawValue), ("mfa_token", token)] + proof
        #expect(try await armed.mfa.server.send(.json("/oauth/token", unproved)).isRefusal(401...401))
        #expect(try await armed.mfa.token(grant, [("mfa_token", token)] + proof).status == 200)
        #expect(try await armed.mfa.token(grant, [("mfa_token", token)] + proof).isRefusal())
    }

    @Test("another client's credentials beside a stolen mfa_token enrol nothing")
    func enrolmentByThief() async throws {
        let mfa = try await Case.make()
        let thief = try await mfa.server.thief()
        var body = Case.otp
        body["client_id"] = .string(thief.clientID)
        body["client_secret"] = thief.clientSecret.map { .string($0.revealed) }
        let refused = try await mfa.associate(body, with: try await mfa.mfaToken())
        #expect(refused.status == 401 && refused.error == "invalid_client")
        #expect(try await mfa.fixture.stores.authenticators.list(of: mfa.fixture.user.userID).isEmpty)
    }

    @Test("tokens of other kinds are no mfa_token, and an mfa_token is nothing else")
    func otherKinds() async throws {
        let armed = try await Armed.make()
        let mfa = armed.mfa
        try await mfa.server.withSettings { $0.introspection = true }
        let tokens = try await mfa.answer(try await mfa.mfaToken(), otp: mfa.code(armed.secret))
        mfa.fixture.clock.advance(by: 30)
        let api = try await mfa.apiToken(armed.secret)
        let others = ["access_token", "id_token", "refresh_token"].map { tokens.member($0) ?? "" } + [api]
        for other in others {
            for grant in Self.grants {
                let proof = [("otp", mfa.code(armed.secret)), ("oob_code", "x"), ("binding_code", "x"), ("recovery_code", armed.recovery)]
                let answer = try await mfa.token(grant, [("mfa_token", other)] + proof)
                #expect(answer.isRefusal(401...401) && answer.errorDescription == "Malformed mfa_token")
            }
            #expect(try await mfa.challenge(other).status == 401)
        }
        let token = try await mfa.mfaToken()
        #expect(try await mfa.server.userinfo(token).isRefusal(401...401))
        #expect(try await mfa.remove("totp|dev_x", with: token).isRefusal(401...401))
        let introspected = try await mfa.server.ask("/oauth/introspect", as: mfa.client, [("token", token)])
        #expect(introspected.json?["active"] == false)
        let refresh = try await mfa.token(.refreshToken, [("refresh_token", token)])
        #expect(refresh.isRefusal() && refresh.error == "invalid_grant")
        #expect(try await mfa.token(.passwordlessOTP, [("auth_session", token), ("otp", "000000")]).isRefusal())
        #expect(try await mfa.token(.mfaOOB, [("mfa_token", token), ("oob_code", token), ("binding_code", "000000")]).isRefusal())
        #expect(try await mfa.answer(token, otp: mfa.code(armed.secret)).status == 200, "none of it used the token up")
    }

    @Test("an oob_code answers the login that asked for it: no later one of the same user, at the same client or another")
    func otherLogin() async throws {
        let armed = try await Armed.make()
        let mfa = armed.mfa
        let first = try await mfa.mfaToken()
        let proof = try await armed.proof(.mfaOOB, for: first)
        for token in [try await mfa.mfaToken(), try await mfa.mfaToken(from: mfa.fixture.native)] {
            let client = try await mfa.challenge(token).status == 200 ? mfa.client : mfa.fixture.native
            let stolen = try await mfa.token(.mfaOOB, [("mfa_token", token)] + proof, from: client)
            #expect(stolen.isRefusal(403...403) && stolen.errorDescription == "MFA Authorization rejected.")
        }
        #expect(try await mfa.token(.mfaOOB, [("mfa_token", first)] + proof).status == 200)
        let again = try await mfa.token(.mfaOOB, [("mfa_token", try await mfa.mfaToken())] + proof)
        #expect(again.errorDescription == "MFA Authorization rejected.", "a used binding_code")
    }

    @Test("an enrolment begun at one client with an access token is confirmed at no other")
    func enrolmentAtOtherClient() async throws {
        let armed = try await Armed.make()
        let mfa = armed.mfa
        let made = try await mfa.associate(Case.voice, with: try await mfa.apiToken(armed.secret))
        let proof = [("oob_code", try #require(made.member("oob_code"))), ("binding_code", try #require(mfa.fixture.spokenCode))]
        let native = mfa.fixture.native
        let elsewhere = try await mfa.mfaToken(from: native)
        #expect(try await mfa.token(.mfaOOB, [("mfa_token", elsewhere)] + proof, from: native).isRefusal(403...403))
        #expect(try await mfa.token(.mfaOOB, [("mfa_token", try await mfa.mfaToken())] + proof).status == 200)
    }

    @Test("another user's factors are neither asked for, answered with, enrolled over nor removed")
    func otherUser() async throws {
        let armed = try await Armed.make()
        let mfa = armed.mfa
        let attacker = try await mfa.addUser()
        let victimIDs = try await mfa.fixture.stores.authenticators.list(of: mfa.fixture.user.userID).map(\.id)
        let token = try await mfa.mfaToken(username: try #require(attacker.email))
        let made = try await mfa.associate(Case.otp, with: token)
        let secret = try #require(made.member("secret").flatMap { Base32.decode($0) })
        for id in victimIDs {
            let asked = try await mfa.challenge(token, [("authenticator_id", id)])
            #expect(asked.isRefusal(400...403) && asked.member("oob_code") == nil)
        }
        #expect(try await mfa.answer(token, otp: mfa.code(armed.secret)).isRefusal(403...403))
        let recovery = [("mfa_token", token), ("recovery_code", armed.recovery)]
        #expect(try await mfa.token(.mfaRecoveryCode, recovery).isRefusal(403...403))
        let victimProof = try await armed.proof(.mfaOOB, for: try await mfa.mfaToken())
        #expect(try await mfa.token(.mfaOOB, [("mfa_token", token)] + victimProof).isRefusal(403...403))
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 200)
        #expect(try await mfa.fixture.stores.authenticators.list(of: mfa.fixture.user.userID).map(\.id) == victimIDs)
    }

    @Test("whoever has any factor enrols no other with a password alone", arguments: [Authenticator.Kind.totp, .sms, .voice, .email])
    func alreadyEnrolled(_ kind: Authenticator.Kind) async throws {
        let mfa = try await Case.make()
        let early = try await mfa.mfaToken()
        let planted = try await mfa.associate(Case.otp, with: early)
        var factor = Authenticator(
            id: "\(kind.rawValue)|dev_real", userID: mfa.fixture.user.userID, kind: kind, createdAt: mfa.fixture.now)
        (factor.isActive, factor.name, factor.secret) = (true, "+4915187654321", SecretBytes(Array(repeating: 7, count: 20)))
        try await mfa.fixture.stores.authenticators.insert(factor)
        for token in [early, try await mfa.mfaToken()] {
            for body in [Case.otp, Case.sms, Case.voice, Case.mail] {
                let refused = try await mfa.associate(body, with: token)
                #expect(refused.status == 403 && refused.errorDescription == "User is already enrolled.")
            }
        }
        let secret = try #require(planted.member("secret").flatMap { Base32.decode($0) })
        #expect(try await mfa.answer(early, otp: mfa.code(secret)).isRefusal(403...403), "begun before the user had a factor")
    }

    @Test("the second factor gives what the first was asked for, whatever it asks itself", arguments: grants)
    func scopeWidening(_ grant: GrantType) async throws {
        let armed = try await Armed.make()
        let login = try await armed.mfa.logIn(scope: "read:items")
        let token = try #require(login.member("mfa_token"))
        let more = [
            ("scope", "openid offline_access read:items write:items"), ("audience", "https://default.test/mfa/"),
            ("resource", "https://other.example.test/"),
        ]
        let answer = try await armed.mfa.token(grant, [("mfa_token", token)] + armed.proof(grant, for: token) + more)
        let claims = Journey.claims(of: answer.member("access_token"))
        #expect(answer.isRefusal() || (claims?["scope"] == "read:items" && claims?["aud"]?.string == EngineFixture.audience))
        #expect(answer.member("refresh_token") == nil && answer.member("id_token") == nil)
    }

    @Test("one tenant's mfa_tokens, oob_codes and codes are nothing at another with the same clients and users")
    func tenants() async throws {
        let armed = try await Armed.make()
        let (mfa, name) = (armed.mfa, try #require(TenantID("neighbour")))
        var theirs = try await EngineFixture.make(engine: mfa.fixture.engine, tenant: name)
        try await theirs.allowProofs()
        try await theirs.changeSettings { $0.multifactor.policy = .always }
        func there(_ grant: GrantType, _ pairs: [(String, String)]) async throws -> WireAnswer {
            var request = WireRequest.json(
                "/oauth/token", Case.credentials(of: theirs.web) + [("grant_type", grant.rawValue)] + pairs)
            request.host = "neighbour.test"
            return try await mfa.server.send(request)
        }
        let login = [("username", EngineFixture.email), ("password", EngineFixture.password.revealed), ("scope", "openid")]
        let ownLogin = try await there(.password, login)
        let own = try #require(ownLogin.member("mfa_token"))
        let token = try await mfa.mfaToken()
        for grant in Self.grants {
            let proof = try await armed.proof(grant, for: token)
            #expect(try await there(grant, [("mfa_token", token)] + proof).isRefusal(401...401))
            #expect(try await there(grant, [("mfa_token", own)] + proof).isRefusal(403...403))
        }
        #expect(try await mfa.answer(token, otp: mfa.code(armed.secret)).status == 200)
    }
}
