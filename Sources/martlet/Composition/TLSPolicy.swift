import NIOCore
import NIOSSL

extension TLSConfiguration {
    /// How long a closing connection stays for the other end's `close_notify`. TLS does not ask to wait for it (RFC 8446 section
    /// 6.1, RFC 5246 section 7.2.1), and an idle client sends none: with swift-nio-ssl's five seconds every stop takes five
    /// seconds. It is long enough for an end that is still sending to read the answer first.
    private static let closingTime = TimeAmount.milliseconds(250)

    /// TLS 1.3, and TLS 1.2 with the suites that FAPI allows (conformance 1.8): with an RSA certificate exactly
    /// `ECDHE-RSA-AES128-GCM-SHA256` and `ECDHE-RSA-AES256-GCM-SHA384`, with another its counterparts.
    static func listener(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) -> TLSConfiguration {
        var configuration = makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        ]
        configuration.shutdownTimeout = closingTime
        return configuration
    }
}
