import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Which grants of a client's record count (contract 2.1, 4.7).
@Suite struct GrantEligibilityTests {
    private static let all: [GrantType] = [
        .authorizationCode, .implicit, .refreshToken, .clientCredentials, .password, .passwordRealm, .passwordlessOTP, .mfaOTP,
        .webauthn, .deviceCode, .ciba, .tokenExchange, .jwtBearer,
    ]

    /// The stored client as it counts.
    private func usable(
        _ fixture: EngineFixture, _ client: Client, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> [GrantType] {
        let stored = try await fixture.changed(client) { client in
            client.grantTypes = Self.all
            change(&client)
        }
        return try #require(try await fixture.context.client(stored.clientID)).grantTypes
    }

    @Test("a confidential client of the tenant's own has all but the device's")
    func confidential() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await usable(fixture, fixture.web) == Self.all.filter { $0 != .deviceCode })
    }

    @Test("public clients do not act in their own name; devices are native, public and OIDC conformant")
    func native() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await usable(fixture, fixture.native) == Self.all.filter { $0 != .clientCredentials })
        let legacy = try await usable(fixture, fixture.native) { $0.oidcConformant = false }
        #expect(!legacy.contains(.deviceCode))
        let confidential = try await usable(fixture, fixture.native) { $0.tokenEndpointAuthMethod = .clientSecretPost }
        #expect(!confidential.contains(.deviceCode))
    }

    @Test("single-page applications get no codes to type, nor a device's")
    func spa() async throws {
        let fixture = try await EngineFixture.make()
        let missing: [GrantType] = [.clientCredentials, .passwordlessOTP, .deviceCode]
        #expect(try await usable(fixture, fixture.spa) == Self.all.filter { !missing.contains($0) })
    }

    @Test("strict third parties have three, whatever their records say")
    func strict() async throws {
        let fixture = try await EngineFixture.make()
        #expect(
            try await usable(fixture, fixture.web) { $0.isFirstParty = false }
                == [.authorizationCode, .refreshToken, .clientCredentials])
        #expect(try await usable(fixture, fixture.native) { $0.isFirstParty = false } == [.authorizationCode, .refreshToken])
    }

    @Test("permissive ones that an administrator made have what their records say")
    func permissive() async throws {
        let fixture = try await EngineFixture.make()
        let grants = try await usable(fixture, fixture.web) { ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive) }
        #expect(grants == Self.all.filter { $0 != .deviceCode })
    }

    @Test("the tenant adds grants, for those who registered as well, and takes them back")
    func tenant() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.registration.grantTypes = [.authorizationCode, .implicit, .deviceCode, .ciba, .password]
        let registered = { (client: inout Client) in
            (client.isFirstParty, client.thirdPartySecurityMode) = (false, .permissive)
            client.registration = ClientRegistration(origin: .dynamic)
        }
        #expect(try await usable(fixture, fixture.web, registered) == [.authorizationCode, .implicit, .deviceCode, .ciba])
        #expect(
            try await usable(fixture, fixture.web) { $0.isFirstParty = false } == [.authorizationCode, .ciba],
            "strict: no implicit; not registered: a device must be native")
        fixture.tenant.settings.registration.grantTypes = []
        #expect(try await usable(fixture, fixture.web, registered).isEmpty)
    }

    @Test("the token endpoint and the endpoints that begin a flow refuse what does not count", arguments: [
        "token", "device", "ciba", "start", "challenge",
    ])
    func endpoints(_ place: String) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        let client = try await fixture.changed(place == "start" || place == "challenge" ? fixture.spa : fixture.web) { client in
            client.grantTypes = Self.all
            if place == "ciba" { client.isFirstParty = false }
        }
        let form = { (pairs: [(String, String)]) in FormParameters(fixture.form(pairs, of: client, [])) }
        let error = await #expect(throws: OAuthError.self) {
            switch place {
            case "token":
                _ = try await fixture.token(
                    fixture.form([("grant_type", GrantType.deviceCode.rawValue), ("device_code", "x")], of: client, []))
            case "device":
                _ = try await DeviceAuthorizationEndpoint(fixture.context).respond(
                    to: form([("scope", "openid")]), authorization: nil, in: fixture.request())
            case "ciba":
                _ = try await BackchannelAuthenticationEndpoint(fixture.context).respond(
                    to: form([("scope", "openid"), ("login_hint", EngineFixture.email)]), authorization: nil,
                    in: fixture.request())
            case "start":
                _ = try await PasswordlessStart(fixture.context).respond(
                    to: form([("connection", "email"), ("email", EngineFixture.email), ("send", "code")]), authorization: nil,
                    in: fixture.request())
            default:
                _ = try await OTPChallenge(fixture.context).respond(
                    to: form([("connection", "email"), ("email", EngineFixture.email)]), authorization: nil,
                    in: fixture.request())
            }
        }
        #expect(error?.kind == .unauthorizedClient)
        #expect(fixture.mail.messages.isEmpty)
    }
}
