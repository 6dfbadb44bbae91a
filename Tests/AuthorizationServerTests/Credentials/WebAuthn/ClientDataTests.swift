import AuthorizationServer
import Credentials
import OAuthProtocol
import TestSupport
import Testing

@Suite struct ClientDataTests {
    /// A member of the client data set to a value (`nil`: taken away), and what must come of it.
    static let refusals: [(member: String, value: JSONValue?, error: WebAuthnError)] = [
        ("type", nil, .malformed), ("type", "", .wrongType), ("type", "webauthn.other", .wrongType),
        ("type", "WebAuthn.get", .wrongType), ("type", 1, .malformed),
        ("challenge", nil, .malformed), ("challenge", "", .wrongChallenge), ("challenge", .null, .malformed),
        ("challenge", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", .wrongChallenge),
        ("challenge", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHhA", .wrongChallenge),
        ("challenge", "aaecawqfbgcicqoldA0ODxAREhMUFRYXGBkaGxwdHh8", .wrongChallenge),
        ("challenge", "AAECAwQFBgcICQoLDA0ODw", .wrongChallenge),
        ("origin", nil, .malformed), ("origin", "", .wrongOrigin), ("origin", "null", .wrongOrigin),
        ("origin", "http://login.example.org", .wrongOrigin), ("origin", "https://example.org", .wrongOrigin),
        ("origin", "https://login.example.org/", .wrongOrigin), ("origin", "https://login.example.org:443", .wrongOrigin),
        ("origin", "https://LOGIN.example.org", .wrongOrigin), ("origin", "https://login.example.org.evil.test", .wrongOrigin),
        ("origin", .strings(["https://login.example.org"]), .malformed),
        ("crossOrigin", true, .wrongOrigin), ("crossOrigin", "false", .malformed), ("crossOrigin", .null, .malformed),
        ("topOrigin", "https://login.example.org", .wrongOrigin), ("topOrigin", .null, .wrongOrigin),
    ]

    private let authenticator = TestAuthenticator()

    private func refuses(_ registration: JSONObject, _ authentication: JSONObject, _ error: WebAuthnError) throws {
        let attestation = authenticator.attest(registration)
        let assertion = try authenticator.assert(authentication)
        #expect(throws: error) { try WebAuthnChecks().register(attestation, expecting: TestAuthenticator.expectation) }
        #expect(throws: error) {
            try WebAuthnChecks().authenticate(
                assertion, with: authenticator.credential(), expecting: TestAuthenticator.expectation)
        }
    }

    @Test("Client data of another ceremony, challenge, origin or frame is refused in both ceremonies", arguments: refusals)
    func refused(member: String, value: JSONValue?, error: WebAuthnError) throws {
        var registration = TestAuthenticator.clientData(.create)
        var authentication = TestAuthenticator.clientData(.get)
        registration[member] = value
        authentication[member] = value
        try refuses(registration, authentication, error)
    }

    @Test("A registration is no authentication and the other way round")
    func swapped() throws {
        try refuses(TestAuthenticator.clientData(.get), TestAuthenticator.clientData(.create), .wrongType)
    }

    @Test("Members that are not known, and crossOrigin left out, are no hindrance")
    func unknownMembers() throws {
        var clientData = TestAuthenticator.clientData(.create)
        clientData["crossOrigin"] = nil
        clientData["tokenBinding"] = .object(["status": "supported"])
        let credential = try WebAuthnChecks().register(authenticator.attest(clientData), expecting: TestAuthenticator.expectation)
        #expect(credential == authenticator.credential())
    }

    @Test(
        "What is not one JSON object with each member once is refused",
        arguments: [
            "", "{", "[]", "null", "{}", "\u{FEFF}{}", #"{"type":"webauthn.get"}"#, "\"webauthn.get\"",
            #"{"type":"webauthn.get","type":"webauthn.get","challenge":"a","origin":"b"}"#,
            #"{"type":"webauthn.get","challenge":"a","origin":"b"} {}"#,
        ])
    func notAnObject(text: String) {
        #expect(throws: WebAuthnError.malformed) { try ClientData(parsing: Array(text.utf8)) }
    }

    @Test("Client data that is not UTF-8, or of a megabyte, is refused")
    func notText() {
        #expect(throws: WebAuthnError.malformed) { try ClientData(parsing: [0x7B, 0xFF, 0x7D]) }
        #expect(throws: WebAuthnError.malformed) { try ClientData(parsing: Array(repeating: 0x20, count: 1 << 20)) }
    }

    @Test("A relying party that expects a challenge that can be guessed gets none", arguments: [0, 1, 15])
    func shortChallenge(length: Int) throws {
        var expected = TestAuthenticator.expectation
        expected.challenge = Array(repeating: 7, count: length)
        var clientData = TestAuthenticator.clientData(.create)
        clientData["challenge"] = .string(Base64URL.encode(expected.challenge))
        let attestation = authenticator.attest(clientData)
        #expect(throws: WebAuthnError.wrongChallenge) { try WebAuthnChecks().register(attestation, expecting: expected) }
    }
}
