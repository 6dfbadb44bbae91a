import OAuthProtocol
import Storage

/// One access token to be made: what was granted, to whom, for which API, on which way.
struct Issuance: Sendable {
    /// What the token travels through; decides its lifetime and its `gty`.
    enum Channel: Sendable {
        case tokenEndpoint, refresh, frontChannel
    }

    var access: GrantedAccess
    var client: Client
    /// `nil` for `/userinfo` alone.
    var api: ResourceServer?
    var channel: Channel
    /// The key that the token is bound to (RFC 9449, RFC 8705).
    var confirmation: Confirmation?

    private static let userinfoLifetime: Lifetime = 86_400
    private static let userinfoLifetimeForWeb: Lifetime = 7200
    private static let strictLifetime: Lifetime = 3600

    /// Contract 9.1, 23.
    var lifetime: Lifetime { client.isStrictThirdParty ? min(standardLifetime, Self.strictLifetime) : standardLifetime }

    private var standardLifetime: Lifetime {
        switch channel {
        case .tokenEndpoint, .refresh: api?.tokenLifetime ?? Self.userinfoLifetime
        case .frontChannel: api.map { min($0.tokenLifetimeForWeb, $0.tokenLifetime) } ?? Self.userinfoLifetimeForWeb
        }
    }
}
