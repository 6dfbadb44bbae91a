import CLibCrypto
import Crypto
import JOSE
import OAuthProtocol
import Testing

/// Each form is read back by libcrypto, which also is what made it; the end-to-end tests use the `openssl` command.
@Suite struct CertificateFormsTests {
    private func make(_ key: PrivateKey? = nil) throws -> CertificateForms {
        let key = try key ?? .rsa(TestKey.rsa())
        return CertificateForms(
            der: try SelfSignedCertificate.make(
                for: key, commonName: "tenant.example.com", serial: [1], notBefore: Timestamp(seconds: 1_755_188_974),
                lifetime: .days(3650)))
    }

    /// The DER between the lines of a PEM text that has nothing else.
    private func body(_ pem: String, _ label: String) throws -> [UInt8] {
        var lines = pem.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "-----BEGIN \(label)-----" && Array(lines.suffix(2)) == ["-----END \(label)-----", ""])
        lines = Array(lines.dropFirst().dropLast(2))
        #expect(lines.dropLast().allSatisfy { $0.utf8.count == 64 } && (1...64).contains(lines.last?.utf8.count ?? 0))
        return try #require(Base64.decode(lines.joined()))
    }

    @Test("PEM: the same DER between two lines, 64 characters a line")
    func pem() throws {
        let certificate = try make()
        #expect(try body(certificate.pem, "CERTIFICATE") == certificate.der)
        #expect(try X509Certificate(pem: certificate.pem).subjectDN == "CN=tenant.example.com")
    }

    @Test("The public key alone, of RSA and EC keys, is the key that the certificate holds")
    func publicKey() throws {
        let keys: [PrivateKey] = [.rsa(try TestKey.rsa()), .ec(try ECPrivateKey.generate(.p256))]
        for key in keys {
            let der = try body(try make(key).publicKeyPEM(), "PUBLIC KEY")
            let read = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
                var cursor = buffer.baseAddress
                let read = d2i_PUBKEY(nil, &cursor, buffer.count)
                #expect(cursor == buffer.baseAddress.map { $0 + buffer.count }, "nothing stands behind the key")
                return read
            }
            let own = try #require(read)
            defer { EVP_PKEY_free(own) }
            let certificate = try make(key).der.withUnsafeBufferPointer { buffer in
                var cursor = buffer.baseAddress
                return try #require(d2i_X509(nil, &cursor, buffer.count))
            }
            defer { X509_free(certificate) }
            #expect(EVP_PKEY_eq(own, X509_get0_pubkey(certificate)) == 1)
        }
    }

    @Test("PKCS #7: one certificate, no signer, no content")
    func pkcs7() throws {
        let certificate = try make()
        let der = try certificate.pkcs7()
        let bundle = try der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            let bundle = try #require(d2i_PKCS7(nil, &cursor, buffer.count))
            #expect(cursor == buffer.baseAddress.map { $0 + buffer.count }, "nothing stands behind the bundle")
            return bundle
        }
        defer { PKCS7_free(bundle) }
        #expect(OBJ_obj2nid(bundle.pointee.type) == NID_pkcs7_signed)
        let signed = try #require(bundle.pointee.d.sign).pointee
        #expect(OBJ_obj2nid(signed.contents.pointee.type) == NID_pkcs7_data && signed.contents.pointee.d.data == nil)
        #expect(OPENSSL_sk_num(signed.signer_info) == 0)
        #expect(OPENSSL_sk_num(signed.cert) == 1)
        var length: UnsafeMutablePointer<UInt8>?
        let held = OpaquePointer(OPENSSL_sk_value(signed.cert, 0))
        let count = i2d_X509(held, &length)
        defer { CRYPTO_free(length, nil, 0) }
        #expect(Array(UnsafeBufferPointer(start: length, count: Int(count))) == certificate.der)
    }

    @Test("The fingerprint: SHA-1 in twenty upper-case pairs")
    func fingerprint() throws {
        let certificate = try make()
        let pairs = certificate.fingerprint.split(separator: ":")
        #expect(pairs.count == 20 && pairs.allSatisfy { $0.utf8.count == 2 })
        #expect(certificate.fingerprint == certificate.fingerprint.uppercased())
        #expect(pairs.compactMap { UInt8($0, radix: 16) } == Array(Insecure.SHA1.hash(data: certificate.der)))
        #expect(CertificateForms(der: []).fingerprint == "DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09")
    }

    @Test("What is no certificate has no key and fits in no bundle", arguments: [[], [0x30, 0], Array("x".utf8)] as [[UInt8]])
    func malformed(der: [UInt8]) {
        #expect(throws: CertificateError.malformed) { try CertificateForms(der: der).publicKeyPEM() }
        #expect(throws: CertificateError.malformed) { try CertificateForms(der: der).pkcs7() }
    }
}
