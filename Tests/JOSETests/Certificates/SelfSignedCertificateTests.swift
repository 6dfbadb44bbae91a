import CLibCrypto
import JOSE
import OAuthProtocol
import Testing

@Suite struct SelfSignedCertificateTests {
    static let notBefore = Timestamp(seconds: 1_755_188_974)

    private func make(
        _ key: RSAPrivateKey, commonName: String = "tenant.example.com", serial: [UInt8] = [0x80, 1, 2]
    ) throws -> [UInt8] {
        try SelfSignedCertificate.make(
            for: key, commonName: commonName, serial: serial, notBefore: Self.notBefore, lifetime: .days(3650))
    }

    /// Runs `body` on the certificate as libcrypto reads it back.
    private func withParsed<Value>(_ der: [UInt8], _ body: (OpaquePointer) throws -> Value) throws -> Value {
        let certificate = try der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            let certificate = try #require(d2i_X509(nil, &cursor, buffer.count))
            #expect(cursor == buffer.baseAddress.map { $0 + buffer.count }, "nothing stands behind the certificate")
            return certificate
        }
        defer { X509_free(certificate) }
        return try body(certificate)
    }

    private func commonName(_ name: OpaquePointer?) throws -> String {
        var buffer = [CChar](repeating: 0, count: 200)
        let count = X509_NAME_get_text_by_NID(name, NID_commonName, &buffer, Int32(buffer.count))
        try #require(count >= 0)
        return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test("It is version 3, names the host twice, lives as long as asked and has the serial asked for")
    func fields() throws {
        try withParsed(try make(TestKey.rsa())) { certificate in
            #expect(X509_get_version(certificate) == 2)
            let names = [try commonName(X509_get_subject_name(certificate)), try commonName(X509_get_issuer_name(certificate))]
            #expect(names == ["tenant.example.com", "tenant.example.com"])
            #expect(ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), Int(Self.notBefore.seconds)) == 0)
            #expect(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), Int((Self.notBefore + .days(3650)).seconds)) == 0)
            let serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil)
            defer { BN_free(serial) }
            #expect(BN_get_word(serial) == 0x800102)
            #expect(BN_is_negative(serial) == 0)
        }
    }

    @Test("It is signed with SHA-256 by the key that it holds, and by no other")
    func signature() throws {
        let key = try RSAPrivateKey.generate()
        let other = try make(RSAPrivateKey.generate())
        try withParsed(try make(key)) { certificate in
            let held = try #require(X509_get0_pubkey(certificate))
            #expect(X509_verify(certificate, held) == 1)
            #expect(X509_get_signature_nid(certificate) == NID_sha256WithRSAEncryption)
            let foreign = try withParsed(other) { X509_verify($0, held) }
            #expect(foreign != 1)
            var modulus: OpaquePointer?
            try #require(EVP_PKEY_get_bn_param(held, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1)
            defer { BN_free(modulus) }
            var bytes = [UInt8](repeating: 0, count: 256)
            #expect(BN_bn2bin(modulus, &bytes) == 256)
            #expect(bytes == key.publicKey.modulus)
            ERR_clear_error()
        }
    }

    @Test("It may sign and is no certificate authority")
    func extensions() throws {
        try withParsed(try make(TestKey.rsa())) { certificate in
            #expect(X509_check_ca(certificate) == 0)
            #expect(X509_get_key_usage(certificate) == UInt32(KU_DIGITAL_SIGNATURE))
            #expect(X509_get0_subject_key_id(certificate) != nil)
        }
    }

    @Test("A host name beyond X.520's 64 bytes is cut, not refused")
    func longName() throws {
        let host = String(repeating: "a", count: 60) + ".example.com"
        let name = try withParsed(try make(TestKey.rsa(), commonName: host)) { try commonName(X509_get_subject_name($0)) }
        #expect(name == String(host.prefix(64)))
    }

    @Test(
        "A serial of nothing, zero or more than 20 bytes is refused",
        arguments: [[], [0], [0, 0, 0], [UInt8](repeating: 1, count: 21)] as [[UInt8]])
    func serials(serial: [UInt8]) {
        #expect(throws: KeyError.unsuitableSerial) { try make(TestKey.rsa(), serial: serial) }
    }
}
