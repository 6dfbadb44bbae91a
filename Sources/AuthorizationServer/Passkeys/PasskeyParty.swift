import OAuthProtocol
import Storage

/// The relying party of WebAuthn ceremonies: whose credentials they are and from where they may run (contract 19).
struct PasskeyParty: Sendable {
    /// The domain of the credentials.
    let id: String
    let name: String
    let origins: [String]

    init(_ settings: TenantSettings, for client: Client, at issuer: Issuer) {
        id = settings.passkeys.relyingPartyID ?? Self.hostWithoutPort(issuer.host)
        name = settings.friendlyName
        let own = WebOrigin("\(issuer.scheme)://\(issuer.host)")
        // An application may run the ceremony on its own pages; the browser sees to it that its domain fits.
        let callbacks = client.callbacks.compactMap { RedirectURI($0)?.origin.flatMap { WebOrigin($0) } }
        let known = [own].compactMap(\.self) + client.webOrigins.compactMap { WebOrigin($0) } + callbacks
        origins = known.map(\.serialized) + settings.passkeys.origins
    }

    private static func hostWithoutPort(_ host: String) -> String {
        guard let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")), !host.hasSuffix("]") else { return host }
        return String(host[..<colon])
    }

    /// Whether the device verified its user is the user's and the device's choice (contract 19: `preferred`).
    func expectation(challenge: [UInt8]) -> WebAuthnExpectation {
        var expectation = WebAuthnExpectation(
            challenge: challenge, relyingPartyID: id, origins: origins, requiresUserVerification: false)
        expectation.algorithms = Self.algorithms
        return expectation
    }

    /// EdDSA first, then ES256 and RS256 (contract 19).
    static let algorithms: [Int64] = [-8, -7, -257]
}
