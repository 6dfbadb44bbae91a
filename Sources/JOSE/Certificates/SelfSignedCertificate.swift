import CLibCrypto
package import OAuthProtocol

/// The certificate that wraps a signing key for `x5c` (contract 3.2): some SDKs build the key from it. Nobody validates a
/// chain; it only has to be well formed.
package enum SelfSignedCertificate {
    /// An X.509 v3 certificate in DER: subject and issuer CN = `commonName`, an end entity that may sign, signed with
    /// SHA-256. A name beyond X.520's limit of 64 bytes is cut there. `serial` is big-endian.
    /// Empty for an Ed25519 key: no JWK with such a key has a certificate. Throws `KeyError.unsuitableSerial`.
    package static func make(
        for key: PrivateKey, commonName: String, serial: [UInt8], notBefore: Timestamp, lifetime: Lifetime
    ) throws -> [UInt8] {
        let keyPair: EVPKey
        switch key {
        case .rsa(let key): keyPair = key.key
        case .ec(let key): keyPair = try EVPKey(pkcs8DER: key.pkcs8DER.revealed)
        case .ed25519: return []
        }
        guard serial.count <= 20, serial.contains(where: { $0 != 0 }) else { throw KeyError.unsuitableSerial }
        let certificate = Certificate(pointer: try check(X509_new(), "X509_new"))
        defer { X509_free(certificate.pointer) }
        try check(X509_set_version(certificate.pointer, Int(X509_VERSION_3)), "X509_set_version")
        try certificate.set(serial: serial)
        try certificate.set(from: notBefore, until: notBefore + lifetime)
        try certificate.set(commonName: commonName)
        try check(X509_set_pubkey(certificate.pointer, keyPair.pointer), "X509_set_pubkey")
        try certificate.add(NID_basic_constraints, "critical,CA:FALSE")
        try certificate.add(NID_key_usage, "critical,digitalSignature")
        try certificate.add(NID_subject_key_identifier, "hash")
        guard X509_sign(certificate.pointer, keyPair.pointer, EVP_sha256()) > 0 else { throw LibCryptoError("X509_sign") }
        return try derBytes("i2d_X509") { i2d_X509(certificate.pointer, $0) }
    }

    /// As `make(for: PrivateKey, …)`.
    package static func make(
        for key: RSAPrivateKey, commonName: String, serial: [UInt8], notBefore: Timestamp, lifetime: Lifetime
    ) throws -> [UInt8] {
        try make(for: .rsa(key), commonName: commonName, serial: serial, notBefore: notBefore, lifetime: lifetime)
    }
}

/// A certificate under construction; borrowed from `make`, which frees it.
private struct Certificate {
    let pointer: OpaquePointer

    func set(serial: [UInt8]) throws(LibCryptoError) {
        let number = try check(BN_bin2bn(serial, Int32(serial.count), nil), "BN_bin2bn")
        defer { BN_free(number) }
        let target = X509_get_serialNumber(pointer)
        guard BN_to_ASN1_INTEGER(number, target) != nil else { throw LibCryptoError("BN_to_ASN1_INTEGER") }
    }

    func set(from notBefore: Timestamp, until notAfter: Timestamp) throws(LibCryptoError) {
        guard ASN1_TIME_set(X509_getm_notBefore(pointer), Int(notBefore.seconds)) != nil,
            ASN1_TIME_set(X509_getm_notAfter(pointer), Int(notAfter.seconds)) != nil
        else { throw LibCryptoError("ASN1_TIME_set") }
    }

    func set(commonName: String) throws(LibCryptoError) {
        let name = X509_get_subject_name(pointer)
        let text = Array(commonName.utf8.prefix(64))
        try check(
            X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, Int32(text.count), -1, 0),
            "X509_NAME_add_entry_by_txt")
        try check(X509_set_issuer_name(pointer, name), "X509_set_issuer_name")
    }

    func add(_ identifier: Int32, _ value: String) throws(LibCryptoError) {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, pointer, pointer, nil, nil, 0)
        let made = try check(X509V3_EXT_conf_nid(nil, &context, identifier, value), "X509V3_EXT_conf_nid")
        defer { X509_EXTENSION_free(made) }
        try check(X509_add_ext(pointer, made, -1), "X509_add_ext")
    }
}
