package import AuthorizationServer
package import Credentials
package import Crypto
package import OAuthProtocol

/// An authenticator, browser and page in one, every byte of which a test may change.
package struct TestAuthenticator: Sendable {
    package var privateKey = P256.Signing.PrivateKey()
    package var relyingPartyID = "login.example.org"
    package var credentialID = [UInt8](repeating: 0xC1, count: 32)
    package var aaguid = [UInt8](0x10..<0x20)
    package var flags: AuthenticatorData.Flags = [.userPresent, .userVerified]
    package var signatureCount: UInt32 = 0
    /// Written when it is there, whatever the flags say.
    package var extensions: CBOR?
    /// Bytes behind everything else.
    package var trailer: [UInt8] = []
    /// Instead of the COSE key of `privateKey`.
    package var publicKey: CBOR?

    package init() {}

    package static let challenge = [UInt8](0..<32)
    package static let expectation = WebAuthnExpectation(
        challenge: challenge, relyingPartyID: "login.example.org", origins: ["https://login.example.org"],
        requiresUserVerification: true)

    package static func clientData(_ ceremony: ClientData.Ceremony) -> JSONObject {
        [
            "type": .string(ceremony.rawValue), "challenge": .string(Base64URL.encode(challenge)),
            "origin": "https://login.example.org", "crossOrigin": false,
        ]
    }

    package var coseKey: CBORMap {
        let point = Array(privateKey.publicKey.rawRepresentation)
        let (x, y) = (CBOR.bytes(Array(point[..<32])), CBOR.bytes(Array(point[32...])))
        return [1: .integer(2), 3: .integer(-7), -1: .integer(1), -2: x, -3: y]
    }

    package func authenticatorData(withCredential: Bool) -> [UInt8] {
        var data = Array(SHA256.hash(data: Array(relyingPartyID.utf8)))
        data.append(flags.rawValue | (withCredential ? 0x40 : 0))
        data += Self.bigEndian(signatureCount)
        if withCredential {
            data += aaguid + Self.bigEndian(UInt16(credentialID.count)) + credentialID
            data += (publicKey ?? .map(coseKey)).encoded
        }
        return data + (extensions?.encoded ?? []) + trailer
    }

    /// Without an attestation.
    package func attest(_ clientData: JSONObject = clientData(.create)) -> WebAuthnAttestation {
        attest(clientData, format: "none") { _ in .map([:]) }
    }

    /// - Parameter statement: makes `attStmt` of the bytes that it signs.
    package func attest(
        _ clientData: JSONObject = clientData(.create), format: String, statement: ([UInt8]) throws -> CBOR
    ) rethrows -> WebAuthnAttestation {
        let data = authenticatorData(withCredential: true)
        let object: CBOR = .map([
            "fmt": .text(format), "attStmt": try statement(data + SHA256.hash(data: clientData.serialized)),
            "authData": .bytes(data),
        ])
        return WebAuthnAttestation(clientDataJSON: clientData.serialized, attestationObject: object.encoded)
    }

    package func assert(_ clientData: JSONObject = clientData(.get)) throws -> WebAuthnAssertion {
        let data = authenticatorData(withCredential: false)
        let signature = try privateKey.signature(for: data + SHA256.hash(data: clientData.serialized))
        return WebAuthnAssertion(
            clientDataJSON: clientData.serialized, authenticatorData: data, signature: Array(signature.derRepresentation))
    }

    /// The credential as it is stored after `attest`, with the counter at `count`.
    package func credential(count: Int64 = 0) -> WebAuthnCredential {
        var credential = WebAuthnCredential(
            credentialID: credentialID, publicKey: CBOR.map(coseKey).encoded, signatureCount: count)
        credential.aaguid = aaguid
        return credential
    }

    private static func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
