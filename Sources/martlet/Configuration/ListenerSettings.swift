import HTTPServer

/// The listening socket, and who stands before it.
struct ListenerSettings {
    struct Certificate {
        var chain: String
        var key: String
    }

    var host: String
    var port: Int
    var threads: Int
    var drain: Int
    var certificate: Certificate?
    var isBehindProxy: Bool
    var trustedProxies: [AddressRange]

    init(_ reader: SettingsReader) {
        host = reader.text("http.host", default: "127.0.0.1", "Address to listen on. `0.0.0.0` and `::` are every address.")
        port = reader.number("http.port", default: 8080, in: 0...65_535, "Port to listen on; 0 takes a free one.")
        threads = reader.number("http.threads", default: 1, in: 1...64, "Event loops. One serves thousands of connections.")
        drain = reader.number(
            "http.drainSeconds", default: 10, in: 0...600, "How long requests may still run after SIGTERM, in seconds.")
        isBehindProxy = reader.flag(
            "proxy.terminatesTLS", default: false,
            "A proxy in front speaks TLS with the browsers; this process speaks plain HTTP.")
        trustedProxies = []
        let proxies = reader.list(
            "proxy.trusted",
            """
            Addresses or ranges (`10.0.0.0/8`) of proxies whose `X-Forwarded-*` fields count. With `proxy.terminatesTLS` \
            alone, loopback.
            """
        )
        let chain = reader.text("tls.certificate", "PEM file: the certificate and its intermediates.")
        let key = reader.text("tls.key", "PEM file of the certificate's private key.")
        readProxies(proxies, reader)
        readCertificate(chain, key, reader)
    }

    /// Reachable from this machine only.
    var isLoopback: Bool { host == "localhost" || host == "::1" || AddressRange("127.0.0.0/8")?.contains(host) == true }

    private mutating func readProxies(_ texts: [String], _ reader: SettingsReader) {
        let given = texts.isEmpty && isBehindProxy ? ["127.0.0.0/8", "::1"] : texts
        for text in given {
            guard let range = AddressRange(text) else {
                reader.report("proxy.trusted: \"\(text)\" is neither an address nor a range like 10.0.0.0/8")
                continue
            }
            trustedProxies.append(range)
        }
    }

    private mutating func readCertificate(_ chain: String, _ key: String, _ reader: SettingsReader) {
        switch (chain.isEmpty, key.isEmpty) {
        case (true, true): break
        case (false, false): certificate = Certificate(chain: chain, key: key)
        case (true, false): reader.report("tls.certificate: missing beside tls.key")
        case (false, true): reader.report("tls.key: missing beside tls.certificate")
        }
        if certificate != nil && isBehindProxy {
            reader.report("proxy.terminatesTLS: true means plain HTTP here, but tls.certificate is set as well")
        }
    }
}
