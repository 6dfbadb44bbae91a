import OAuthProtocol
import Storage
import TestSupport
import Testing

extension Literal {
    /// Contract 7.6, 22.2.
    static let verificationCodes: [Literal] = [
        Literal("7.6: wrong mailed code", 403, "invalid_grant", "Wrong email or verification code.") {
            let server = try await PasswordlessCase.server()
            let code = try await PasswordlessCase.startEmail(server)
            return try await PasswordlessCase.redeem(server, EngineFixture.otherCode(than: code))
        },
        Literal("7.6: a code that nobody asked for", 403, "invalid_grant", "Wrong email or verification code.") {
            try await PasswordlessCase.redeem(PasswordlessCase.server(), "123456")
        },
        Literal("7.6: wrong texted code", 403, "invalid_grant", "Wrong phone number or verification code.") {
            let server = try await PasswordlessCase.server()
            _ = try await PasswordlessCase.start(server, [("connection", "sms"), ("phone_number", PasswordlessCase.phone)])
            let wrong = EngineFixture.otherCode(than: try #require(server.fixture.textedCode))
            return try await PasswordlessCase.redeem(server, wrong, [("username", PasswordlessCase.phone), ("realm", "sms")])
        },
        Literal("20.1: unknown property", 400, "bad.request", "the following properties are not allowed: colour") {
            try await PasswordlessCase.start(PasswordlessCase.server(), [("colour", "red")])
        },
        Literal("20.1: unknown connection", 400, "bad.connection", "the connection was not found") {
            try await PasswordlessCase.start(PasswordlessCase.server(), [("connection", "nowhere"), ("email", "a@b.test")])
        },
    ]

    /// Contract 7.7, 17, 22.2.
    static let secondFactors: [Literal] = [
        Literal("17.1: a factor is needed", 403, "mfa_required", "Multifactor authentication required") {
            let answer = try await MultifactorCase.make().logIn()
            #expect(answer.member("mfa_token")?.isEmpty == false && answer.json?["mfa_requirements"]?.object != nil)
            return answer
        },
        Literal("7.7: wrong one-time password", 403, "invalid_grant", "Invalid otp_code.") {
            let mfa = try await MultifactorCase.make()
            let (secret, _) = try await mfa.enroll()
            return try await mfa.answer(try await mfa.mfaToken(), otp: EngineFixture.otherCode(than: mfa.code(secret)))
        },
        Literal("7.7: wrong code of a message", 403, "invalid_grant", "Invalid binding_code.") {
            let mfa = try await MultifactorCase.make(isEmailVerified: true)
            let token = try await mfa.mfaToken()
            let oob = try await mfa.challenge(token, [("challenge_type", "oob")]).member("oob_code") ?? ""
            let wrong = EngineFixture.otherCode(than: try #require(mfa.fixture.mailedCode))
            return try await mfa.answer(token, oob: oob, binding: wrong)
        },
        Literal("7.7: a challenge that was never made", 403, "invalid_grant", "MFA Authorization rejected.") {
            let mfa = try await MultifactorCase.make(isEmailVerified: true)
            return try await mfa.answer(try await mfa.mfaToken(), oob: "unknown", binding: "123456")
        },
        Literal("7.7: wrong recovery code", 403, "invalid_grant", "MFA Authorization rejected.") {
            let mfa = try await MultifactorCase.make()
            _ = try await mfa.enroll()
            let wrong = String(repeating: "A", count: 24)
            return try await mfa.token(.mfaRecoveryCode, [("mfa_token", try await mfa.mfaToken()), ("recovery_code", wrong)])
        },
        Literal("7.7: expired token", 401, "expired_token", "mfa_token is expired") {
            let mfa = try await MultifactorCase.make()
            let token = try await mfa.mfaToken()
            mfa.fixture.clock.advance(by: .minutes(10))
            return try await mfa.answer(token, otp: "123456")
        },
        Literal("7.7: garbage for a token", 401, "invalid_grant", "Malformed mfa_token") {
            try await MultifactorCase.make().answer("garbage", otp: "123456")
        },
        Literal("17.3: garbage for a token", 401, "invalid_grant", "Malformed mfa_token") {
            try await MultifactorCase.make().challenge("garbage")
        },
        Literal("17.3: nothing enrolled", 403, "unsupported_challenge_type", "User is not enrolled with guardian") {
            let mfa = try await MultifactorCase.make()
            return try await mfa.challenge(try await mfa.mfaToken())
        },
        Literal("17.4: enrolled already", 403, "access_denied", "User is already enrolled.") {
            let mfa = try await MultifactorCase.make()
            _ = try await mfa.enroll()
            return try await mfa.associate(MultifactorCase.otp, with: try await mfa.mfaToken())
        },
        Literal("7.7: too many wrong codes", 429, "too_many_attempts", nil) {
            let mfa = try await MultifactorCase.make()
            let (secret, _) = try await mfa.enroll()
            let wrong = EngineFixture.otherCode(than: mfa.code(secret))
            for _ in 0..<10 { _ = try await mfa.answer(try await mfa.mfaToken(), otp: wrong) }
            return try await mfa.answer(try await mfa.mfaToken(), otp: wrong)
        },
    ]

    /// Contract 16.1, 22.2.
    static let proofsOfPossession: [Literal] = [
        Literal("16.1: a public client's proof needs a nonce", 400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof") {
            let (journey, code) = try await LiteralScene.code()
            let proof = try TestKey().proof(at: journey.fixture.now, jti: "1")
            let answer = try await journey.server.send(
                .form("/oauth/token", journey.exchangeParameters(code: code)).with("DPoP", proof))
            #expect(answer.header("DPoP-Nonce")?.isEmpty == false)
            return answer
        },
        Literal("16.1: a bad proof", 400, "invalid_dpop_proof", nil) {
            let server = try await TestServer.make()
            let pairs = [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]
            return try await server.token(as: server.fixture.machine, pairs, dpop: "x.y.z")
        },
    ]

    /// Contract 13.2, 13.3, 13.5, 21.3, 22.2.
    static let databases: [Literal] = [
        Literal("13.3: a weak password", 400, "invalid_password", nil) {
            let answer = try await signUp(email: "new@example.test", password: "short")
            let rules = answer.json?["description"]?.object?["rules"]?.array ?? []
            #expect(!rules.isEmpty && answer.member("message") == "Password is too weak" && answer.member("policy") != nil)
            return answer
        }.named("PasswordStrengthError"),
        Literal("13.2: the address is taken", 400, "invalid_signup", "Invalid sign up") {
            try await signUp(email: EngineFixture.email, password: "Battery-Staple-9")
        }.named("BadRequestError"),
        Literal("13.2: the address is taken, and strangers may know", 400, "user_exists", "The user already exists.") {
            try await signUp(email: EngineFixture.email, password: "Battery-Staple-9") {
                $0.enablePublicSignupUserExistsError = true
            }
        }.named("BadRequestError"),
        Literal("13.5: a wrong password on a hosted page", 401, "invalid_user_password", "Wrong email or password.") {
            let server = try await TestServer.make()
            var journey = Journey(server, server.fixture.spa)
            let page = try await journey.authorize().page()
            return try await journey.browser.send(.json("/usernamepassword/login", [
                ("client_id", journey.client.clientID), ("redirect_uri", EngineFixture.callback), ("response_type", "code"),
                ("state", TestURL.parameters(of: page.path)["state"] ?? ""), ("username", EngineFixture.email),
                ("password", "wrong"), ("connection", server.fixture.connection.name), ("tenant", "default"),
            ]))
        },
    ]

    private static func signUp(
        email: String, password: String, _ change: (inout TenantSettings) -> Void = { _ in }
    ) async throws -> WireAnswer {
        let server = try await TestServer.make()
        try await server.withSettings(change)
        return try await server.send(.json("/dbconnections/signup", [
            ("client_id", server.fixture.spa.clientID), ("connection", server.fixture.connection.name), ("email", email),
            ("password", password),
        ]))
    }
}
