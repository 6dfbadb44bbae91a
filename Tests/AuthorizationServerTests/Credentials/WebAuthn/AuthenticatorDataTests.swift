import AuthorizationServer
import Credentials
import Crypto
import TestSupport
import Testing

@Suite struct AuthenticatorDataTests {
    private func register(_ authenticator: TestAuthenticator) throws -> WebAuthnCredential {
        try WebAuthnChecks().register(authenticator.attest(), expecting: TestAuthenticator.expectation)
    }

    @discardableResult
    private func authenticate(_ authenticator: TestAuthenticator, counted: Int64 = 0) throws -> WebAuthnAuthentication {
        try WebAuthnChecks().authenticate(
            try authenticator.assert(), with: authenticator.credential(count: counted), expecting: TestAuthenticator.expectation)
    }

    private func bothRefuse(_ error: WebAuthnError, _ change: (inout TestAuthenticator) -> Void) {
        var authenticator = TestAuthenticator()
        change(&authenticator)
        #expect(throws: error) { try register(authenticator) }
        #expect(throws: error) { try authenticate(authenticator) }
    }

    @Test("Data for another relying party is refused")
    func otherRelyingParty() {
        bothRefuse(.wrongRelyingParty) { $0.relyingPartyID = "example.org" }
        bothRefuse(.wrongRelyingParty) { $0.relyingPartyID = "LOGIN.example.org" }
        bothRefuse(.wrongRelyingParty) { $0.relyingPartyID = "" }
    }

    @Test("Nobody present is refused; nobody verified is refused where it is asked for")
    func presence() throws {
        bothRefuse(.userNotPresent) { $0.flags = [.userVerified] }
        bothRefuse(.userNotVerified) { $0.flags = [.userPresent] }
        var authenticator = TestAuthenticator()
        authenticator.flags = [.userPresent]
        var expected = TestAuthenticator.expectation
        expected.requiresUserVerification = false
        _ = try WebAuthnChecks().register(authenticator.attest(), expecting: expected)
        let outcome = try WebAuthnChecks().authenticate(
            try authenticator.assert(), with: authenticator.credential(), expecting: expected)
        #expect(!outcome.isUserVerified)
    }

    @Test("Backed up without being eligible for it is refused")
    func backupState() {
        bothRefuse(.malformed) { $0.flags.insert(.backedUp) }
    }

    @Test("Whether a credential can be backed up does not change")
    func backupEligibility() throws {
        var authenticator = TestAuthenticator()
        authenticator.flags.insert(.backupEligible)
        let credential = try register(authenticator)
        #expect(credential.isBackupEligible && !credential.isBackedUp)
        authenticator.flags.insert(.backedUp)
        let checks = WebAuthnChecks()
        let outcome = try checks.authenticate(
            try authenticator.assert(), with: credential, expecting: TestAuthenticator.expectation)
        #expect(outcome.isBackedUp)
        #expect(throws: WebAuthnError.malformed) { try authenticate(authenticator) }
        var bare = TestAuthenticator()
        bare.privateKey = authenticator.privateKey
        let plain = try bare.assert()
        #expect(throws: WebAuthnError.malformed) {
            try checks.authenticate(plain, with: credential, expecting: TestAuthenticator.expectation)
        }
    }

    @Test("Extension outputs are a map named by text, there when their flag says so, and the last thing there is")
    func extensions() throws {
        var authenticator = TestAuthenticator()
        authenticator.flags.insert(.extensions)
        authenticator.extensions = .map(["credProtect": .integer(2), "hmac-secret": .bool(true)])
        _ = try register(authenticator)
        let data = try AuthenticatorData(parsing: authenticator.authenticatorData(withCredential: false))
        #expect(data.extensions?["credProtect"] == .integer(2))
        try authenticate(authenticator)
        bothRefuse(.malformed) { $0.flags.insert(.extensions) }
        bothRefuse(.malformed) { $0.extensions = .map([:]) }
        for notOutputs: CBOR in [.array([]), .null, .text("credProtect"), .map([1: .integer(2)])] {
            bothRefuse(.malformed) {
                $0.flags.insert(.extensions)
                $0.extensions = notOutputs
            }
        }
        bothRefuse(.malformed) {
            $0.flags.insert(.extensions)
            $0.extensions = .map([:])
            $0.trailer = [0xA0]
        }
    }

    @Test("Bytes behind the end are refused", arguments: [[0], [0xF6], [UInt8](repeating: 0, count: 1000)])
    func trailingBytes(trailer: [UInt8]) {
        bothRefuse(.malformed) { $0.trailer = trailer }
    }

    @Test("A registration without a credential and an assertion with one are refused")
    func attestedCredential() throws {
        let authenticator = TestAuthenticator()
        let data = CBOR.bytes(authenticator.authenticatorData(withCredential: false))
        let object: CBOR = .map(["fmt": .text("none"), "attStmt": .map([:]), "authData": data])
        var attestation = authenticator.attest()
        attestation.attestationObject = object.encoded
        #expect(throws: WebAuthnError.malformed) {
            try WebAuthnChecks().register(attestation, expecting: TestAuthenticator.expectation)
        }
        var assertion = try authenticator.assert()
        assertion.authenticatorData = authenticator.authenticatorData(withCredential: true)
        let signed = assertion.authenticatorData + SHA256.hash(data: assertion.clientDataJSON)
        assertion.signature = Array(try authenticator.privateKey.signature(for: signed).derRepresentation)
        #expect(throws: WebAuthnError.malformed) {
            try WebAuthnChecks().authenticate(
                assertion, with: authenticator.credential(), expecting: TestAuthenticator.expectation)
        }
    }

    @Test("A credential ID has 1 to 1023 bytes", arguments: [(0, false), (1, true), (1023, true), (1024, false), (65_535, false)])
    func credentialIDLength(length: Int, isAccepted: Bool) {
        var authenticator = TestAuthenticator()
        authenticator.credentialID = Array(repeating: 1, count: length)
        let credential = try? register(authenticator)
        #expect((credential != nil) == isAccepted)
    }

    @Test(
        "A counter that does not rise is a clone's, unless there has never been one",
        arguments: [
            (stored: 0, new: 0, isAccepted: true), (0, 1, true), (5, 6, true), (5, 4_294_967_295, true),
            (5, 5, false), (5, 4, false), (5, 0, false), (1, 0, false), (4_294_967_295, 4_294_967_295, false),
        ] as [(Int64, UInt32, Bool)])
    func counter(stored: Int64, new: UInt32, isAccepted: Bool) throws {
        var authenticator = TestAuthenticator()
        authenticator.signatureCount = new
        guard isAccepted else {
            #expect(throws: WebAuthnError.counterWentBack) { try authenticate(authenticator, counted: stored) }
            return
        }
        let outcome = try authenticate(authenticator, counted: stored)
        #expect(outcome.signatureCount == Int64(new))
    }

    @Test("A wrong signature with a counter that went back is called a wrong signature")
    func counterIsNotBelievedUnsigned() throws {
        var assertion = try TestAuthenticator().assert()
        assertion.signature = try TestAuthenticator().assert().signature
        #expect(throws: WebAuthnError.wrongSignature) {
            try WebAuthnChecks().authenticate(
                assertion, with: TestAuthenticator().credential(count: 9), expecting: TestAuthenticator.expectation)
        }
    }
}
