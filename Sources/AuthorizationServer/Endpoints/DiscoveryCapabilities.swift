import JOSE
import OAuthProtocol
import Storage

/// The members of the discovery document that say what the server can do (OIDC Discovery 3; RFC 8414, 9101, 9126, 9207, 9396, 9449;
/// CIBA 4; the logout specifications).
struct DiscoveryCapabilities: Sendable {
    let settings: TenantSettings
    let offersMutualTLS: Bool

    private var isAuth0: Bool { settings.defaultWireProfile == .auth0 }

    var members: JSONObject {
        var members = JSONObject()
        for part in [flow, subject, clients, signatures, requests, backchannel, logout, extras] {
            for member in part.members { members.append(member.name, member.value) }
        }
        return members
    }

    private var flow: JSONObject {
        var part: JSONObject = [
            "scopes_supported": .strings(Self.scopes),
            "response_types_supported": .strings(ResponseType.all.map { isAuth0 ? $0.description : $0.registeredName }),
            "code_challenge_methods_supported": .strings(challengeMethods),
            "response_modes_supported": .strings(responseModes),
        ]
        // Auth0 publishes no such list (contract 3.1).
        if !isAuth0 {
            part["grant_types_supported"] = .strings(GrantTable.types.map(\.rawValue) + [GrantType.implicit.rawValue])
        }
        return part
    }

    /// `web_message` works but is not listed, as Auth0 does not (contract 24 row 25).
    private var responseModes: [String] {
        ResponseMode.allCases.filter { $0 != .webMessage && (!isAuth0 || !$0.isSigned) }.map(\.rawValue)
    }

    private var challengeMethods: [String] {
        CodeChallenge.Method.allCases.filter { $0 == .s256 || isAuth0 || settings.allowPlainCodeChallenge }.map(\.rawValue)
    }

    private var subject: JSONObject {
        [
            "subject_types_supported": .strings(ClientResponseRules.SubjectType.allCases.map(\.rawValue)),
            "claims_supported": .strings(Self.claims),
            "claims_parameter_supported": true,
        ]
    }

    private var clients: JSONObject {
        let strong = SignatureAlgorithm.allCases.map(\.rawValue)
        return [
            "token_endpoint_auth_methods_supported": .strings(authenticationMethods),
            "token_endpoint_auth_signing_alg_values_supported": .strings(isAuth0 ? Self.auth0Assertions : strong),
            "tls_client_certificate_bound_access_tokens": .bool(offersMutualTLS),
        ]
    }

    private static let auth0Assertions = [SignatureAlgorithm.rs256, .rs384, .ps256].map(\.rawValue)

    /// The methods that prove something first, `none` last.
    private var authenticationMethods: [String] {
        let mutual: [ClientAuthenticationMethod] = [.tlsClientAuth, .selfSignedTLSClientAuth]
        let proving = ClientAuthenticationMethod.allCases.filter { $0 != .none && (offersMutualTLS || !mutual.contains($0)) }
        return (proving + [.none]).map(\.rawValue)
    }

    private var signatures: JSONObject {
        let signing = SupportedAlgorithms.signing(settings)
        let asymmetric = signing.filter { $0 != SignatureAlgorithm.hs256.rawValue }
        // Auth0 promises one (contract 16.1); the others are accepted all the same.
        let proofs = isAuth0 ? [.es256] : SignatureAlgorithm.strong
        var part: JSONObject = [
            "id_token_signing_alg_values_supported": .strings(signing),
            "dpop_signing_alg_values_supported": .strings(proofs.map(\.rawValue).sorted()),
        ]
        guard !isAuth0 else { return part }
        part["userinfo_signing_alg_values_supported"] = .strings(asymmetric)
        part["authorization_signing_alg_values_supported"] = .strings(asymmetric)
        for name in ["id_token", "userinfo"] {
            part["\(name)_encryption_alg_values_supported"] = .strings(SupportedAlgorithms.keyManagement)
            part["\(name)_encryption_enc_values_supported"] = .strings(SupportedAlgorithms.contentEncryption)
        }
        return part
    }

    private var requests: JSONObject {
        let objects = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }.map(\.rawValue)
        var part: JSONObject = [
            "request_parameter_supported": true,
            "request_uri_parameter_supported": .bool(!isAuth0),
            "request_object_signing_alg_values_supported": .strings(isAuth0 ? Self.auth0Assertions : ["none"] + objects),
        ]
        if !isAuth0 { part["require_request_uri_registration"] = true }
        if settings.pushedAuthorizationRequests {
            part["require_pushed_authorization_requests"] = .bool(settings.requirePushedAuthorizationRequests)
        }
        return part
    }

    private var backchannel: JSONObject {
        guard settings.backchannel.enabled else { return [:] }
        let modes = ClientCIBARules.DeliveryMode.allCases.filter { $0 == .poll || !isAuth0 }
        var part: JSONObject = ["backchannel_token_delivery_modes_supported": .strings(modes.map(\.rawValue))]
        guard !isAuth0 else { return part }
        let algorithms = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }.map(\.rawValue)
        part["backchannel_authentication_request_signing_alg_values_supported"] = .strings(algorithms)
        part["backchannel_user_code_parameter_supported"] = false
        return part
    }

    private var logout: JSONObject {
        var part: JSONObject = [
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
            "global_token_revocation_endpoint_auth_methods_supported": .strings([RevocationToken.type]),
        ]
        guard !isAuth0 else { return part }
        part["frontchannel_logout_supported"] = true
        part["frontchannel_logout_session_supported"] = true
        return part
    }

    private var extras: JSONObject {
        var part = JSONObject()
        // Only where every answer carries it (contract 3.1).
        if !isAuth0 {
            part["authorization_response_iss_parameter_supported"] = true
            part["display_values_supported"] = .strings(["page"])
            part["ui_locales_supported"] = .strings(["en"])
        }
        let contexts = settings.authenticationContexts.map(\.acr)
        if !contexts.isEmpty { part["acr_values_supported"] = .strings(contexts) }
        if settings.registration.metadataDocuments { part["client_id_metadata_document_supported"] = true }
        return part
    }

    private static var scopes: [String] {
        [Scopes.openid, "profile", Scopes.offlineAccess]
            + ScopeDecision.claimScopes.values.filter { $0 != Scopes.openid && $0 != "profile" }
    }

    private static var claims: [String] {
        (["acr", "amr", "aud", "auth_time", "exp", "iat", "iss", "sid", "sub"] + UserClaims.names).sorted()
    }
}
