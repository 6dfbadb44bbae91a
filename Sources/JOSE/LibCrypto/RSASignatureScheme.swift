import CLibCrypto
import Synchronization

/// The two RSA signature schemes of RFC 7518 sections 3.3 and 3.5 with their three digests.
struct RSASignatureScheme: Sendable {
    private let isPSS: Bool
    private let digest: MessageDigest

    /// `nil` when the algorithm is not RSA's.
    init?(_ algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .rs256: (isPSS, digest) = (false, .sha256)
        case .rs384: (isPSS, digest) = (false, .sha384)
        case .rs512: (isPSS, digest) = (false, .sha512)
        case .ps256: (isPSS, digest) = (true, .sha256)
        case .ps384: (isPSS, digest) = (true, .sha384)
        case .ps512: (isPSS, digest) = (true, .sha512)
        case .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512: return nil
        }
    }

    func setUp(_ context: OpaquePointer, _ purpose: SignatureContext.Purpose, _ key: EVPKey) throws(LibCryptoError) {
        var parameters: OpaquePointer?
        switch purpose {
        case .sign:
            try check(EVP_DigestSignInit(context, &parameters, digest.pointer, nil, key.pointer), "EVP_DigestSignInit")
        case .verify:
            try check(EVP_DigestVerifyInit(context, &parameters, digest.pointer, nil, key.pointer), "EVP_DigestVerifyInit")
        }
        let padding = isPSS ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING
        try check(EVP_PKEY_CTX_set_rsa_padding(parameters, padding), "EVP_PKEY_CTX_set_rsa_padding")
        guard isPSS else { return }
        // The salt is as long as the digest, and MGF1 takes the same hash unless told otherwise.
        try check(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST), "EVP_PKEY_CTX_set_rsa_pss_saltlen")
    }
}

/// The contexts of one RSA key, each made at its first use: a key signs with one algorithm, and a client's key may be read
/// only to be compared.
final class RSASignatureContexts: Sendable {
    private let purpose: SignatureContext.Purpose
    private let key: EVPKey
    private let made = Mutex<[SignatureAlgorithm: SignatureContext]>([:])

    init(_ purpose: SignatureContext.Purpose, key: EVPKey) { (self.purpose, self.key) = (purpose, key) }

    /// `nil` when the algorithm is not RSA's.
    func context(for algorithm: SignatureAlgorithm) throws(LibCryptoError) -> SignatureContext? {
        if let context = made.withLock({ $0[algorithm] }) { return context }
        guard let scheme = RSASignatureScheme(algorithm) else { return nil }
        // Made outside the lock; when two tasks do so at once, one copy is dropped.
        let context = try SignatureContext(purpose, key: key, scheme: scheme)
        made.withLock { $0[algorithm] = context }
        return context
    }
}
