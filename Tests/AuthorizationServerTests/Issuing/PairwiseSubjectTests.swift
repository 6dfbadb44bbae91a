import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Pairwise subjects (OIDC Core 8).
@Suite struct PairwiseSubjectTests {
    private func pairwise(_ client: Client, _ callback: String) -> Client {
        var client = client
        (client.responses.subjectType, client.callbacks) = (.pairwise, [callback])
        return client
    }

    @Test("stable for a client, the same within a sector, different between sectors, and not the user's id")
    func sectors() async throws {
        let fixture = try await EngineFixture.make()
        let subjects = SubjectIdentifier(fixture.context)
        let one = pairwise(fixture.web, "https://one.test/cb")
        let same = pairwise(fixture.spa, "https://one.test/other")
        let other = pairwise(fixture.web, "https://two.test/cb")
        let first = try await subjects.subject(of: fixture.user.userID, for: one)
        #expect(try await subjects.subject(of: fixture.user.userID, for: one) == first)
        #expect(try await subjects.subject(of: fixture.user.userID, for: same) == first)
        #expect(try await subjects.subject(of: fixture.user.userID, for: other) != first)
        #expect(try await subjects.subject(of: "auth0|another", for: one) != first)
        #expect(!first.contains("auth0") && first.utf8.count <= 255 && first.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("the sector identifier's host counts before the callback's")
    func sectorIdentifier() async throws {
        let fixture = try await EngineFixture.make()
        let subjects = SubjectIdentifier(fixture.context)
        var one = pairwise(fixture.web, "https://one.test/cb")
        var two = pairwise(fixture.web, "https://two.test/cb")
        (one.responses.sectorIdentifierURI, two.responses.sectorIdentifierURI) = ("https://s.test/a", "https://s.test/b")
        let first = try await subjects.subject(of: fixture.user.userID, for: one)
        #expect(try await subjects.subject(of: fixture.user.userID, for: two) == first)
    }

    @Test("only a client of the sector can be led back to the user")
    func reversible() async throws {
        let fixture = try await EngineFixture.make()
        let subjects = SubjectIdentifier(fixture.context)
        let one = pairwise(fixture.web, "https://one.test/cb")
        let subject = try await subjects.subject(of: fixture.user.userID, for: one)
        #expect(try await subjects.userID(from: subject, for: one) == fixture.user.userID)
        #expect(try await subjects.userID(from: subject, for: pairwise(fixture.web, "https://two.test/cb")) == nil)
        for wrong in [fixture.user.userID, "", "AAAA", String(subject.dropLast()), subject + "A"] {
            #expect(try await subjects.userID(from: wrong, for: one) == nil)
        }
    }

    @Test("the pseudonym outlives the process: the secret is the database's")
    func otherNode() async throws {
        let fixture = try await EngineFixture.make()
        let client = pairwise(fixture.web, "https://one.test/cb")
        let here = try await SubjectIdentifier(fixture.context).subject(of: fixture.user.userID, for: client)
        let there = try await SubjectIdentifier(fixture.otherNode(over: fixture.engine)).subject(of: fixture.user.userID, for: client)
        #expect(here == there)
    }

    @Test("public clients and clients in their own name see ids")
    func publicSubjects() async throws {
        let fixture = try await EngineFixture.make()
        let subjects = SubjectIdentifier(fixture.context)
        #expect(try await subjects.subject(of: fixture.user.userID, for: fixture.web) == fixture.user.userID)
        let client = pairwise(fixture.machine, "https://one.test/cb")
        let own = "\(client.clientID)@clients"
        #expect(try await subjects.subject(of: own, for: client) == own)
    }

    /// A code flow of a pairwise client, exchanged.
    private func tokens(_ audience: String?) async throws -> (EngineFixture, Client, TokenResponse) {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.responses.subjectType = .pairwise }
        let code = try await fixture.insertCode(for: client, scopes: ["openid", "email"], audience: audience)
        return (fixture, client, try await fixture.token(fixture.codeForm(code, from: client)))
    }

    @Test("ID token, access token and userinfo name the same pseudonym, by JWT and opaque token", arguments: [EngineFixture.audience, nil])
    func everywhere(_ audience: String?) async throws {
        let (fixture, client, tokens) = try await tokens(audience)
        let subject = try await SubjectIdentifier(fixture.context).subject(of: fixture.user.userID, for: client)
        #expect(try await fixture.verified(try #require(tokens.idToken)).payload["sub"]?.string == subject)
        if audience != nil { #expect(try await fixture.verified(tokens.accessToken).payload["sub"]?.string == subject) }
        let answer = try await UserInfoEndpoint(fixture.context).respond(
            to: PresentedAccessToken(token: tokens.accessToken), in: fixture.request())
        guard case .json(let claims) = answer else { Issue.record("no JSON"); return }
        #expect(claims["sub"]?.string == subject && claims["email"]?.string == EngineFixture.email)
    }

    @Test("a pairwise ID token is a good hint for its client")
    func hint() async throws {
        let (fixture, client, tokens) = try await tokens(nil)
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(client)
        let hint = try #require(tokens.idToken)
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none", "id_token_hint": hint]))
        #expect(answer["code"] != nil)
    }

    @Test("a pairwise sub in the claims parameter means its user")
    func claimsParameter() async throws {
        let (fixture, client, _) = try await tokens(nil)
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(client)
        let subject = try await SubjectIdentifier(fixture.context).subject(of: fixture.user.userID, for: client)
        for (value, isGood) in [(subject, true), (fixture.user.userID + "x", false)] {
            let claims = #"{"id_token":{"sub":{"value":"\#(value)"}}}"#
            let answer = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none", "claims": claims]))
            #expect((answer["code"] != nil) == isGood)
        }
    }
}
