import JOSE
import OAuthProtocol

/// Keys and certificates of clients: never a private or symmetric one, and the same when read again.
enum KeysTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        switch input.mode % 3 {
        case 0: json(input.rest)
        case 1: if let certificate = try? X509Certificate(der: input.rest) { check(certificate) }
        default: if let certificate = try? X509Certificate(pem: input.text) { check(certificate) }
        }
    }

    private static let secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    private static func json(_ bytes: [UInt8]) {
        if let set = try? JWKSet(parsing: bytes) {
            expect(set.keys.count + set.ignored.count <= 100, "a set has no more keys than the limit")
            for key in set.keys { check(key) }
        }
        if let object = (try? JSONValue.parse(bytes))?.object, let key = try? JWK(object) { check(key) }
    }

    private static func check(_ key: JWK) {
        expect(secretMembers.allSatisfy { key.json[$0] == nil }, "a registered key is public")
        expect(key.thumbprint.utf8.count == 43, "a key has a thumbprint")
        let again = try? JWK(key.key.jwk)
        expect(again?.key == key.key && again?.thumbprint == key.thumbprint, "a key comes back the same")
        for algorithm in SignatureAlgorithm.allCases where key.verifies(algorithm) {
            expect(!algorithm.isSymmetric, "no public key verifies an HMAC")
            expect(!key.key.verify(Array(repeating: 7, count: 64), for: [1], algorithm), "a made-up signature is wrong")
        }
    }

    private static func check(_ certificate: X509Certificate) {
        let again = try? X509Certificate(der: certificate.der)
        expect(again?.subjectDN == certificate.subjectDN, "a certificate comes back the same")
        expect(certificate.subjectDN.isEmpty || certificate.hasSubject(certificate.subjectDN), "a subject is its own")
        expect(certificate.thumbprintS256.utf8.count == 43, "a certificate has a thumbprint")
        let names = certificate.sanDNS + certificate.sanURI + certificate.sanIP + certificate.sanEmail
        expect(names.allSatisfy { !$0.utf8.contains(0) }, "no name has a NUL")
        _ = certificate.isValid(at: Surroundings.now)
    }
}
