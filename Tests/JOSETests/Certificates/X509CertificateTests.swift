import JOSE
import OAuthProtocol
import Testing

@Suite struct X509CertificateTests {
    private func certificate(_ base64: String) throws -> X509Certificate {
        try X509Certificate(der: #require(Base64.decode(base64)))
    }

    @Test("Subject, alternative names, key, thumbprint and times are read")
    func full() throws {
        let certificate = try certificate(CertificateVector.full)
        #expect(certificate.subjectDN == ##"CN=\ client 1\ ,UID=u1+OU=\#one,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example"##)
        #expect(certificate.sanDNS == ["client.example.com", "*.example.org"])
        #expect(certificate.sanURI == ["urn:example:client?a=1"])
        #expect(certificate.sanIP == ["192.0.2.7", "2001:db8::1:0:0:1"])
        #expect(certificate.sanEmail == ["ops@example.com"])
        #expect(certificate.thumbprintS256 == CertificateVector.fullThumbprint)
        let x = try decoded(CertificateVector.fullX)
        let y = try decoded(CertificateVector.fullY)
        #expect(certificate.publicKey == .ec(try ECPublicKey(curve: .p256, x: x, y: y)))
        #expect(certificate.notBefore == Timestamp(seconds: 1_735_689_600))
        #expect(certificate.notAfter == Timestamp(seconds: 2_051_222_400))
        #expect(certificate.isValid(at: Timestamp(seconds: 1_800_000_000)))
        #expect(!certificate.isValid(at: Timestamp(seconds: 1_700_000_000)))
        #expect(!certificate.isValid(at: Timestamp(seconds: 2_100_000_000)))
    }

    @Test(
        "A subject matches however it is escaped and spaced, with its types in any case or as numbers",
        arguments: [
            ##"CN=\ client 1\ ,OU=\#one+UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example"##,
            ##"cn=\20client 1\20, ou=\23one + uid=u1, o=H\C3\A4user\2C S\C3\B6hne \2B \22Co\22, c=DE, dc=example"##,
            ##"2.5.4.3=\ client 1\ ,UID=u1+OU=\#one,OID.2.5.4.10=Häuser\, Söhne \+ \"Co\",C=DE,DC=example"##,
        ])
    func subjects(text: String) throws { #expect(try certificate(CertificateVector.full).hasSubject(text)) }

    @Test(
        "A subject with other values, another order, fewer or more parts does not match",
        arguments: [
            "", "x", "=", "CN=", "CN=client 1", ##"CN=\ client 1\ "##,
            ##"DC=example,C=DE,O=Häuser\, Söhne \+ \"Co\",OU=\#one+UID=u1,CN=\ client 1\ "##,
            ##"CN=\ CLIENT 1\ ,OU=\#one+UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example"##,
            ##"CN=\ client 1\ ,OU=\#one+UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example,DC=com"##,
            ##"CN=\ client 1\ ,OU=\#one,UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example"##,
            ##"CN=\ client 1\ ,OU=\#one+UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example,"##,
            ##"CN=\ client 1\ ,OU=\#one+UID=u1,O=Häuser\, Söhne \+ \"Co\",C=DE,DC=example\"##,
        ])
    func otherSubjects(text: String) throws { #expect(!(try certificate(CertificateVector.full).hasSubject(text))) }

    @Test("A comma inside a value does not pass for the border of two")
    func smuggledComma() throws {
        let pair = try PrivateKey.generate(for: .es256)
        let der = try SelfSignedCertificate.make(
            for: pair, commonName: "a,O=Bank", serial: [1], notBefore: Timestamp(seconds: 0), lifetime: .days(1))
        let certificate = try X509Certificate(der: der)
        #expect(certificate.subjectDN == ##"CN=a\,O=Bank"##)
        #expect(!certificate.hasSubject("CN=a,O=Bank") && certificate.hasSubject(##"CN=a\,O\3dBank"##))
    }

    @Test("A name with a NUL inside is no name")
    func nul() throws { #expect(try certificate(CertificateVector.withNUL).sanDNS == []) }

    @Test("An Ed25519 key is read, a type that nobody knows is a number with its value in hexadecimal")
    func ed25519() throws {
        let certificate = try certificate(CertificateVector.ed25519)
        guard case .ed25519 = certificate.publicKey else {
            Issue.record("\(String(describing: certificate.publicKey))")
            return
        }
        #expect(certificate.subjectDN == "1.3.6.1.4.1.99999.1=#0C0178,CN=ed")
        #expect(certificate.hasSubject("1.3.6.1.4.1.99999.1=#0C0178,CN=ed"))
    }

    @Test("A weak key is no key, and an empty subject matches nothing")
    func unusable() throws {
        #expect(try certificate(CertificateVector.weak).publicKey == nil)
        let unnamed = try certificate(CertificateVector.unnamed)
        #expect(unnamed.subjectDN == "" && unnamed.sanIP == ["::"])
        #expect(!unnamed.hasSubject("") && !unnamed.hasSubject("CN=x"))
    }

    @Test("A certificate is its client's when the client's key set has its key")
    func sameKey() throws {
        let pair = try PrivateKey.generate(for: .es384)
        let der = try SelfSignedCertificate.make(
            for: pair, commonName: "c", serial: [1], notBefore: Timestamp(seconds: 0), lifetime: .days(1))
        let certificate = try X509Certificate(der: der)
        #expect(try certificate.isSame(key: JWK(pair.publicKey.jwk)))
        #expect(try !certificate.isSame(key: JWK(PrivateKey.generate(for: .es384).publicKey.jwk)))
        #expect(try !self.certificate(CertificateVector.weak).isSame(key: JWK(pair.publicKey.jwk)))
    }

    @Test("PEM is read as it is, as proxies escape it, and as they squeeze it into one line")
    func pem() throws {
        let base64 = CertificateVector.full
        let lines = stride(from: 0, to: base64.count, by: 64).map { String(base64.dropFirst($0).prefix(64)) }
        let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")
        let pem = ([begin] + lines + [end, ""]).joined(separator: "\n")
        let escaped = PercentEncoding.encodeForm(pem)
        let partlyEscaped = pem.replacing("\n", with: "%0A").replacing(" ", with: "%20")
        let forms = [
            pem, pem.replacing("\n", with: "\r\n"), escaped, partlyEscaped, "Subject: CN=x\n\n" + pem + pem,
            pem.replacing("\n", with: " "), pem.replacing("\n", with: "\t"), begin + base64 + end, base64,
            PercentEncoding.encodeForm(base64), ":\(base64):",
        ]
        for form in forms { #expect(try X509Certificate(pem: form).thumbprintS256 == CertificateVector.fullThumbprint) }
    }

    @Test(
        "Text that is no certificate is malformed",
        arguments: [
            "", "x", "%", "%zz", ":", "::", ":AAAA", "-----BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE----------END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n" + CertificateVector.full, "%00" + CertificateVector.full, "(null)",
        ])
    func malformedPEM(text: String) { #expect(throws: CertificateError.malformed) { try X509Certificate(pem: text) } }

    @Test("Bytes that are not one whole certificate are malformed, and too many are too many")
    func malformedDER() throws {
        let der = try #require(Base64.decode(CertificateVector.full))
        for bytes in [[], [0x30], Array(der.dropLast()), der + [0], Array(der.dropFirst()), der + der] {
            #expect(throws: CertificateError.malformed) { try X509Certificate(der: bytes) }
        }
        #expect(throws: CertificateError.tooLarge) { try X509Certificate(der: der + [UInt8](repeating: 0, count: 40_000)) }
        #expect(throws: CertificateError.tooLarge) { try X509Certificate(pem: String(repeating: "A", count: 70_000)) }
        // Whatever a changed byte does, reading survives it.
        for index in der.indices {
            var changed = der
            changed[index] ^= 0xFF
            _ = try? X509Certificate(der: changed)
        }
    }
}
