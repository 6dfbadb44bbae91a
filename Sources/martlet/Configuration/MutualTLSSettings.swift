import HTTPServer
import HTTPTypes
import OAuthProtocol

/// Where clients are asked for certificates, and which are believed (RFC 8705).
struct MutualTLSSettings {
    /// 0 is none.
    var port: Int
    /// The port as clients see it; 0 is none.
    var publishedPort: Int
    /// PEM file; empty when there is none.
    var authorities: String
    /// `nil` unless the proxy was given a secret.
    var fields: CertificateFields?

    init(_ reader: SettingsReader) {
        port = reader.number(
            "mtls.port", default: 0, in: 0...65_535,
            "Port of a second TLS listener, which asks for client certificates; browsers never meet it. 0 is none.")
        let published = reader.number(
            "mtls.publicPort", default: 0, in: 0...65_535,
            "The port at which clients reach `mtls.port`, or a proxy that asks for certificates. 0 is `mtls.port` itself.")
        publishedPort = published == 0 ? port : published
        authorities = reader.text(
            "tls.clientAuthorities", "PEM file of authorities whose client certificates `tls_client_auth` accepts.")
        let secret = reader.secret(
            "proxy.certificateSecret",
            """
            What a trusted proxy that asks for client certificates sends as `cname-api-key`, at least 32 characters; without it the \
            fields below do not count.
            """)
        let certificate = reader.text(
            "proxy.certificateField", default: "client-certificate",
            "Field in which a trusted proxy reports the client's certificate, as PEM (URL-encoded) or `:base64:`.")
        let verification = reader.text(
            "proxy.certificateVerifiedField", default: "client-certificate-ca-verified",
            "Field in which it reports whether the chain is good: `SUCCESS`, `FAILED:reason` or `NONE`.")
        for (setting, name) in [("certificateField", certificate), ("certificateVerifiedField", verification)]
        where HTTPField.Name(name) == nil {
            reader.report("proxy.\(setting): \"\(name)\" is not the name of a field")
        }
        guard let secret else { return }
        if secret.revealed.utf8.count < 32 { reader.report("proxy.certificateSecret: shorter than 32 characters") }
        if let certificate = HTTPField.Name(certificate), let verification = HTTPField.Name(verification) {
            fields = CertificateFields(secret: secret, certificate: certificate, verification: verification)
        }
    }
}
