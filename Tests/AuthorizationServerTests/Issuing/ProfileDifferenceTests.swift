import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The same client under Auth0's rules and under the standard's (contract 24; conformance 1.4).
@Suite struct ProfileDifferenceTests {
    private func tokens(_ profile: WireProfile, scopes: Scopes, audience: String? = nil) async throws -> (EngineFixture, TokenResponse) {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = profile }
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["scope": scopes.description, "audience": audience ?? ""])
        return (fixture, try await fixture.token(fixture.codeForm(try #require(answer["code"]), from: client, [("code_verifier", nil)])))
    }

    private func userinfo(_ fixture: EngineFixture, _ token: String) async throws -> JSONObject {
        let answer = try await UserInfoEndpoint(fixture.context).respond(to: PresentedAccessToken(token: token), in: fixture.request())
        guard case .json(let claims) = answer else { throw OAuthError(.serverError, "expected JSON") }
        return claims
    }

    @Test("updated_at: Auth0's text, everybody else's number")
    func updatedAt() async throws {
        let (auth0, first) = try await tokens(.auth0, scopes: ["openid", "profile"])
        #expect(try await userinfo(auth0, first.accessToken)["updated_at"]?.string?.hasSuffix("Z") == true)
        let (standard, second) = try await tokens(.standard, scopes: ["openid", "profile"])
        #expect(try await userinfo(standard, second.accessToken)["updated_at"]?.integer == standard.user.updatedAt.seconds)
    }

    @Test("the claims of scopes are in Auth0's ID tokens, and at userinfo for everybody")
    func scopeClaims() async throws {
        for profile in [WireProfile.auth0, .standard] {
            let (fixture, tokens) = try await tokens(profile, scopes: ["openid", "email"])
            let idToken = try await fixture.verified(try #require(tokens.idToken)).payload
            #expect((idToken["email"] != nil) == (profile == .auth0))
            #expect(try await userinfo(fixture, tokens.accessToken)["email"]?.string == EngineFixture.email)
        }
    }

    @Test("an ID token alone has them in every profile", arguments: [WireProfile.auth0, .standard])
    func aloneHasClaims(_ profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = profile }
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["response_type": "id_token", "scope": "openid email"])
        #expect(try await fixture.verified(try #require(answer["id_token"])).payload["email"]?.string == EngineFixture.email)
    }

    @Test("a client can ask for them in the ID token, or without them")
    func ownChoice() async throws {
        for (profile, wants) in [(WireProfile.standard, true), (.auth0, false)] {
            let fixture = try await EngineFixture.make()
            let client = try await fixture.changed(fixture.web) { client in
                (client.wireProfile, client.responses.claimsInIDToken) = (profile, wants)
            }
            let code = try await fixture.insertCode(for: client, scopes: ["openid", "email"], audience: nil)
            let idToken = try #require(try await fixture.token(fixture.codeForm(code, from: client)).idToken)
            #expect((try await fixture.verified(idToken).payload["email"] != nil) == wants)
        }
    }

    @Test("auth_time: always, or with Auth0 only when asked for")
    func authTime() async throws {
        for (profile, isThere) in [(WireProfile.auth0, false), (.standard, true)] {
            let (fixture, tokens) = try await tokens(profile, scopes: ["openid"])
            let idToken = try await fixture.verified(try #require(tokens.idToken)).payload
            #expect((idToken["auth_time"]?.integer != nil) == isThere)
        }
    }

    @Test("an unknown API: access_denied with Auth0, invalid_target elsewhere")
    func unknownAPI() async throws {
        for (profile, code) in [(WireProfile.auth0, "access_denied"), (.standard, "invalid_target")] {
            let fixture = try await EngineFixture.make()
            let client = try await fixture.changed(fixture.web) { $0.wireProfile = profile }
            var browser = EngineBrowser(fixture)
            let answer = try EngineBrowser.answer(await browser.authorize(client, ["audience": "https://nobody.test/"]))
            #expect(answer["error"] == code)
        }
    }

    @Test("an unasked verifier is refused outside Auth0's profile")
    func unaskedVerifier() async throws {
        for (profile, isRefused) in [(WireProfile.auth0, false), (.standard, true)] {
            let fixture = try await EngineFixture.make()
            let client = try await fixture.changed(fixture.web) { $0.wireProfile = profile }
            let code = try await fixture.insertCode(for: client) { ($0.codeChallenge, $0.codeChallengeMethod) = (nil, nil) }
            let form = fixture.codeForm(code, from: client)
            if isRefused {
                #expect(try await fixture.refusal(of: form).kind == .invalidGrant)
            } else {
                _ = try await fixture.token(form)
            }
        }
    }

    @Test("a client's own profile counts before the tenant's, a client without one has the tenant's")
    func effective() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultWireProfile = .standard
        var client = fixture.web
        #expect(fixture.context.profile(of: client) == .standard && fixture.context.profile(of: nil) == .standard)
        client.wireProfile = .auth0
        #expect(fixture.context.profile(of: client) == .auth0)
    }
}
