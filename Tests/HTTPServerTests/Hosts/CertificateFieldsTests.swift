import AuthorizationServer
import HTTPServer
import HTTPTypes
import JOSE
import OAuthProtocol
import Testing

/// What a proxy reports of the client's certificate (contract 2.2).
@Suite struct CertificateFieldsTests {
    private static let secret = "0123456789abcdef0123456789abcdef"
    private let fields = CertificateFields(secret: SecretString(Self.secret))
    private let der: [UInt8]
    private let pem: String

    init() throws {
        der = try SelfSignedCertificate.make(
            for: try PrivateKey.generate(for: .es256), commonName: "client", serial: [1],
            notBefore: Timestamp(seconds: 1_700_000_000),
            lifetime: .days(3650))
        pem = "-----BEGIN CERTIFICATE-----\n\(Base64.encode(der))\n-----END CERTIFICATE-----\n"
    }

    private func headers(_ certificates: [String], _ verdicts: [String], keys: [String] = [secret]) -> HTTPFields {
        var headers = HTTPFields()
        for key in keys { headers.append(HTTPField(name: .cnameAPIKey, value: key)) }
        for value in certificates { headers.append(HTTPField(name: .clientCertificate, value: value)) }
        for value in verdicts { headers.append(HTTPField(name: .clientCertificateVerified, value: value)) }
        return headers
    }

    @Test(
        "Only SUCCESS says that the chain was verified",
        arguments: [
            ("SUCCESS", true), ("FAILED:self-signed certificate", false), ("FAILED", false), ("success", false), ("", false),
            ("SUCCESS,SUCCESS", false),
        ])
    func verdicts(verdict: String, isVerified: Bool) {
        let presented = fields.presented(headers([PercentEncoding.encodeForm(pem)], [verdict]))
        #expect(presented == PresentedCertificate(der: der, isChainVerified: isVerified))
    }

    @Test("Without a verdict the certificate counts as unverified")
    func noVerdict() {
        let presented = fields.presented(headers([PercentEncoding.encodeForm(pem)], []))
        #expect(presented == PresentedCertificate(der: der, isChainVerified: false))
    }

    @Test("The form of RFC 9440 is read as well")
    func structured() {
        let presented = fields.presented(headers([":\(Base64.encode(der)):"], ["SUCCESS"]))
        #expect(presented == PresentedCertificate(der: der, isChainVerified: true))
    }

    @Test("NONE, no field, an empty one or one that cannot be read is no certificate")
    func none() {
        let good = PercentEncoding.encodeForm(pem)
        #expect(fields.presented(headers([good], ["NONE"])) == nil)
        #expect(fields.presented(headers([], ["SUCCESS"])) == nil)
        #expect(fields.presented(headers([""], ["SUCCESS"])) == nil)
        #expect(fields.presented(headers(["%zz"], ["SUCCESS"])) == nil)
        #expect(fields.presented(headers([String(good.dropLast(60))], ["SUCCESS"])) == nil)
        #expect(fields.presented(headers([String(repeating: "A", count: 100_000)], ["SUCCESS"])) == nil)
    }

    @Test("A field that stands there twice was written by someone else than the proxy")
    func doubled() {
        let good = PercentEncoding.encodeForm(pem)
        #expect(fields.presented(headers([good, good], ["SUCCESS"])) == nil)
        #expect(fields.presented(headers([good], ["SUCCESS", "FAILED:x"])) == nil)
    }

    @Test(
        "Whoever does not send the proxy's secret is not the proxy",
        arguments: [[], [""], ["0123456789abcdef0123456789abcdeF"], [secret, secret], [secret + "0"]])
    func strangers(keys: [String]) {
        let good = PercentEncoding.encodeForm(pem)
        #expect(fields.presented(headers([good], ["SUCCESS"], keys: keys)) == nil)
        #expect(fields.presented(headers([good], ["SUCCESS"])) != nil)
    }
}
