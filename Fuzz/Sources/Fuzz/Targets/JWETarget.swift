import JOSE
import OAuthProtocol

/// Compact JWE: strangers' messages never open; ours do until one character is changed.
enum JWETarget {
    static func run(_ bytes: [UInt8]) {
        guard let input = Input(bytes) else { return }
        switch input.mode % 3 {
        case 0: stranger(input.text)
        case 1: stranger(input.compact(5))
        default: ours(input)
        }
    }

    private static let ec = DecryptionKey(kid: nil, privateKey: Keys.es256.privateKey)
    private static let rsa = DecryptionKey(kid: "rsa", privateKey: Keys.rs256.privateKey)

    private static func stranger(_ compact: String) {
        expect((try? JWE.decrypt(compact, with: [ec, rsa])) == nil, "a stranger's message never opens")
    }

    /// Parts: algorithms, what to change, and the message.
    private static func ours(_ input: Input) {
        let change = Array(input.rest.prefix(4))
        let message = Array(input.rest.dropFirst(4))
        let algorithms = KeyManagementAlgorithm.allCases
        let alg = algorithms[Int(input.mode / 3) % algorithms.count]
        let enc = ContentEncryption.allCases[Int(input.mode / 32) % ContentEncryption.allCases.count]
        let key = alg.works(with: rsa.privateKey.publicKey) ? rsa : ec
        guard let compact = try? JWE.encrypt(message, to: Keys.registered(key.jwk), alg: alg, enc: enc) else {
            return expect(false, "a message can be encrypted")
        }
        let opened = try? JWE.decrypt(compact, with: key)
        expect(opened?.plaintext == message || compact.utf8.count > 32_768, "a message of ours opens")
        guard let other = damaged(compact, change) else { return }
        expect((try? JWE.decrypt(other, with: key)) == nil, "a changed message does not open")
    }
}
