import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 17.2, 17.4 and 17.5 over HTTP, and what an attacker with a password alone might try.
@Suite struct EnrollmentTests {
    private typealias Case = MultifactorCase

    @Test("enrolling an application answers secret, address and recovery code; it counts once confirmed")
    func application() async throws {
        let mfa = try await Case.make()
        let token = try await mfa.mfaToken()
        let answer = try await mfa.associate(Case.otp, with: token)
        #expect(answer.json?.members.map(\.name) == ["authenticator_type", "secret", "barcode_uri", "recovery_codes"])
        let secret = try #require(answer.member("secret"))
        #expect(Base32.decode(secret)?.count == 20)
        let label = "otpauth://totp/Martlet:user%40example.test"
        let expected = "\(label)?secret=\(secret)&issuer=Martlet&algorithm=SHA1&digits=6&period=30"
        #expect(answer.member("barcode_uri") == expected)
        let entries = try await mfa.list(with: token)
        #expect(entries.map { $0["active"]?.bool } == [false, false])
        #expect(entries.map { $0["type"]?.string } == ["otp", "recovery-code"])
        #expect(try await mfa.answer(token, otp: mfa.code(try #require(Base32.decode(secret)))).status == 200)
        #expect(try await mfa.list(with: try await mfa.mfaToken()).map { $0["active"]?.bool } == [true, true])
    }

    @Test("whoever has a factor cannot enrol another with a password alone")
    func alreadyEnrolled() async throws {
        let mfa = try await Case.make()
        _ = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        for body in [Case.otp, Case.sms, Case.mail] {
            let refused = try await mfa.associate(body, with: token)
            #expect(refused.status == 403 && refused.error == "access_denied")
            #expect(refused.errorDescription == "User is already enrolled.")
        }
        let verified = try await Case.make(isEmailVerified: true)
        #expect(try await verified.associate(Case.otp, with: try await verified.mfaToken()).status == 403)
    }

    @Test("an application that was left unconfirmed before the user enrolled never counts")
    func plantedFactor() async throws {
        let mfa = try await Case.make()
        let attacker = try await mfa.mfaToken()
        let planted = try await mfa.associate(Case.sms, with: attacker)
        let plantedCode = try #require(mfa.fixture.textedCode)
        let plantedApp = try await mfa.associate(Case.otp, with: attacker)
        let secret = try #require(plantedApp.member("secret").flatMap { Base32.decode($0) })
        _ = try await mfa.enroll()
        #expect(try await mfa.answer(attacker, otp: mfa.code(secret)).status == 403)
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: mfa.code(secret)).status == 403)
        let refused = try await mfa.answer(attacker, oob: planted.member("oob_code") ?? "", binding: plantedCode)
        #expect(refused.status == 403)
        let recovery = plantedApp.json?["recovery_codes"]?.array?.first?.string ?? ""
        let stale = try await mfa.token(.mfaRecoveryCode, [("mfa_token", try await mfa.mfaToken()), ("recovery_code", recovery)])
        #expect(stale.status == 403)
    }

    @Test("another login's token cannot confirm an enrolment")
    func otherLogin() async throws {
        let mfa = try await Case.make()
        let made = try await mfa.associate(Case.otp, with: try await mfa.mfaToken())
        let secret = try #require(made.member("secret").flatMap { Base32.decode($0) })
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: mfa.code(secret)).status == 403)
    }

    @Test("with an access token a user enrols more, lists and removes")
    func accessToken() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let bearer = try await mfa.apiToken(secret)
        let made = try await mfa.associate(Case.sms, with: bearer)
        #expect(made.status == 200 && made.json?["recovery_codes"] == nil)
        let code = try #require(mfa.fixture.textedCode)
        let oob = try #require(made.member("oob_code"))
        #expect(try await mfa.answer(try await mfa.mfaToken(), oob: oob, binding: code).status == 200)
        let ids = try await mfa.list(with: bearer).compactMap { $0["id"]?.string }
        #expect(ids.count == 3)
        for id in ids { #expect(try await mfa.remove(id, with: bearer).status == 204) }
        #expect(try await mfa.list(with: bearer).isEmpty)
        #expect(try await mfa.remove(ids[0], with: bearer).status == 404)
    }

    @Test("a token of the multi-factor API has its own scopes, ten minutes, and no refresh token")
    func apiToken() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let scope = "enroll read:authenticators remove:authenticators offline_access read:items"
        let claims = try #require(Journey.claims(of: try await mfa.apiToken(secret, scope: scope)))
        #expect(claims["scope"]?.string == "enroll read:authenticators remove:authenticators")
        #expect(claims["aud"]?.string == "https://default.test/mfa/")
        #expect((claims["exp"]?.integer ?? 0) - (claims["iat"]?.integer ?? 0) == 600)
    }

    @Test("each call needs its scope, and a token for this API")
    func scopes() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let reader = try await mfa.apiToken(secret, scope: "read:authenticators")
        let refused = try await mfa.associate(Case.sms, with: reader)
        #expect(refused.status == 403 && refused.error == "insufficient_scope")
        #expect(try await mfa.remove("totp|dev_x", with: reader).status == 403)
        let token = try await mfa.mfaToken()
        let tokens = try await mfa.answer(token, otp: mfa.code(secret))
        let foreign = try await mfa.associate(Case.sms, with: tokens.member("access_token") ?? "")
        #expect(foreign.status == 401 && foreign.error == "invalid_token")
        for bearer in ["", "x", "a.b.c"] {
            #expect(try await mfa.associate(Case.sms, with: bearer).status == 401)
        }
    }

    @Test("the multi-factor API is not to be had by a login in the browser, which asks for no factor yet")
    func authorize() async throws {
        let mfa = try await Case.make()
        var journey = Journey(mfa.server, mfa.client)
        let landing = try await journey.authorize(["audience": "https://default.test/mfa/", "scope": "enroll"])
        #expect(try landing.callback()["error"] == "access_denied")
    }

    @Test("nobody removes another user's factor, nor any with an mfa_token")
    func foreignFactor() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let bearer = try await mfa.apiToken(secret)
        var factor = Authenticator(
            id: "totp|dev_other", userID: try await mfa.addUser().userID, kind: .totp, createdAt: mfa.fixture.now)
        factor.isActive = true
        try await mfa.fixture.stores.authenticators.insert(factor)
        let refused = try await mfa.remove(factor.id, with: bearer)
        #expect(refused.status == 404 && refused.error == "not_found")
        #expect(try await mfa.fixture.stores.authenticators.find(factor.id) != nil)
        let own = try #require(try await mfa.list(with: bearer).first?["id"]?.string)
        #expect(try await mfa.remove(own, with: try await mfa.mfaToken()).status == 401)
        #expect(try await mfa.list(with: bearer).count == 2)
    }

    @Test("a factor that the tenant does not offer is neither enrolled nor accepted")
    func disabledFactor() async throws {
        var mfa = try await Case.make { $0.factors = ["otp"] }
        let token = try await mfa.mfaToken()
        #expect(try await mfa.associate(Case.sms, with: token).status == 403)
        let made = try await mfa.associate(Case.otp, with: token)
        #expect(made.json?["recovery_codes"] == nil)
        let secret = try #require(made.member("secret").flatMap { Base32.decode($0) })
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 200)
        var fixture = mfa.fixture
        try await fixture.changeSettings { $0.multifactor.factors = ["email"] }
        mfa.server = try await TestServer.make(fixture)
        fixture.clock.advance(by: 30)
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: mfa.code(secret)).status == 403)
    }

    @Test("malformed enrolments are refused before anything is stored", arguments: [
        [:], ["authenticator_types": .strings(["push"])], ["authenticator_types": .array([1])],
        ["authenticator_types": .strings(["oob"])],
        ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["auth0"])],
        ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["sms"])],
        ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["sms"]), "phone_number": "12"],
        ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["email"]), "email": "nobody"],
    ] as [JSONObject])
    func malformed(_ body: JSONObject) async throws {
        let mfa = try await Case.make()
        let answer = try await mfa.associate(body, with: try await mfa.mfaToken())
        #expect(answer.status == 400 && answer.error == "invalid_request")
        #expect(try await mfa.fixture.stores.authenticators.list(of: mfa.fixture.user.userID).isEmpty)
    }
}
