import AuthorizationServer
import Credentials
import Crypto
import TestSupport
import Testing

@Suite struct PackedAttestationTests {
    private static let authenticator = TestAuthenticator()

    @discardableResult
    private func register(
        _ authenticator: TestAuthenticator = authenticator, statement: ([UInt8]) throws -> CBOR
    ) throws -> WebAuthnCredential {
        let attestation = try authenticator.attest(format: "packed", statement: statement)
        return try WebAuthnChecks().register(attestation, expecting: TestAuthenticator.expectation)
    }

    private static func sign(_ key: P256.Signing.PrivateKey, _ message: [UInt8]) throws -> CBOR {
        .bytes(Array(try key.signature(for: message).derRepresentation))
    }

    private static func basic(_ certificate: TestCertificate, _ message: [UInt8]) throws -> CBOR {
        .map(["alg": .integer(-7), "sig": try sign(certificate.privateKey, message), "x5c": .array([.bytes(certificate.der)])])
    }

    private func refuses(_ change: (inout TestCertificate) -> Void, sourceLocation: SourceLocation = #_sourceLocation) {
        var certificate = TestCertificate()
        change(&certificate)
        #expect(throws: WebAuthnError.wrongAttestation, sourceLocation: sourceLocation) {
            try register { try Self.basic(certificate, $0) }
        }
    }

    @Test("A statement signed by the credential itself is accepted with its own algorithm only")
    func selfAttestation() throws {
        let key = Self.authenticator.privateKey
        let credential = try register { .map(["alg": .integer(-7), "sig": try Self.sign(key, $0)]) }
        #expect(credential.attestationFormat == "packed")
        for algorithm: Int64 in [-8, -35, -257] {
            #expect(throws: WebAuthnError.wrongAttestation) {
                try register { .map(["alg": .integer(algorithm), "sig": try Self.sign(key, $0)]) }
            }
        }
        #expect(throws: WebAuthnError.unsupportedAlgorithm) {
            try register { .map(["alg": .integer(-65_535), "sig": try Self.sign(key, $0)]) }
        }
        #expect(throws: WebAuthnError.wrongAttestation) {
            try register { .map(["alg": .integer(-7), "sig": try Self.sign(TestAuthenticator().privateKey, $0)]) }
        }
        #expect(throws: WebAuthnError.wrongAttestation) {
            try register { .map(["alg": .integer(-7), "sig": try Self.sign(key, Array($0.dropLast()))]) }
        }
    }

    @Test("A statement signed by a certificate that is as it must be is accepted")
    func basicAttestation() throws {
        try register { try Self.basic(TestCertificate(), $0) }
        var certificate = TestCertificate(aaguid: Self.authenticator.aaguid)
        try register { try Self.basic(certificate, $0) }
        certificate.basicConstraints = [0x01, 0x01, 0x00]
        try register { try Self.basic(certificate, $0) }
    }

    @Test("The certificate is of version 3 and no authority's")
    func certificateKind() {
        refuses { $0.version = nil }
        refuses { $0.version = 1 }
        refuses { $0.version = 3 }
        refuses { $0.basicConstraints = nil }
        refuses { $0.basicConstraints = [0x01, 0x01, 0xFF] }
        refuses { $0.basicConstraints = [0x02, 0x01, 0x00] }
        refuses { $0.basicConstraints = [0x30] }
    }

    @Test("The subject has a country, an organization, a name and the unit of authenticators")
    func subject() {
        for index in TestCertificate().subject.indices {
            refuses { $0.subject.remove(at: index) }
            refuses { $0.subject[index].value = "" }
            refuses { $0.subject.append($0.subject[index]) }
            refuses { $0.subject[index].tag = 0x1E }
        }
        refuses { $0.subject[0].value = "SWE" }
        refuses { $0.subject[2].value = "Authenticator Attestation " }
        refuses { $0.subject[2].value = "authenticator attestation" }
        refuses { $0.subject = [] }
    }

    @Test("The model that the certificate names is the authenticator's, in an extension that is not critical and comes once")
    func model() {
        refuses { $0.aaguid = [UInt8](repeating: 0, count: 16) }
        refuses { $0.aaguid = [] }
        refuses { $0.aaguid = Self.authenticator.aaguid + [0] }
        refuses {
            $0.aaguid = Self.authenticator.aaguid
            $0.aaguidIsCritical = true
        }
        let wrapped = TestCertificate.tlv(0x04, Self.authenticator.aaguid)
        let named = TestCertificate.certificateExtension(TestCertificate.aaguidIdentifier, wrapped)
        refuses { $0.extraExtensions = [named, named] }
        let trailing = TestCertificate.certificateExtension(TestCertificate.aaguidIdentifier, wrapped + [0])
        refuses { $0.extraExtensions = [trailing] }
        let bare = TestCertificate.certificateExtension(TestCertificate.aaguidIdentifier, Self.authenticator.aaguid)
        refuses { $0.extraExtensions = [bare] }
    }

    private func refusesStatement(
        sourceLocation: SourceLocation = #_sourceLocation, _ statement: ([UInt8]) throws -> CBOR
    ) {
        #expect(throws: WebAuthnError.wrongAttestation, sourceLocation: sourceLocation) { try register(statement: statement) }
    }

    @Test("The leaf signs, over the data and the client data, with the algorithm that the statement names")
    func signature() {
        let certificate = TestCertificate()
        let x5c: CBOR = .array([.bytes(certificate.der)])
        let key = certificate.privateKey
        refusesStatement { .map(["alg": .integer(-7), "sig": try Self.sign(Self.authenticator.privateKey, $0), "x5c": x5c]) }
        refusesStatement { .map(["alg": .integer(-7), "sig": try Self.sign(key, Array($0.dropLast(32))), "x5c": x5c]) }
        refusesStatement { _ in .map(["alg": .integer(-7), "sig": .bytes([]), "x5c": x5c]) }
        for algorithm: Int64 in [-8, -35, -36, -257] {
            refusesStatement { .map(["alg": .integer(algorithm), "sig": try Self.sign(key, $0), "x5c": x5c]) }
        }
        let second: CBOR = .array([.bytes(TestCertificate().der), .bytes(certificate.der)])
        refusesStatement { .map(["alg": .integer(-7), "sig": try Self.sign(key, $0), "x5c": second]) }
    }

    @Test("A list of no certificates, too many of them or something else is refused")
    func certificateList() {
        let key = Self.authenticator.privateKey
        let der = CBOR.bytes(TestCertificate().der)
        let lists: [CBOR] = [
            .array([]), .null, .bytes([]), .map([:]), der, .array([.null]), .array([der, .text("")]), .array([.bytes([])]),
            .array(Array(repeating: der, count: 9)),
        ]
        for list in lists {
            refusesStatement { .map(["alg": .integer(-7), "sig": try Self.sign(key, $0), "x5c": list]) }
        }
    }

    @Test("A statement without its members, with wrong ones or with ECDAA's is refused")
    func members() {
        let key = Self.authenticator.privateKey
        refusesStatement { _ in .map([:]) }
        refusesStatement { .map(["sig": try Self.sign(key, $0)]) }
        refusesStatement { _ in .map(["alg": .integer(-7)]) }
        refusesStatement { .map(["alg": .text("ES256"), "sig": try Self.sign(key, $0)]) }
        refusesStatement { _ in .map(["alg": .integer(-7), "sig": .text("")]) }
        refusesStatement { .map(["alg": .integer(-7), "sig": try Self.sign(key, $0), "ecdaaKeyId": .bytes([1])]) }
    }

    @Test("A certificate cut short or changed at any byte is refused or still the same key's, and never stops the process")
    func hostileCertificate() {
        let certificate = TestCertificate(aaguid: Self.authenticator.aaguid)
        for count in certificate.der.indices { #expect(AttestationCertificate(der: Array(certificate.der[..<count])) == nil) }
        #expect(AttestationCertificate(der: certificate.der + [0]) == nil)
        for index in certificate.der.indices {
            for bit in 0..<8 {
                var changed = certificate.der
                changed[index] ^= 1 << bit
                _ = AttestationCertificate(der: changed)
            }
        }
        // The signature at the end is `03 01 00`; lengths have one spelling.
        let fields = Array(certificate.der.dropFirst(4).dropLast(3))
        #expect(AttestationCertificate(der: TestCertificate.tlv(0x30, fields + [3, 1, 0])) != nil)
        for ending: [UInt8] in [[3, 0x81, 1, 0], [3, 0x82, 0, 1, 0]] {
            #expect(AttestationCertificate(der: TestCertificate.tlv(0x30, fields + ending)) == nil)
        }
        let bombs: [[UInt8]] = [
            [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80, 0, 0], [0x3F, 0x81, 1, 0], Array(repeating: 0x30, count: 60_000),
        ]
        for bomb in bombs { #expect(AttestationCertificate(der: bomb) == nil) }
    }
}
