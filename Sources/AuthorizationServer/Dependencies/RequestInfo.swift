package import Logging
package import OAuthProtocol

/// What is known of the request that is being answered. Made once by the HTTP layer; nothing below reads a clock.
package struct RequestInfo: Sendable {
    /// Read once per request.
    package var now: Timestamp
    package var requestID: String
    /// The user's address: the peer's, or from a trusted proxy's header.
    package var address: String
    package var userAgent: String
    /// The `auth0-forwarded-for` header as it was sent. Counts only once the client has proved itself and is trusted
    /// with it (contract 1.1).
    package var reportedAddress: String?
    /// `Auth0-Client`, or the parameter `auth0Client`, as it was sent: which SDK asks (contract 1.1). For the audit log alone.
    package var sdkTelemetry: String?
    package var issuer: Issuer
    /// The request's method and path, which a DPoP proof names (RFC 9449 section 4.3).
    package var method = "POST"
    package var path = "/oauth/token"
    /// Every `DPoP` header, as sent. More than one is refused by whoever reads them.
    package var dpopProofs: [String] = []
    /// The certificate of the TLS connection, or the one that a trusted proxy reports (RFC 8705).
    package var clientCertificate: PresentedCertificate?
    /// Where the same endpoints are reached with a client certificate, slash included; `nil` when nowhere (RFC 8705 section 5).
    package var mtlsIssuerURL: String?
    package var logger: Logger
    /// What the request was counted against so far; copies of this value share it.
    package let limits = RequestLimits()

    package init(
        now: Timestamp, issuer: Issuer, address: String = "127.0.0.1", userAgent: String = "", logger: Logger
    ) {
        (self.now, self.issuer, self.address) = (now, issuer, address)
        (self.userAgent, self.logger) = (userAgent, logger)
        requestID = ""
    }
}

/// A client certificate that was presented, with what is known of its chain.
package struct PresentedCertificate: Sendable, Equatable {
    /// DER.
    package var der: [UInt8]
    /// The TLS layer, or the proxy, verified its chain to a configured authority. `tls_client_auth` needs it; the holder of the
    /// private key was verified in any case.
    package var isChainVerified: Bool

    package init(der: [UInt8], isChainVerified: Bool) { (self.der, self.isChainVerified) = (der, isChainVerified) }
}

/// The issuer of the host that the request came in on (contract, golden rule 1).
package struct Issuer: Hashable, Sendable, CustomStringConvertible {
    /// `https` or, in development, `http`.
    package let scheme: String
    /// Lower case, with the port where it is not the scheme's default.
    package let host: String

    package init(scheme: String, host: String) { (self.scheme, self.host) = (scheme, host) }

    /// `{scheme}://{host}/`, slash included: the `iss` of every token.
    package var description: String { "\(scheme)://\(host)/" }
    /// `localhost` for `localhost:3000`, `[::1]` for `[::1]:3000`.
    package var hostWithoutPort: String {
        guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy({ ("0"..."9").contains($0) }) else {
            return host
        }
        return String(host[..<colon])
    }
    /// `url("oauth/token")` is the token endpoint.
    package func url(_ path: String) -> String { "\(scheme)://\(host)/\(path)" }
    package var isSecure: Bool { scheme == "https" }
}
