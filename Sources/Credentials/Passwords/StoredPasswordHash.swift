/// A password hash as it may stand in the database.
enum StoredPasswordHash {
    case argon2(EncodedArgon2, text: String)
    case bcrypt(String)
    case unreadable

    init(_ text: String) {
        if let encoded = EncodedArgon2(text) {
            self = .argon2(encoded, text: text)
        } else if Bcrypt.accepts(text) {
            self = .bcrypt(text)
        } else {
            self = .unreadable
        }
    }
}

extension Argon2PasswordHasher {
    /// Whether a hash from another system can be imported: an encoded Argon2 or bcrypt hash of bearable cost.
    package static func canVerify(_ hash: String) -> Bool {
        switch StoredPasswordHash(hash) {
        case .argon2, .bcrypt: true
        case .unreadable: false
        }
    }
}
