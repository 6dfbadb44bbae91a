import CLibCrypto

/// The digests that RSA's paddings use: those of signatures, and SHA-1 for RSA-OAEP alone.
enum MessageDigest: Sendable {
    case sha1, sha256, sha384, sha512

    var pointer: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
