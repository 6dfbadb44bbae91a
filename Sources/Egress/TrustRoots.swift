import NIOSSL
import Synchronization

/// Whom servers' certificates must come from: the system's roots and those of the operator. Parsed once, at the first use.
final class TrustRoots: Sendable {
    private let additional: [NIOSSLCertificate]
    private let parsed = Mutex<NIOSSLTrustRoots?>(nil)

    /// Debian's, Fedora's and Alpine's places.
    private static let bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]

    init(additional: [NIOSSLCertificate]) { self.additional = additional }

    func all() -> NIOSSLTrustRoots {
        parsed.withLock { parsed in
            if let parsed { return parsed }
            let system = Self.bundles.lazy.compactMap { try? NIOSSLCertificate.fromPEMFile($0) }.first ?? []
            let roots = NIOSSLTrustRoots.certificates(system + additional)
            parsed = roots
            return roots
        }
    }
}
