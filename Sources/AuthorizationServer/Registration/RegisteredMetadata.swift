import OAuthProtocol
import Storage

/// What a registered client is told of itself (RFC 7591 section 3.2.1, RFC 7592 section 3).
enum RegisteredMetadata {
    /// What was registered, as it counts: unknown members are left out, defaults are written.
    static func echo(_ sent: JSONObject, of client: Client) -> JSONObject {
        var result = JSONObject()
        for member in sent.members where known.contains(member.name) && member.value != .null {
            result[member.name] = member.value
        }
        result["client_name"] = .string(client.name)
        result["redirect_uris"] = client.callbacks.isEmpty ? nil : .strings(client.callbacks)
        result["grant_types"] = .strings(client.grantTypes.map(\.rawValue))
        result["response_types"] = .strings(client.requests.responseTypes ?? [])
        result["token_endpoint_auth_method"] = .string(client.tokenEndpointAuthMethod.rawValue)
        result["id_token_signed_response_alg"] = .string(client.jwtConfiguration.alg)
        return result
    }

    /// The answer of registration, reading and updating. `accessToken` is there only when it is new.
    static func answer(_ client: Client, accessToken: String, issuer: Issuer) -> JSONObject {
        var answer: JSONObject = [
            "client_id": .string(client.clientID), "client_id_issued_at": .integer(client.createdAt.seconds),
            "registration_access_token": .string(accessToken),
            "registration_client_uri": .string(issuer.url("oidc/register/\(client.clientID)")),
        ]
        if let secret = client.clientSecret {
            answer["client_secret"] = .string(secret.revealed)
            answer["client_secret_expires_at"] = 0
        }
        let echoed = (try? JSONValue.parse(Array((client.registration?.metadata ?? "{}").utf8)))?.object ?? [:]
        for member in echoed.members { answer[member.name] = member.value }
        return answer
    }

    private static let known: Set<String> = [
        "redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "client_name", "client_uri", "logo_uri",
        "scope", "contacts", "tos_uri", "policy_uri", "jwks_uri", "jwks", "software_id", "software_version",
        "software_statement", "application_type", "sector_identifier_uri", "subject_type", "id_token_signed_response_alg",
        "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "userinfo_signed_response_alg",
        "userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc", "request_object_signing_alg",
        "token_endpoint_auth_signing_alg", "default_max_age", "require_auth_time", "default_acr_values", "initiate_login_uri",
        "request_uris", "post_logout_redirect_uris", "backchannel_logout_uri", "backchannel_logout_session_required",
        "frontchannel_logout_uri", "frontchannel_logout_session_required", "backchannel_token_delivery_mode",
        "backchannel_client_notification_endpoint", "backchannel_authentication_request_signing_alg",
        "backchannel_user_code_parameter", "tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens",
        "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip",
        "tls_client_auth_san_email", "require_pushed_authorization_requests", "require_signed_request_object",
        "authorization_signed_response_alg",
    ]
}
