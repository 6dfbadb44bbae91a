import CArgon2
import OAuthProtocol

/// libargon2 with Swift types. Blocks the calling thread for the whole computation.
enum Argon2 {
    struct Failure: Error {
        /// libargon2's code.
        let code: Int32
    }

    private static let hashLength = 32

    /// An encoded Argon2id hash. `password` is taken as it is, NUL included.
    static func hash(_ password: [UInt8], salt: [UInt8], _ cost: Argon2Parameters) throws(Failure) -> String {
        let length = argon2_encodedlen(
            cost.passes, cost.memory, cost.lanes, UInt32(salt.count), UInt32(hashLength), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            cost.passes, cost.memory, cost.lanes, password, password.count, salt, salt.count, hashLength, &encoded, length)
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Compares in constant time (libargon2 does). Throws when the hash is malformed or memory is short.
    static func verify(_ password: [UInt8], against encoded: String, _ variant: EncodedArgon2.Variant) throws(Failure) -> Bool {
        let type: argon2_type =
            switch variant {
            case .argon2i: Argon2_i
            case .argon2d: Argon2_d
            case .argon2id: Argon2_id
            }
        let code = argon2_verify(encoded, password, password.count, type)
        if code == ARGON2_OK.rawValue { return true }
        guard code == ARGON2_VERIFY_MISMATCH.rawValue else { throw Failure(code: code) }
        return false
    }
}
