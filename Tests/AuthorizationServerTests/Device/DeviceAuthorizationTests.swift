import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `POST /oauth/device/code` and the page that takes the code (RFC 8628, contract 14).
@Suite struct DeviceAuthorizationTests {
    private func respond(_ fixture: EngineFixture, _ pairs: [(String, String)]) async throws -> JSONObject {
        try await DeviceAuthorizationEndpoint(fixture.context).respond(
            to: FormParameters(pairs), authorization: nil, in: fixture.request()).json
    }

    @Test("the answer, in Auth0's order")
    func answer() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.native) { $0.grantTypes = [.deviceCode] }
        let answer = try await respond(fixture, [("client_id", client.clientID), ("scope", "openid")])
        #expect(answer.members.map(\.name) == [
            "device_code", "user_code", "verification_uri", "expires_in", "interval", "verification_uri_complete",
        ])
        let code = try #require(answer["user_code"]?.string)
        #expect(code.wholeMatch(of: /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/) != nil)
        #expect(Base64URL.decode(try #require(answer["device_code"]?.string))?.count == 32)
        #expect(answer["verification_uri"] == "https://default.test/activate" && answer["expires_in"] == 900 && answer["interval"] == 5)
        #expect(answer["verification_uri_complete"]?.string == "https://default.test/activate?user_code=\(code)")
    }

    @Test("the tenant's mask and alphabet")
    func mask() async throws {
        var fixture = try await EngineFixture.make()
        (fixture.tenant.settings.device.charset, fixture.tenant.settings.device.mask) = (.digits, "*** *** ***")
        let client = try await fixture.changed(fixture.native) { $0.grantTypes = [.deviceCode] }
        let code = try await respond(fixture, [("client_id", client.clientID)])["user_code"]?.string ?? ""
        #expect(code.wholeMatch(of: /[0-9]{3} [0-9]{3} [0-9]{3}/) != nil)
    }

    @Test("without the grant, as nobody, with an unknown API or a broken scope: refused")
    func refused() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.native) { ($0.grantTypes, $0.wireProfile) = ([.deviceCode], .standard) }
        let cases: [([(String, String)], OAuthError.Kind)] = [
            ([("client_id", fixture.spa.clientID)], .unauthorizedClient), ([("client_id", "nobody")], .invalidClient), ([], .invalidClient),
            ([("client_id", client.clientID), ("audience", "https://nobody.test/")], .invalidTarget),
            ([("client_id", client.clientID), ("scope", "a\"b")], .invalidScope),
            ([("client_id", client.clientID), ("scope", "a"), ("scope", "b")], .invalidRequest),
        ]
        for (pairs, kind) in cases {
            let error = await #expect(throws: OAuthError.self) { try await respond(fixture, pairs) }
            #expect(error?.kind == kind || (pairs.isEmpty && error?.kind == .invalidRequest))
        }
    }

    @Test("a code may be typed in any case, with or without separators")
    func normalised() async throws {
        let device = try await DeviceCase.start()
        let bare = device.userCode.filter { $0 != "-" }
        for typed in [device.userCode, bare, bare.lowercased(), " \(device.userCode.lowercased()) ", bare.map(String.init).joined(separator: " ")] {
            var browser = EngineBrowser(device.fixture)
            guard case .leave = try await device.type(typed, &browser) else { Issue.record("refused \(typed)"); continue }
        }
    }

    @Test("wrong codes are told apart from nothing else", arguments: ["", "-", "BCDF-GHJK", "ÄÄÄÄ-ÄÄÄÄ", "%", "0123456789012345678901", "ⅣⅣⅣⅣ"])
    func wrongCode(_ typed: String) async throws {
        let device = try await DeviceCase.start()
        var browser = EngineBrowser(device.fixture)
        guard case .show(let prompt, _) = try await device.type(typed, &browser) else { Issue.record("accepted"); return }
        #expect(prompt.problem == .unknownCode && prompt.userCode == typed)
    }

    @Test("one address may guess so often and then even the right code must wait; another address is free")
    func brake() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.attackProtection.userCodesPerAddress = Bucket(capacity: 3, refillInterval: 30) }
        let device = try await DeviceCase.start(.standard, fixture)
        var browser = EngineBrowser(fixture)
        for _ in 0..<3 { _ = try await device.type("WRNG-WRNG", &browser) }
        guard case .show(let prompt, _) = try await device.type(device.userCode, &browser) else { Issue.record("accepted"); return }
        #expect(prompt.problem == .tooManyAttempts)
        var other = EngineBrowser(fixture)
        other.address = "198.51.100.9"
        guard case .leave = try await device.type(device.userCode, &other) else { Issue.record("refused"); return }
        fixture.clock.advance(by: 30)
        guard case .leave = try await device.type(device.userCode, &browser) else { Issue.record("refused"); return }
    }

    @Test("a forged page, another browser's and no cookie are refused")
    func forged() async throws {
        let device = try await DeviceCase.start()
        var (one, other) = (EngineBrowser(device.fixture), EngineBrowser(device.fixture))
        let step = ActivationStep(device.fixture.context)
        guard case .show(let prompt, let changes) = step.show(userCode: nil, browser: one.cookies, in: one.request) else { return }
        one.keep(changes)
        for csrf in ["", "forged", prompt.csrf + "x"] {
            guard case .show(let again, _) = try await device.type(device.userCode, &one, csrf: csrf) else { Issue.record("accepted"); return }
            #expect(again.problem == .expiredPage)
        }
        guard case .show(let again, _) = try await device.type(device.userCode, &other, csrf: prompt.csrf) else {
            Issue.record("accepted")
            return
        }
        #expect(again.problem == .expiredPage)
        let cookieless = try await step.submit(
            userCode: device.userCode, csrf: prompt.csrf, browser: BrowserState(), in: one.request)
        guard case .show = cookieless else { Issue.record("accepted"); return }
    }

    @Test("an expired or decided code is an unknown one", arguments: ["expired", "approved", "denied"])
    func over(_ how: String) async throws {
        let device = try await DeviceCase.start()
        if how == "expired" { device.fixture.clock.advance(by: 900) } else { _ = try await device.decide(how == "approved") }
        var browser = EngineBrowser(device.fixture)
        guard case .show(let prompt, _) = try await device.type(device.userCode, &browser) else { Issue.record("accepted"); return }
        #expect(prompt.problem == .unknownCode)
    }
}
