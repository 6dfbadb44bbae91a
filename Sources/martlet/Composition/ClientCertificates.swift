import AuthorizationServer
import Crypto
import FoundationEssentials
import HummingbirdTLS
import NIOCore
import NIOSSL
import OAuthProtocol
import SwiftASN1
import Synchronization
import X509

/// Asks the clients of a listener for certificates. Every certificate is accepted, none too: that its holder has the private key
/// is proved by TLS, and whether the client is registered with it is judged later. Chains to the configured authorities are
/// verified here, since only the handshake shows them whole.
final class ClientCertificates: Sendable {
    private let authorities: [Certificate]
    /// Hashes of leaves whose chain was good. A resumed connection shows the leaf alone.
    private let verified = Mutex<Set<SHA256Digest>>([])

    private static let maximumRemembered = 10_000

    /// - Parameter file: PEM; empty for no authority. Throws `CommandFailure` when it cannot be used.
    init(authorities file: String) throws {
        guard !file.isEmpty else {
            authorities = []
            return
        }
        let text = String(decoding: try PlainFile.read(file), as: UTF8.self)
        do {
            authorities = try PEMDocument.parseMultiple(pemString: text).map { try Certificate(pemDocument: $0) }
        } catch {
            throw CommandFailure("tls.clientAuthorities: \(file) is not a PEM file of certificates")
        }
        guard !authorities.isEmpty else { throw CommandFailure("tls.clientAuthorities: \(file) holds no certificate") }
    }

    /// How the listener's TLS must be configured.
    func asking(_ tls: TLSConfiguration) -> TLSChannelConfiguration {
        var tls = tls
        tls.certificateVerification = .optionalVerification
        return TLSChannelConfiguration(tlsConfiguration: tls) { chain in
            await self.remember(chain)
            return .certificateVerified
        }
    }

    /// The certificate of the connection's other end; `nil` when it showed none.
    func presented(on channel: any Channel) async -> PresentedCertificate? {
        guard let leaf = try? await channel.nioSSL_peerCertificate().get(), let der = try? leaf.toDERBytes() else { return nil }
        let hash = SHA256.hash(data: der)
        return PresentedCertificate(der: der, isChainVerified: verified.withLock { $0.contains(hash) })
    }

    private func remember(_ chain: [NIOSSLCertificate]) async {
        guard !authorities.isEmpty, let leaf = try? chain.first?.toDERBytes() else { return }
        let isGood = await isVerified(chain)
        let hash = SHA256.hash(data: leaf)
        verified.withLock { verified in
            guard isGood else {
                verified.remove(hash)
                return
            }
            if verified.count >= Self.maximumRemembered { verified.removeFirst() }
            verified.insert(hash)
        }
    }

    private func isVerified(_ chain: [NIOSSLCertificate]) async -> Bool {
        guard let certificates = try? chain.map({ try Certificate(derEncoded: try $0.toDERBytes()) }),
            let leaf = certificates.first, Self.isForClients(leaf)
        else { return false }
        var verifier = Verifier(rootCertificates: CertificateStore(authorities)) { RFC5280Policy() }
        let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(certificates.dropFirst()))
        guard case .validCertificate = result else { return false }
        return true
    }

    /// RFC 5280 section 4.2.1.12: a certificate that names purposes must name this one.
    private static func isForClients(_ leaf: Certificate) -> Bool {
        guard let purposes = try? leaf.extensions.extendedKeyUsage else { return true }
        return purposes.contains(.clientAuth) || purposes.contains(.any)
    }
}
