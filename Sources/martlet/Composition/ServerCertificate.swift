import NIOSSL

/// The certificate that a listener shows.
enum ServerCertificate {
    /// `nil` without a certificate. Throws `CommandFailure` when a file cannot be read or is not PEM.
    static func configuration(_ files: ListenerSettings.Certificate?) throws -> TLSConfiguration? {
        guard let files else { return nil }
        let chain = try read("tls.certificate", files.chain) { try NIOSSLCertificate.fromPEMBytes($0) }
        let key = try read("tls.key", files.key) { try NIOSSLPrivateKey(bytes: $0, format: .pem) }
        guard !chain.isEmpty else { throw CommandFailure("tls.certificate: \(files.chain) holds no certificate") }
        return .listener(chain: chain, key: key)
    }

    private static func read<Value>(_ setting: String, _ path: String, _ parse: ([UInt8]) throws -> Value) throws -> Value {
        let bytes = try PlainFile.read(path)
        do {
            return try parse(bytes)
        } catch {
            throw CommandFailure("\(setting): \(path) is not a PEM file that can be used")
        }
    }
}
