import AuthorizationServer
import Credentials
import OAuthProtocol
import TestSupport
import Testing

@Suite struct AttestationFormatTests {
    private static let authenticator = TestAuthenticator()

    private func register(_ format: String, _ statement: CBOR) throws -> WebAuthnCredential {
        let attestation = Self.authenticator.attest(format: format) { _ in statement }
        return try WebAuthnChecks().register(attestation, expecting: TestAuthenticator.expectation)
    }

    @Test("No attestation has no statement")
    func none() throws {
        let credential = try register("none", .map([:]))
        #expect(credential.attestationFormat == "none")
        #expect(throws: WebAuthnError.wrongAttestation) { try register("none", .map(["sig": .bytes([])])) }
        #expect(throws: WebAuthnError.malformed) { try register("none", .null) }
        #expect(throws: WebAuthnError.malformed) { try register("none", .array([])) }
    }

    @Test(
        "Formats that are not known are refused",
        arguments: ["", "None", "none ", "packed\u{0}", "compound", "x", "android-Key"])
    func unknown(format: String) {
        #expect(throws: WebAuthnError.wrongAttestation) { try register(format, .map([:])) }
    }

    /// A statement of each format that is not verified, as far as its form is looked at.
    static let unverifiedStatements: [(format: String, statement: CBORMap)] = [
        ("fido-u2f", ["sig": .bytes([1]), "x5c": .array([.bytes([2])])]),
        ("apple", ["x5c": .array([.bytes([2])])]),
        ("android-key", ["alg": .integer(-7), "sig": .bytes([1]), "x5c": .array([.bytes([2])])]),
        ("android-safetynet", ["ver": .text("1"), "response": .bytes([1])]),
        (
            "tpm",
            [
                "ver": .text("2.0"), "alg": .integer(-257), "x5c": .array([.bytes([2])]), "sig": .bytes([1]),
                "certInfo": .bytes([1]), "pubArea": .bytes([1]),
            ]
        ),
    ]

    @Test("Formats that are not verified are accepted by their form and stored by their name", arguments: unverifiedStatements)
    func unverified(format: String, statement: CBORMap) throws {
        let credential = try register(format, .map(statement))
        #expect(credential.attestationFormat == format)
        for entry in statement.entries {
            let others = statement.entries.filter { $0 != entry }
            let without = try #require(CBORMap(others))
            let changed = try #require(CBORMap(others + [CBORMap.Entry(key: entry.key, value: .null)]))
            #expect(throws: WebAuthnError.wrongAttestation) { try register(format, .map(without)) }
            #expect(throws: WebAuthnError.wrongAttestation) { try register(format, .map(changed)) }
        }
    }

    @Test("An attestation object without its members, or that is no map, is refused")
    func object() {
        let data = CBOR.bytes(Self.authenticator.authenticatorData(withCredential: true))
        let objects: [CBOR] = [
            .null, .array([]), .map([:]), .map(["fmt": .text("none"), "attStmt": .map([:])]),
            .map(["fmt": .text("none"), "authData": data]), .map(["attStmt": .map([:]), "authData": data]),
            .map(["fmt": .bytes(Array("none".utf8)), "attStmt": .map([:]), "authData": data]),
            .map(["fmt": .text("none"), "attStmt": .map([:]), "authData": .text("")]),
            .map(["fmt": .text("none"), "attStmt": .map([:]), "authData": .bytes([])]),
        ]
        for object in objects {
            #expect(throws: WebAuthnError.malformed) { try AttestationObject(parsing: object.encoded) }
        }
    }
}
