import JOSE
package import OAuthProtocol
import Storage

/// `GET /.well-known/openid-configuration` and its aliases (OIDC Discovery 3, RFC 8414, contract 3.1, conformance 1.2). Computed
/// from the program's own tables and the tenant's settings: what is not there is not listed.
package struct DiscoveryDocument: Sendable {
    private let context: TenantContext
    private var settings: TenantSettings { context.settings }

    package init(_ context: TenantContext) { self.context = context }

    package func document(in request: RequestInfo) -> JSONObject {
        var document = endpoints(of: request.issuer)
        if let secure = request.mtlsIssuerURL { document["mtls_endpoint_aliases"] = .object(aliases(of: document, request, secure)) }
        let capabilities = DiscoveryCapabilities(settings: settings, offersMutualTLS: request.mtlsIssuerURL != nil)
        for member in capabilities.members.members { document.append(member.name, member.value) }
        return document
    }

    /// An endpoint and when it is there.
    private struct Endpoint {
        let member: String
        let path: String
        let isOffered: Bool

        init(_ member: String, _ path: String, if isOffered: Bool = true) {
            (self.member, self.path, self.isOffered) = (member, path, isOffered)
        }
    }

    private var table: [Endpoint] {
        let isAuth0 = settings.defaultWireProfile == .auth0
        return [
            Endpoint("authorization_endpoint", "authorize"),
            Endpoint("token_endpoint", "oauth/token"),
            Endpoint("device_authorization_endpoint", "oauth/device/code"),
            Endpoint("userinfo_endpoint", "userinfo"),
            // The certification suite knows no such member; Auth0's SDKs look for it.
            Endpoint("mfa_challenge_endpoint", "mfa/challenge", if: isAuth0),
            Endpoint("jwks_uri", ".well-known/jwks.json"),
            Endpoint("registration_endpoint", "oidc/register", if: settings.registration.enabled),
            Endpoint("revocation_endpoint", "oauth/revoke"),
            Endpoint("introspection_endpoint", "oauth/introspect", if: settings.offersIntrospection),
            Endpoint("end_session_endpoint", "oidc/logout", if: settings.rpLogoutEndSessionEndpointDiscovery),
            Endpoint("check_session_iframe", "oidc/check-session", if: !isAuth0),
            Endpoint("pushed_authorization_request_endpoint", "oauth/par", if: settings.pushedAuthorizationRequests),
            Endpoint("backchannel_authentication_endpoint", "bc-authorize", if: settings.backchannel.enabled),
            Endpoint("global_token_revocation_endpoint", GlobalTokenRevocationEndpoint.path + Self.placeholder(isAuth0)),
        ]
    }

    /// Where the name of a connection goes. Auth0's braces are no URL, which the certification suite wants of every endpoint.
    private static func placeholder(_ isAuth0: Bool) -> String { isAuth0 ? "{connectionName}" : "%7BconnectionName%7D" }

    private func endpoints(of issuer: Issuer) -> JSONObject {
        var document: JSONObject = ["issuer": .string(issuer.description)]
        for endpoint in table where endpoint.isOffered { document.append(endpoint.member, .string(issuer.url(endpoint.path))) }
        return document
    }

    /// What clients with certificates call (RFC 8705 section 5).
    private static let aliased = [
        "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "introspection_endpoint",
        "pushed_authorization_request_endpoint", "device_authorization_endpoint", "backchannel_authentication_endpoint",
        "registration_endpoint",
    ]

    private func aliases(of document: JSONObject, _ request: RequestInfo, _ secure: String) -> JSONObject {
        var aliases = JSONObject()
        for name in Self.aliased {
            guard let url = document[name]?.string else { continue }
            aliases.append(name, .string(secure + url.dropFirst(request.issuer.description.count)))
        }
        return aliases
    }
}
