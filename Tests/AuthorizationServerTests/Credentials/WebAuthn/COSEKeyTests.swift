import AuthorizationServer
import Credentials
import Crypto
import OAuthProtocol
import Testing

@Suite struct COSEKeyTests {
    static let point = Array(P256.Signing.PrivateKey().publicKey.rawRepresentation)
    static let x = CBOR.bytes(Array(point[..<32]))
    static let y = CBOR.bytes(Array(point[32...]))
    static let modulus = CBOR.bytes([0x80] + Array(repeating: 0x55, count: 255))

    static func ellipticCurve(changing key: CBORKey? = nil, to value: CBOR? = nil) -> CBOR {
        changed([1: .integer(2), 3: .integer(-7), -1: .integer(1), -2: x, -3: y], key, value)
    }

    static func changed(_ map: CBORMap, _ key: CBORKey?, _ value: CBOR?) -> CBOR {
        guard let key else { return .map(map) }
        let entries = map.entries.filter { $0.key != key }
        return .map(CBORMap(entries + (value.map { [CBORMap.Entry(key: key, value: $0)] } ?? [])) ?? [:])
    }

    @Test("Keys of every algorithm are read")
    func accepted() throws {
        #expect(try COSEKey(parsing: Self.ellipticCurve().encoded).algorithm == .es256)
        let edwards = CBOR.bytes(Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation))
        let octets: CBOR = .map([1: .integer(1), 3: .integer(-8), -1: .integer(6), -2: edwards])
        #expect(try COSEKey(parsing: octets.encoded).algorithm == .edDSA)
        let rsa: CBOR = .map([1: .integer(3), 3: .integer(-257), -1: Self.modulus, -2: .bytes([1, 0, 1])])
        #expect(try COSEKey(parsing: rsa.encoded).algorithm == .rs256)
    }

    @Test("An ES256 key is refused for each of its members")
    func ellipticCurveMembers() {
        let changes: [(CBORKey, CBOR?)] = [
            (1, nil), (1, .integer(1)), (1, .integer(3)), (1, .text("EC2")), (3, nil), (3, .text("ES256")),
            (-1, nil), (-1, .integer(2)), (-1, .integer(6)), (-1, .integer(8)), (-2, nil), (-2, .bytes([])), (-2, .null),
            (-2, .bytes(Array(repeating: 0, count: 32))), (-2, .bytes(Array(Self.point[..<31]))),
            (-2, .bytes([0] + Self.point[..<32])), (-3, nil), (-3, .bool(true)), (-3, Self.x),
            (-3, .bytes(Array(repeating: 0xFF, count: 32))),
            // What is neither `alg` nor needed: the private key, key operations, text members.
            (-4, .bytes(Array(repeating: 1, count: 32))), (2, .bytes([1])), (4, .array([.integer(2)])), ("alg", .integer(-7)),
        ]
        for (member, value) in changes {
            #expect(throws: WebAuthnError.malformed, "\(member)") {
                try COSEKey(parsing: Self.ellipticCurve(changing: member, to: value).encoded)
            }
        }
    }

    @Test("Algorithms that are not offered are called so", arguments: [0, 5, -9, -37, -47, -65_535, 4, .max, .min])
    func unsupportedAlgorithm(identifier: Int64) {
        #expect(throws: WebAuthnError.unsupportedAlgorithm) {
            try COSEKey(parsing: Self.ellipticCurve(changing: 3, to: .integer(identifier)).encoded)
        }
    }

    @Test("The algorithm decides what the key must be", arguments: [-8, -35, -36, -257])
    func algorithmOfAnotherKey(identifier: Int64) {
        #expect(throws: WebAuthnError.malformed) {
            try COSEKey(parsing: Self.ellipticCurve(changing: 3, to: .integer(identifier)).encoded)
        }
    }

    @Test("RSA keys that are short, even or with a useless exponent are refused")
    func rsa() {
        let key: CBORMap = [1: .integer(3), 3: .integer(-257), -1: Self.modulus, -2: .bytes([1, 0, 1])]
        let changes: [(CBORKey, CBOR)] = [
            (-1, .bytes(Array(repeating: 0xFF, count: 128))), (-1, .bytes([])), (-1, .bytes(Array(repeating: 0xFF, count: 2048))),
            (-2, .bytes([])), (-2, .bytes([1])), (-2, .bytes([2])), (-2, .integer(65_537)), (-3, .bytes([1])),
        ]
        for (member, value) in changes {
            #expect(throws: WebAuthnError.malformed, "\(member)") {
                try COSEKey(parsing: Self.changed(key, member, value).encoded)
            }
        }
    }

    @Test("Ed25519 keys have 32 bytes", arguments: [0, 31, 33, 57])
    func edwards(length: Int) {
        let x = CBOR.bytes(Array(repeating: 9, count: length))
        let key: CBOR = .map([1: .integer(1), 3: .integer(-8), -1: .integer(6), -2: x])
        #expect(throws: WebAuthnError.malformed) { try COSEKey(parsing: key.encoded) }
    }

    @Test("What is no map, or has a byte behind it, is no key")
    func notAMap() {
        for value: CBOR in [.array([]), .null, .bytes(Self.point), .map([:])] {
            #expect(throws: WebAuthnError.malformed) { try COSEKey(parsing: value.encoded) }
        }
        #expect(throws: WebAuthnError.malformed) { try COSEKey(parsing: Self.ellipticCurve().encoded + [0]) }
        #expect(throws: WebAuthnError.malformed) { try COSEKey(parsing: []) }
    }
}
