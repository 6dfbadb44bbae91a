import AuthorizationServer
import Credentials
import Crypto
import TestSupport
import Testing

/// ECDSA signatures are DER: two integers have one spelling.
@Suite struct SignatureSpellingTests {
    private static let authenticator = TestAuthenticator()

    /// The DER of a good signature, taken apart.
    private func numbers(_ signature: [UInt8]) throws -> (r: [UInt8], s: [UInt8]) {
        let raw = Array(try P256.Signing.ECDSASignature(derRepresentation: signature).rawRepresentation)
        return (Array(raw[..<32].drop { $0 == 0 }), Array(raw[32...].drop { $0 == 0 }))
    }

    private func integer(_ digits: [UInt8], padding: Int = 0) -> [UInt8] {
        let sign: [UInt8] = (digits.first ?? 0) >= 0x80 ? [0] : []
        let contents = Array(repeating: 0, count: padding) + sign + digits
        return [0x02, UInt8(contents.count)] + contents
    }

    private func sequence(_ contents: [UInt8]) -> [UInt8] { [0x30, UInt8(contents.count)] + contents }

    private func accepts(_ signature: [UInt8], _ assertion: WebAuthnAssertion) -> Bool {
        var assertion = assertion
        assertion.signature = signature
        return (try? WebAuthnChecks().authenticate(
            assertion, with: Self.authenticator.credential(), expecting: TestAuthenticator.expectation)) != nil
    }

    @Test("The DER spelling is accepted, every other spelling of the same numbers is refused")
    func spellings() throws {
        let assertion = try Self.authenticator.assert()
        let (r, s) = try numbers(assertion.signature)
        #expect(accepts(sequence(integer(r) + integer(s)), assertion))
        let body = integer(r) + integer(s)
        let others: [[UInt8]] = [
            sequence(integer(r, padding: 1) + integer(s)), sequence(integer(r) + integer(s, padding: 1)),
            sequence(body) + [0], sequence(body + [0]), sequence(body + integer([1])),
            [0x30, 0x81, UInt8(body.count)] + body, [0x30, 0x80] + body + [0, 0], [0x31, UInt8(body.count)] + body,
            body, sequence(integer(s) + integer(r)), sequence(integer(r)),
            Array(try P256.Signing.ECDSASignature(derRepresentation: assertion.signature).rawRepresentation),
        ]
        for other in others { #expect(!accepts(other, assertion), "\(other)") }
    }

    @Test(
        "Garbage in place of a signature is refused",
        arguments: [
            [], [0], [0x30], [0x30, 0], [0x30, 6, 2, 1, 0, 2, 1, 0], [0x30, 6, 2, 1, 1, 2, 1, 1],
            [0x30, 6, 2, 1, 0xFF, 2, 1, 0xFF], [0x30, 4, 2, 0, 2, 0], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], Array(repeating: 0x30, count: 4096),
        ] as [[UInt8]])
    func garbage(signature: [UInt8]) throws {
        let assertion = try Self.authenticator.assert()
        #expect(!accepts(signature, assertion))
    }

    @Test("Numbers as large as the group's order are refused")
    func outOfRange() throws {
        let order = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        let assertion = try Self.authenticator.assert()
        let (r, s) = try numbers(assertion.signature)
        #expect(!accepts(sequence(integer(order) + integer(s)), assertion))
        #expect(!accepts(sequence(integer(r) + integer(order)), assertion))
    }
}
