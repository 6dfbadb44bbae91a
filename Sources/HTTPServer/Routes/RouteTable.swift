import HTTPTypes
import Hummingbird
import OAuthProtocol

/// Every route of the server. A new endpoint is one file and one line here; `Allow`, preflight answers and the format of
/// errors follow from the line.
package enum RouteTable {
    package static let routes: [Route] =
        authenticationAPI + FederationRoutes.routes + userProofs + embeddedLogin + metadata + CertificateRoutes.routes
        + PageRoutes.routes + plumbing + AssetRoutes.routes + DevelopmentRoutes.routes

    private static let authenticationAPI: [Route] = [
        .api(.post, at: "/oauth/token", .oauth(.token), use: TokenRoutes.token).limited(by: .token),
        .api(.post, at: "/oauth/revoke", .oauth(.clientEndpoint), use: TokenRoutes.revoke),
        .api(.post, at: "/oauth/introspect", .oauth(.clientEndpoint), use: TokenRoutes.introspect),
        .api(.post, at: "/oauth/par", .oauth(.clientEndpoint), use: PushedAuthorizationRoute.respond),
        .api(.post, at: "/oidc/register", .oauth(.clientEndpoint), use: RegistrationRoutes.register)
            .limited(by: .registration),
        .api(.get, .put, .delete, at: "/oidc/register/*", .oauth(.clientEndpoint), use: RegistrationRoutes.manage),
        .api(.post, at: "/oauth/device/code", .oauth(.clientEndpoint), use: DeviceRoutes.deviceCode),
        .api(.post, at: "/bc-authorize", .oauth(.clientEndpoint), use: DeviceRoutes.backchannel),
        .api(.get, .post, at: "/userinfo", .oauth(.resource), use: UserInfoRoute.respond).limited(by: .userinfo),
        .api(.post, at: "/dbconnections/signup", .database, use: DatabaseRoutes.signup),
        .api(.post, at: "/dbconnections/change_password", .database, use: DatabaseRoutes.changePassword)
            .limited(by: .passwordReset),
    ]

    /// Codes, second factors and passkeys.
    private static let userProofs = PasswordlessRoutes.routes + MultifactorRoutes.routes + PasskeyRoutes.routes

    /// Lock, auth0.js, and what they used to call.
    private static let embeddedLogin = CrossOriginLoginRoutes.routes + HostedLoginRoutes.routes + ReservedRoutes.routes

    private static let metadata: [Route] = [
        .metadata(at: "/.well-known/openid-configuration", use: MetadataRoutes.discovery),
        .metadata(at: "/.well-known/oauth-authorization-server", use: MetadataRoutes.discovery),
        // RFC 8414 section 3.1 appends the path of an issuer; ours have none, but clients ask with the path of what they call.
        .metadata(at: "/.well-known/oauth-authorization-server/*", use: MetadataRoutes.discovery),
        .metadata(at: "/.well-known/oauth-protected-resource", use: MetadataRoutes.protectedResource),
        .metadata(at: "/.well-known/jwks.json", use: MetadataRoutes.keys).limited(by: .jwks),
    ]

    private static let plumbing: [Route] = [
        .plain(at: "/favicon.ico", use: AssetRoutes.icon),
        .plain(at: "/robots.txt", use: HealthRoutes.robots),
        .plain(at: "/healthz", use: HealthRoutes.alive),
        .plain(at: "/readyz", use: HealthRoutes.ready),
    ]
}
