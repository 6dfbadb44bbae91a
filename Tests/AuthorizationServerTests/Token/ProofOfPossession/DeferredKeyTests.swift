import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Device codes and `auth_req_id`s that belong to a key from the start (RFC 9449 section 10, as for pushed requests).
@Suite struct DeferredKeyTests {
    /// A client that begins requests of one kind.
    private struct Case {
        let kind: DeferredAuthorization.Kind
        let fixture: EngineFixture
        let client: Client

        static func make(_ kind: DeferredAuthorization.Kind, _ profile: WireProfile = .standard) async throws -> Case {
            let fixture = try await EngineFixture.make()
            let client = try await fixture.changed(kind == .device ? fixture.native : fixture.web) { client in
                client.wireProfile = profile
                client.grantTypes = [kind == .device ? .deviceCode : .ciba, .refreshToken]
            }
            return Case(kind: kind, fixture: fixture, client: client)
        }

        var path: String { kind == .device ? "/oauth/device/code" : "/bc-authorize" }

        func proof(_ key: TestKey, withNonce: Bool = true, _ changes: [(String, JSONValue?)] = []) throws -> String {
            let address = [("htu", JSONValue.string("https://default.test" + path))] as [(String, JSONValue?)]
            return try fixture.proof(key, withNonce: withNonce, address + changes)
        }

        func begin(_ more: [(String, String)] = [], proofs: [String] = []) async throws -> DeferredAuthorizationResponse {
            var request = fixture.request()
            (request.path, request.dpopProofs) = (path, proofs)
            let asked = [("scope", "openid offline_access"), ("audience", EngineFixture.audience)] + more
            let form = FormParameters(fixture.credentials(of: client) + asked)
            switch kind {
            case .device:
                return try await DeviceAuthorizationEndpoint(fixture.context).respond(to: form, authorization: nil, in: request)
            case .backchannel:
                let named = FormParameters(fixture.credentials(of: client) + asked + [("login_hint", EngineFixture.email)])
                return try await BackchannelAuthenticationEndpoint(fixture.context).respond(
                    to: named, authorization: nil, in: request)
            }
        }

        func refusal(_ more: [(String, String)] = [], proofs: [String] = []) async throws -> OAuthError {
            try #require(await #expect(throws: OAuthError.self) { try await begin(more, proofs: proofs) })
        }

        /// The device code or `auth_req_id`.
        func code(_ answer: DeferredAuthorizationResponse) throws -> String {
            try #require(answer.json[kind == .device ? "device_code" : "auth_req_id"]?.string)
        }

        func form(_ code: String) -> [(String, String)] {
            let pairs = kind == .device
                ? [("grant_type", GrantType.deviceCode.rawValue), ("device_code", code)]
                : [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", code)]
            return fixture.form(pairs, of: client, [])
        }

        func approve(_ code: String) async throws {
            let found = try #require(try await fixture.stores.deferred.find(TokenHash(of: code)))
            var access = found.access
            access.userID = fixture.user.userID
            let event = fixture.request().event(.loginSucceeded)
            #expect(try await fixture.stores.deferred.approve(
                found.hash, granting: access, at: fixture.now, recording: event, delivering: nil))
        }

        /// Only the holder of the key gets tokens for the code, which others neither spend nor slow down.
        func checkIsBound(_ code: String, to key: TestKey) async throws {
            for proofs in [[], [try fixture.proof(try TestKey())]] {
                #expect(try await fixture.refusal(of: form(code), proofs: proofs).onTheWire == "400 invalid_dpop_proof")
            }
            #expect(try await fixture.refusal(of: form(code), proofs: [try fixture.proof(key)]).kind == .authorizationPending)
            try await approve(code)
            for proofs in [[], [try fixture.proof(try TestKey())]] {
                #expect(try await fixture.refusal(of: form(code), proofs: proofs).kind == .invalidDPoPProof)
            }
            let response = try await fixture.token(form(code), proofs: [try fixture.proof(key)])
            #expect(response.tokenType == "DPoP" && response.refreshToken != nil)
            #expect(try await fixture.confirmation(of: response)?["jkt"]?.string == key.jkt)
            #expect(try await fixture.refusal(of: form(code), proofs: [try fixture.proof(key)]).kind == .invalidGrant)
        }
    }

    private static let kinds = DeferredAuthorization.Kind.allCases

    @Test("a proof at the start binds what is redeemed", arguments: kinds)
    func proof(_ kind: DeferredAuthorization.Kind) async throws {
        let (deferred, key) = (try await Case.make(kind), try TestKey())
        let answer = try await deferred.begin(proofs: [try deferred.proof(key)])
        #expect(answer.dpopNonce != nil)
        try await deferred.checkIsBound(try deferred.code(answer), to: key)
    }

    @Test("dpop_jkt binds as well, alone or beside the proof", arguments: kinds)
    func parameter(_ kind: DeferredAuthorization.Kind) async throws {
        let (deferred, key) = (try await Case.make(kind), try TestKey())
        let alone = try await deferred.begin([("dpop_jkt", key.jkt)])
        #expect(alone.dpopNonce == nil)
        try await deferred.checkIsBound(try deferred.code(alone), to: key)
        let both = try await deferred.begin([("dpop_jkt", key.jkt)], proofs: [try deferred.proof(key)])
        try await deferred.checkIsBound(try deferred.code(both), to: key)
    }

    @Test("dpop_jkt that is no thumbprint, is sent twice, or is not the proof's key", arguments: kinds)
    func wrongParameter(_ kind: DeferredAuthorization.Kind) async throws {
        let (deferred, key, other) = (try await Case.make(kind), try TestKey(), try TestKey())
        let thumbprint = key.jkt
        for value in ["x", thumbprint + "A", String(thumbprint.dropLast()), thumbprint + "=", String(repeating: "A", count: 128)] {
            #expect(try await deferred.refusal([("dpop_jkt", value)]).onTheWire == "400 invalid_dpop_proof")
        }
        let twice = [("dpop_jkt", thumbprint), ("dpop_jkt", thumbprint)]
        #expect(try await deferred.refusal(twice).kind == .invalidRequest)
        #expect(try await deferred.refusal([("dpop_jkt", String(repeating: "A", count: 129))]).kind == .invalidRequest)
        let mixed = try await deferred.refusal([("dpop_jkt", other.jkt)], proofs: [try deferred.proof(key)])
        #expect(mixed.onTheWire == "400 invalid_dpop_proof")
        #expect(deferred.fixture.mail.messages.isEmpty)
    }

    @Test("a wrong proof begins nothing", arguments: kinds)
    func wrongProof(_ kind: DeferredAuthorization.Kind) async throws {
        let (deferred, key) = (try await Case.make(kind), try TestKey())
        let used = try deferred.proof(key)
        _ = try await deferred.begin(proofs: [used])
        let sent = deferred.fixture.mail.messages.count
        let wrong: [[String]] = [
            ["rubbish"], [used], [try deferred.proof(key), try deferred.proof(key)], [try deferred.proof(key, [("htm", "GET")])],
            [try deferred.proof(key, [("htu", "https://default.test/oauth/token")])],
            [try deferred.proof(key, [("iat", .integer(deferred.fixture.now.seconds - 301))])],
        ]
        for proofs in wrong { #expect(try await deferred.refusal(proofs: proofs).onTheWire == "400 invalid_dpop_proof") }
        #expect(deferred.fixture.mail.messages.count == sent)
    }

    @Test("a public client is asked for a nonce first, and told one with the codes")
    func nonce() async throws {
        let (deferred, key) = (try await Case.make(.device, .auth0), try TestKey())
        let refused = try await deferred.refusal(proofs: [try deferred.proof(key, withNonce: false)])
        #expect(refused.onTheWire == "400 use_dpop_nonce")
        let nonce = try #require(refused.dpopNonce)
        let retried = try deferred.proof(key, withNonce: false, [("nonce", .string(nonce))])
        #expect(try await deferred.begin(proofs: [retried]).dpopNonce != nil)
    }

    @Test("where the API demands a key, a poll without one hears so at once, not after the user approved", arguments: kinds)
    func demanded(_ kind: DeferredAuthorization.Kind) async throws {
        let (deferred, key) = (try await Case.make(kind), try TestKey())
        let fixture = deferred.fixture
        try await fixture.setPolicy(.required)
        let code = try deferred.code(try await deferred.begin())
        #expect(try await fixture.refusal(of: deferred.form(code), proofs: []).kind == .invalidRequest)
        let waiting = try await fixture.refusal(of: deferred.form(code), proofs: [try fixture.proof(key)])
        #expect(waiting.kind == .authorizationPending)
        try await deferred.approve(code)
        #expect(try await fixture.token(deferred.form(code), proofs: [try fixture.proof(key)]).tokenType == "DPoP")
    }

    @Test("a signed backchannel request names the key inside")
    func signedRequest() async throws {
        let (deferred, key, signer) = (try await Case.make(.backchannel), try TestKey(), try TestKey())
        let fixture = deferred.fixture
        _ = try await fixture.changed(deferred.client) { $0.proof.jwks = TestKey.jwks(signer) }
        let now = fixture.now.seconds
        let object = try signer.jwt([
            "iss": .string(deferred.client.clientID), "aud": "https://default.test/", "iat": .integer(now), "nbf": .integer(now),
            "exp": .integer(now + 60), "jti": "r-1", "scope": "openid offline_access", "login_hint": .string(EngineFixture.email),
            "audience": .string(EngineFixture.audience), "dpop_jkt": .string(key.jkt),
        ])
        let form = FormParameters(fixture.credentials(of: deferred.client) + [("request", object)])
        let answer = try await BackchannelAuthenticationEndpoint(fixture.context).respond(
            to: form, authorization: nil, in: fixture.request())
        try await deferred.checkIsBound(try deferred.code(answer), to: key)
    }
}
