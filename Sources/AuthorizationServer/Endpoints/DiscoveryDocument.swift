import JOSE
package import OAuthProtocol
import Storage

/// `GET /.well-known/openid-configuration` and its alias (OIDC Discovery 3, RFC 8414, contract 3.1). Computed from the
/// program's own tables: what is not implemented is not listed.
package struct DiscoveryDocument: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    package func document(in request: RequestInfo) -> JSONObject {
        var document = endpoints(of: request.issuer)
        for member in Self.capabilities.members { document.append(member.name, member.value) }
        return document
    }

    private func endpoints(of issuer: Issuer) -> JSONObject {
        var document: JSONObject = [
            "issuer": .string(issuer.description),
            "authorization_endpoint": .string(issuer.url("authorize")),
            "token_endpoint": .string(issuer.url("oauth/token")),
            "userinfo_endpoint": .string(issuer.url("userinfo")),
            "jwks_uri": .string(issuer.url(".well-known/jwks.json")),
            "revocation_endpoint": .string(issuer.url("oauth/revoke")),
        ]
        if context.settings.rpLogoutEndSessionEndpointDiscovery {
            document.append("end_session_endpoint", .string(issuer.url("oidc/logout")))
        }
        return document
    }

    private static let capabilities: JSONObject = [
        "scopes_supported": .strings(scopes),
        "response_types_supported": .strings(ResponseType.all.map(\.description)),
        "code_challenge_methods_supported": .strings(CodeChallenge.Method.allCases.map(\.rawValue)),
        "response_modes_supported": .strings(responseModes),
        "subject_types_supported": .strings(["public"]),
        "token_endpoint_auth_methods_supported": .strings(authenticationMethods),
        "id_token_signing_alg_values_supported": .strings([SignatureAlgorithm.hs256, .rs256].map(\.rawValue)),
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_supported": .strings(claims),
    ]

    /// `web_message` works but is not listed, as Auth0 does not (contract 24 row 25).
    private static var responseModes: [String] {
        ResponseMode.allCases.filter { $0 != .webMessage }.map(\.rawValue)
    }

    /// The methods that prove something first, `none` last.
    private static var authenticationMethods: [String] {
        let proving = ClientAuthenticationMethod.allCases.filter { $0 != .none }
        return (proving + [.none]).map(\.rawValue)
    }

    private static var scopes: [String] {
        [Scopes.openid, "profile", Scopes.offlineAccess]
            + ScopeDecision.claimScopes.values.filter { $0 != Scopes.openid && $0 != "profile" }
    }

    private static var claims: [String] {
        (["aud", "auth_time", "exp", "iat", "iss", "sub"] + UserClaims.names).sorted()
    }
}
