import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct ClientAuthenticationTests {
    private func basic(_ text: String) -> String { "Basic " + Base64.encode(Array(text.utf8)) }

    private func authenticate(
        _ fixture: EngineFixture, _ form: [(String, String)], authorization: String? = nil
    ) async throws -> AuthenticatedClient {
        try await ClientAuthenticator(fixture.context).authenticate(
            FormParameters(form), authorization: authorization, in: fixture.request())
    }

    private func expectRefused(
        _ fixture: EngineFixture, _ form: [(String, String)], authorization: String? = nil,
        kind: OAuthError.Kind = .invalidClient, _ location: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await authenticate(fixture, form, authorization: authorization)
        }
        #expect(error?.kind == kind, sourceLocation: location)
        if kind == .invalidClient { #expect(error?.description == "Unauthorized", sourceLocation: location) }
    }

    @Test(
        "post and basic are interchangeable, whichever the client registered",
        arguments: [ClientAuthenticationMethod.clientSecretPost, .clientSecretBasic])
    func interchangeable(method: ClientAuthenticationMethod) async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.tokenEndpointAuthMethod = method
        #expect(try await fixture.stores.clients.update(client))
        let (id, secret) = (client.clientID, EngineFixture.secret.revealed)
        #expect(try await authenticate(fixture, [("client_id", id), ("client_secret", secret)]).hasProvedSecret)
        #expect(try await authenticate(fixture, [], authorization: basic("\(id):\(secret)")).hasProvedSecret)
        #expect(try await authenticate(fixture, [("client_id", id)], authorization: basic("\(id):\(secret)")).client == client)
    }

    @Test(
        "a confidential client without, with an empty or with a wrong secret is refused",
        arguments: [nil, "", "wrong", "fixture"])
    func confidential(secret: String?) async throws {
        let fixture = try await EngineFixture.make()
        let id = fixture.web.clientID
        await expectRefused(fixture, [("client_id", id)] + (secret.map { [("client_secret", $0)] } ?? []))
        await expectRefused(fixture, [], authorization: basic("\(id):\(secret ?? "")"))
    }

    @Test("a confidential client that has no secret cannot prove itself, not even by an empty one")
    func secretless() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.clientSecret = nil
        #expect(try await fixture.stores.clients.update(client))
        for secret in ["", "x"] {
            await expectRefused(fixture, [("client_id", client.clientID), ("client_secret", secret)])
        }
    }

    @Test("a public client needs no secret, and one that it sends is ignored")
    func publicClient() async throws {
        let fixture = try await EngineFixture.make()
        let id = fixture.spa.clientID
        for form in [[("client_id", id)], [("client_id", id), ("client_secret", "anything")]] {
            let authenticated = try await authenticate(fixture, form)
            #expect(authenticated.client == fixture.spa && !authenticated.hasProvedSecret)
        }
        #expect(try await authenticate(fixture, [], authorization: basic("\(id):")).client == fixture.spa)
    }

    @Test("an unknown client and a wrong secret are told apart by the audit reason only")
    func unknown() async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, [("client_id", "nobody"), ("client_secret", EngineFixture.secret.revealed)])
        await expectRefused(
            fixture, [("client_id", fixture.web.clientID.uppercased()), ("client_secret", EngineFixture.secret.revealed)])
    }

    @Test("no client at all is a missing parameter")
    func missing() async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, [], kind: .invalidRequest)
        await expectRefused(fixture, [("client_id", "")], kind: .invalidRequest)
        await expectRefused(fixture, [], authorization: "Bearer abc", kind: .invalidRequest)
    }

    @Test("a Basic header and a secret in the body are one proof too many")
    func twoProofs() async throws {
        let fixture = try await EngineFixture.make()
        let (id, secret) = (fixture.web.clientID, EngineFixture.secret.revealed)
        await expectRefused(
            fixture, [("client_id", id), ("client_secret", secret)], authorization: basic("\(id):\(secret)"),
            kind: .invalidRequest)
    }

    @Test("a client_id in the body that differs from the header is refused")
    func differentClients() async throws {
        let fixture = try await EngineFixture.make()
        let header = basic("\(fixture.web.clientID):\(EngineFixture.secret.revealed)")
        await expectRefused(fixture, [("client_id", fixture.spa.clientID)], authorization: header)
    }

    @Test(
        "unreadable Basic headers are refused",
        arguments: ["Basic", "Basic ", "Basic %%%", "Basic bm9jb2xvbg==", "basic OnNlY3JldA=="])
    func unreadable(header: String) async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, [], authorization: header)
    }

    @Test(
        "a client id with control characters is refused, raw or escaped",
        arguments: ["\u{0}:x", "a\u{0}b:x", "a%00b:x", "a%0Ab:x", "\n:x", "a\u{7F}:x"])
    func controlCharacters(text: String) async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, [], authorization: basic(text))
        let form = [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]
        #expect(try await fixture.refusal(of: form, authorization: basic(text)).kind == .invalidClient)
        #expect(try await fixture.lastEvent().type == .clientCredentialsFailed)
    }

    @Test("a secret with a NUL is a wrong secret")
    func secretWithNUL() async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, [], authorization: basic("\(fixture.web.clientID):\u{0}"))
    }

    @Test("the scheme is compared without regard to case")
    func schemeCase() async throws {
        let fixture = try await EngineFixture.make()
        let encoded = Base64.encode(Array("\(fixture.web.clientID):\(EngineFixture.secret.revealed)".utf8))
        for scheme in ["basic", "BASIC", "Basic"] {
            #expect(try await authenticate(fixture, [], authorization: "\(scheme) \(encoded)").client == fixture.web)
        }
    }

    @Test(
        "a secret with reserved characters works form-encoded and raw",
        arguments: ["a+b/c=d%2Be", "100%", "a:b", "p%41ss", "ü=%20"])
    func bothReadings(secret: String) async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.clientSecret = SecretString(secret)
        #expect(try await fixture.stores.clients.update(client))
        let encoded = PercentEncoding.encodeForm(secret)
        for text in [secret, encoded] {
            let header = basic("\(client.clientID):\(text)")
            #expect(try await authenticate(fixture, [], authorization: header).hasProvedSecret, "\(text)")
        }
    }
}
