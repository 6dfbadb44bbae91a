import JOSE
import OAuthProtocol
import Storage

/// The members of the discovery document that say what the server can do (OIDC Discovery 3; RFC 8414, 9101, 9126, 9207, 9396, 9449;
/// CIBA 4; the logout specifications).
struct DiscoveryCapabilities: Sendable {
    let settings: TenantSettings
    let offersMutualTLS: Bool

    private var isAuth0: Bool { settings.defaultWireProfile == .auth0 }
    /// Those of the tenant's default profile: by them, clients are judged that have no profile of their own.
    private var rules: ProfileRules { settings.defaultWireProfile.rules }

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

    /// The `claims` parameter is honoured in every profile, in ID tokens and at `/userinfo`, whichever access token is brought there.
    private var subject: JSONObject {
        [
            "subject_types_supported": .strings(ClientResponseRules.SubjectType.allCases.map(\.rawValue)),
            "claims_supported": .strings(Self.claims),
            "claims_parameter_supported": true,
        ]
    }

    private var clients: JSONObject {
        [
            "token_endpoint_auth_methods_supported": .strings(authenticationMethods),
            "token_endpoint_auth_signing_alg_values_supported": .strings(rules.clientAlgorithms),
            "tls_client_certificate_bound_access_tokens": .bool(offersMutualTLS),
        ]
    }

    /// The algorithms of request objects and backchannel requests.
    private var requestSignatures: [String] { rules.clientSignatures(symmetric: false).map(\.rawValue) }

    /// The methods that prove something first, `none` last.
    private var authenticationMethods: [String] {
        let proving = ClientAuthenticationMethod.allCases.filter { method in
            switch method {
            case .none: false
            case .clientSecretBasic, .clientSecretPost, .privateKeyJWT: true
            case .clientSecretJWT: !rules.clientSignatures(symmetric: true).isEmpty
            case .tlsClientAuth, .selfSignedTLSClientAuth: offersMutualTLS
            }
        }
        return (proving + [.none]).map(\.rawValue)
    }

    private var signatures: JSONObject {
        let signing = SupportedAlgorithms.signing(settings)
        let asymmetric = signing.filter { $0 != SignatureAlgorithm.hs256.rawValue }
        var part: JSONObject = [
            "id_token_signing_alg_values_supported": .strings(signing),
            "dpop_signing_alg_values_supported": .strings(rules.proofAlgorithms),
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
        // What nobody signed is accepted outside Auth0's profile and FAPI (`RequestObject`).
        let unsigned = isAuth0 || rules.requiresStrongSignatures ? [] : ["none"]
        var part: JSONObject = [
            "request_parameter_supported": true,
            "request_uri_parameter_supported": .bool(!isAuth0),
            "request_object_signing_alg_values_supported": .strings(unsigned + requestSignatures),
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
        part["backchannel_authentication_request_signing_alg_values_supported"] = .strings(requestSignatures)
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
