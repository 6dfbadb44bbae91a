import AuthorizationServer
import Credentials
import Crypto
import JOSE
import OAuthProtocol

/// CBOR and everything that authenticators send in it.
enum WebAuthnTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        switch input.mode % 7 {
        case 0: cbor(input.rest)
        case 1: _ = try? ClientData(parsing: input.rest).check(.get, expectation)
        case 2: _ = try? AuthenticatorData(parsing: input.rest)
        case 3: _ = try? AttestationObject(parsing: input.rest)
        case 4: key(input.rest)
        case 5: register(input.rest)
        default: authenticate(input)
        }
    }

    private static func cbor(_ bytes: [UInt8]) {
        guard let value = try? CBOR.decode(bytes) else { return }
        expect((try? CBOR.decode(value.encoded)) == value, "CBOR comes back the same")
        expect(value.encoded.count <= bytes.count, "our spelling is the shortest")
    }

    private static func key(_ bytes: [UInt8]) {
        guard let key = try? COSEKey(parsing: bytes) else { return }
        expect(!key.verify(Array(repeating: 7, count: 64), for: [1]), "a made-up signature is wrong")
    }

    private static let challenge = Array<UInt8>(1...32)
    private static let expectation = WebAuthnExpectation(
        challenge: challenge, relyingPartyID: "default.test", origins: ["https://default.test"], requiresUserVerification: true)

    private static func clientData(_ type: String) -> [UInt8] {
        let data: JSONObject = [
            "type": .string(type), "challenge": .string(Base64URL.encode(challenge)), "origin": "https://default.test",
        ]
        return data.serialized
    }

    private static func register(_ attestationObject: [UInt8]) {
        let response = WebAuthnAttestation(clientDataJSON: clientData("webauthn.create"), attestationObject: attestationObject)
        guard let credential = try? WebAuthnChecks().register(response, expecting: expectation) else { return }
        expect((1...1023).contains(credential.credentialID.count), "a credential id has a length within bounds")
        expect((try? COSEKey(parsing: credential.publicKey)) != nil, "the key of a credential can be read again")
        expect(credential.aaguid.count == 16, "a model has sixteen bytes")
        expect(!credential.isBackedUp || credential.isBackupEligible, "what cannot be backed up is not")
    }

    private static let privateKey = P256.Signing.PrivateKey()
    private static let publicKey: [UInt8] = {
        let point = Array(privateKey.publicKey.x963Representation)
        let map: CBORMap = [
            1: .integer(2), 3: .integer(-7), -1: .integer(1), -2: .bytes(Array(point[1..<33])), -3: .bytes(Array(point[33...])),
        ]
        return CBOR.map(map).encoded
    }()

    /// Authenticator data that is signed, or signed and then changed.
    private static func authenticate(_ input: Input) {
        let change = Array(input.rest.prefix(4))
        let hash = Array(SHA256.hash(data: Array("default.test".utf8)))
        let data = hash + input.rest.dropFirst(4)
        let clientData = clientData("webauthn.get")
        guard let signature = try? privateKey.signature(for: data + Array(SHA256.hash(data: clientData))) else { return }
        let credential = WebAuthnCredential(credentialID: [1], publicKey: publicKey, signatureCount: 5)
        var response = WebAuthnAssertion(
            clientDataJSON: clientData, authenticatorData: data, signature: Array(signature.derRepresentation))
        if let known = try? WebAuthnChecks().authenticate(response, with: credential, expecting: expectation) {
            expect(known.signatureCount > 5 && known.isUserVerified, "a counter rises, and the user is known")
        }
        guard change.count == 4, change[3] != 0 else { return }
        response.authenticatorData[(Int(change[0]) << 8 | Int(change[1])) % data.count] ^= change[3]
        let forged = try? WebAuthnChecks().authenticate(response, with: credential, expecting: expectation)
        expect(forged == nil, "changed data is not signed")
    }
}
