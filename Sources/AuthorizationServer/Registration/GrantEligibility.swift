package import OAuthProtocol
import Storage

/// Which grants of a client's record count (contract 2.1, 4.7). Asked each time a client is read, so that no endpoint can forget
/// it, and a tenant that takes a grant back takes it from those who registered before.
package struct GrantEligibility: Sendable {
    private let settings: RegistrationSettings

    init(_ settings: RegistrationSettings) { self.settings = settings }

    /// What a tenant can let clients have that nobody vouches for: no grant by which a program handles a user's own proof.
    package static let openToThirdParties: [GrantType] = [
        .authorizationCode, .implicit, .refreshToken, .clientCredentials, .deviceCode, .ciba,
    ]

    /// The grants that registering clients may choose from, in the order of the table.
    var registrable: [GrantType] { Self.openToThirdParties.filter { settings.grantTypes.contains($0) } }

    func usable(of client: Client) -> [GrantType] { client.grantTypes.filter { isUsable($0, client) } }

    private func isUsable(_ grant: GrantType, _ client: Client) -> Bool {
        guard !client.isStranger || registrable.contains(grant) else { return false }
        return switch grant {
        case .implicit: !client.isStrictThirdParty
        // A public client cannot act in its own name.
        case .clientCredentials: !client.isPublic
        // Of those who registered, the tenant has chosen; otherwise devices are programs that keep no secret.
        case .deviceCode: client.registration != nil || (client.appType == .native && client.isPublic && client.oidcConformant)
        // Typed into a page, a code goes to whoever wrote the page.
        case .passwordlessOTP: client.appType != .spa
        default: true
        }
    }
}

extension Client {
    /// The endpoints that take or mail a user's proof of who they are (`/dbconnections/*`, `/passwordless/*`) are not for strict
    /// third parties (contract 4.7). Throws `unauthorizedClient`.
    func requireCredentialEndpoints() throws(OAuthError) {
        if isStrictThirdParty { throw OAuthError(.unauthorizedClient, WireText.thirdPartyRefused) }
    }
}
