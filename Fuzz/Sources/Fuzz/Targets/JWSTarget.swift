import JOSE
import OAuthProtocol

/// Compact JWS: strangers' tokens never verify; ours do until one character is changed.
enum JWSTarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        switch input.mode % 3 {
        case 0: stranger(input.text)
        case 1: stranger(input.compact(3))
        default: ours(input)
        }
    }

    private static let algorithms = Set(SignatureAlgorithm.allCases)

    private static func stranger(_ compact: String) {
        expect((try? JWS.verify(compact, keys: Keys.set, algorithms: algorithms)) == nil, "a stranger's token never verifies")
        expect((try? JWS.verifyHMAC(compact, secret: Keys.secret, algorithms: algorithms)) == nil, "nor does it with a secret")
        if let unsecured = try? JWS.unsecured(compact) {
            expect(unsecured.header["alg"]?.string == "none" && compact.hasSuffix("."), "an unsecured token says so")
        }
        if let (jwt, key) = try? JWS.verifyEmbedded(compact, algorithms: algorithms) {
            expect(jwt.header["alg"]?.string != "none", "a token with its key is signed")
            expect(!key.thumbprint.isEmpty, "an embedded key has a thumbprint")
        }
        if let (header, _) = try? JWS.unverified(compact) {
            expect(header["alg"]?.string != nil, "a token names its algorithm")
        }
    }

    /// Parts: what to change, and the payload.
    private static func ours(_ input: Input) {
        let change = Array(input.rest.prefix(4))
        let payload = Array(input.rest.dropFirst(4))
        let key = input.mode / 3 % 2 == 0 ? Keys.es256 : Keys.edDSA
        let compact = Keys.sign(Array(#"{"alg":"\#(key.algorithm.rawValue)"}"#.utf8), payload, with: key)
        let isObject =
            (try? JSONValue.parse(payload, limits: JSONLimits(maximumBytes: 16_384, maximumDepth: 16)))?.object != nil
        let verified = try? JWS.verify(compact, keys: Keys.set, algorithms: algorithms)
        expect(verified == nil || isObject, "only objects are claims")
        expect(verified != nil || !isObject || compact.utf8.count > 16_384, "a token of ours verifies")
        guard let other = damaged(compact, change) else { return }
        expect((try? JWS.verify(other, keys: Keys.set, algorithms: algorithms)) == nil, "a changed token does not verify")
    }
}
