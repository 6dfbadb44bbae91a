"""The provider's metadata and keys (conformance 1.2, 1.3)."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from . import keys


#: Java's parser, which the suite uses, refuses what RFC 3986 does: braces, for instance.
URL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


def is_https(value: Any) -> bool:
    return (
        isinstance(value, str) and bool(URL.fullmatch(value)) and urlsplit(value).scheme == "https"
        and bool(urlsplit(value).netloc)
    )


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in ("https", "http")


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_endpoints(value: Any) -> bool:
    return isinstance(value, dict) and all(is_https(url) for url in value.values())


def _members(names: str) -> list[str]:
    return names.split()


#: Every member that the suite's schema knows, with its type.
SCHEMA: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_members("""
        issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint end_session_endpoint
        check_session_iframe pushed_authorization_request_endpoint revocation_endpoint introspection_endpoint
        device_authorization_endpoint backchannel_authentication_endpoint global_token_revocation_endpoint
    """), is_https),
    **dict.fromkeys(_members("service_documentation op_policy_uri op_tos_uri"), _is_url),
    **dict.fromkeys(_members("signed_metadata"), lambda value: isinstance(value, str)),
    **dict.fromkeys(_members("mtls_endpoint_aliases"), _is_endpoints),
    **dict.fromkeys(_members("""
        scopes_supported response_types_supported response_modes_supported grant_types_supported acr_values_supported
        subject_types_supported id_token_signing_alg_values_supported id_token_encryption_alg_values_supported
        id_token_encryption_enc_values_supported userinfo_signing_alg_values_supported userinfo_encryption_alg_values_supported
        userinfo_encryption_enc_values_supported request_object_signing_alg_values_supported
        request_object_encryption_alg_values_supported request_object_encryption_enc_values_supported
        token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported
        revocation_endpoint_auth_methods_supported revocation_endpoint_auth_signing_alg_values_supported
        introspection_endpoint_auth_methods_supported introspection_endpoint_auth_signing_alg_values_supported
        introspection_signing_alg_values_supported introspection_encryption_alg_values_supported
        introspection_encryption_enc_values_supported
        display_values_supported claim_types_supported claims_supported ui_locales_supported claims_locales_supported
        code_challenge_methods_supported dpop_signing_alg_values_supported authorization_signing_alg_values_supported
        authorization_encryption_alg_values_supported authorization_encryption_enc_values_supported
        backchannel_token_delivery_modes_supported backchannel_authentication_request_signing_alg_values_supported
        prompt_values_supported authorization_details_types_supported protected_resources
        global_token_revocation_endpoint_auth_methods_supported
    """), _is_strings),
    **dict.fromkeys(_members("""
        claims_parameter_supported request_parameter_supported request_uri_parameter_supported require_request_uri_registration
        require_signed_request_object require_pushed_authorization_requests tls_client_certificate_bound_access_tokens
        authorization_response_iss_parameter_supported backchannel_logout_supported backchannel_logout_session_supported
        frontchannel_logout_supported frontchannel_logout_session_supported backchannel_user_code_parameter_supported
        client_id_metadata_document_supported
    """), _is_boolean),
}
#: Kept for Auth0's SDKs; a tester lists it as an exception (conformance 1.2).
EXCEPTIONS = {"mfa_challenge_endpoint"}

#: Members that must hold at least these values.
REQUIRED_VALUES: dict[str, str] = {
    "scopes_supported": "openid profile email address phone offline_access",
    "response_modes_supported": "query fragment form_post jwt query.jwt fragment.jwt form_post.jwt",
    "grant_types_supported": "authorization_code implicit refresh_token client_credentials urn:openid:params:grant-type:ciba",
    "subject_types_supported": "public pairwise",
    "id_token_signing_alg_values_supported": "RS256 PS256 ES256",
    "userinfo_signing_alg_values_supported": "RS256 PS256 ES256",
    "request_object_signing_alg_values_supported": "none RS256 PS256 ES256",
    "token_endpoint_auth_methods_supported":
        "client_secret_basic client_secret_post client_secret_jwt private_key_jwt tls_client_auth self_signed_tls_client_auth "
        "none",
    "token_endpoint_auth_signing_alg_values_supported": "RS256 PS256 ES256 HS256",
    "code_challenge_methods_supported": "S256",
    "claims_supported":
        "sub iss name given_name family_name middle_name nickname preferred_username profile picture website gender birthdate "
        "zoneinfo locale updated_at email email_verified phone_number phone_number_verified address",
    "dpop_signing_alg_values_supported": "ES256 PS256",
    "authorization_signing_alg_values_supported": "PS256 ES256 RS256",
    "backchannel_token_delivery_modes_supported": "poll ping",
    "backchannel_authentication_request_signing_alg_values_supported": "PS256 ES256",
}
RESPONSE_TYPES = ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"]
REQUIRED_TRUE = _members("""
    claims_parameter_supported request_parameter_supported request_uri_parameter_supported
    tls_client_certificate_bound_access_tokens backchannel_logout_supported backchannel_logout_session_supported
    frontchannel_logout_supported frontchannel_logout_session_supported
""")
REQUIRED_ENDPOINTS = _members("""
    authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint end_session_endpoint
    check_session_iframe pushed_authorization_request_endpoint revocation_endpoint introspection_endpoint
    device_authorization_endpoint backchannel_authentication_endpoint mtls_endpoint_aliases
""")
ALIASES = _members("token_endpoint userinfo_endpoint pushed_authorization_request_endpoint backchannel_authentication_endpoint")
#: RFC 6749 section 3.3.
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
#: RFC 5646 section 2.1.1: `de`, `zh-Hant`, `pt-BR`, `sr-Latn-RS`.
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-[a-z0-9]{5,8})*")


def check_schema(metadata: dict[str, Any]) -> None:
    """Known members only, each of its type; endpoints are absolute https URLs (CheckForUnexpectedParametersInServerMetadata)."""
    unknown = set(metadata) - set(SCHEMA) - EXCEPTIONS
    assert not unknown, f"warning: members that the suite's schema does not know: {sorted(unknown)}"
    wrong = {name: metadata[name] for name, fits in SCHEMA.items() if name in metadata and not fits(metadata[name])}
    assert not wrong, f"members of the wrong type: {wrong}"
    plain = {name: url for name, url in metadata.items() if name.endswith("_endpoint") and not is_https(url)}
    assert not plain, f"endpoints that are no https URLs: {plain}"


def check_contents(metadata: dict[str, Any]) -> None:
    """What all plans together want to read (conformance 1.2)."""
    missing = [name for name in REQUIRED_ENDPOINTS if name not in metadata]
    assert not missing, f"missing: {missing}"
    for name, values in REQUIRED_VALUES.items():
        check_values(metadata, name, values.split())
    check_values(metadata, "response_types_supported", RESPONSE_TYPES)
    untrue = [name for name in REQUIRED_TRUE if metadata.get(name) is not True]
    assert not untrue, f"not true: {untrue}"
    assert not metadata.get("require_pushed_authorization_requests"), "PAR is required server-wide: the by-value plans stop"
    assert metadata.get("backchannel_user_code_parameter_supported", False) is False, "backchannel user codes are advertised"
    aliases = metadata["mtls_endpoint_aliases"]
    assert all(name in aliases for name in ALIASES), f"mtls_endpoint_aliases has only {sorted(aliases)}"


def check_values(metadata: dict[str, Any], name: str, wanted: list[str]) -> None:
    """The member is a list that holds every wanted value."""
    missing = [value for value in wanted if value not in metadata.get(name, [])]
    assert not missing, f"{name} lacks {missing}: {metadata.get(name)}"


def check_syntax(metadata: dict[str, Any]) -> None:
    """Scope tokens and BCP 47 tags in canonical casing (conformance 1.2, 3.1)."""
    wrong = [scope for scope in metadata["scopes_supported"] if not SCOPE.fullmatch(scope)]
    assert not wrong, f"scopes_supported: {wrong}"
    for name in ("ui_locales_supported", "claims_locales_supported"):
        wrong = [tag for tag in metadata.get(name, []) if not LOCALE.fullmatch(tag)]
        assert not wrong, f"{name}: {wrong}"


def check_issuer(metadata: dict[str, Any], discovery_url: str) -> None:
    """`issuer` is the discovery URL without the well-known part; one trailing slash is forgiven (conformance 1.2)."""
    issuer, parts = metadata["issuer"], urlsplit(metadata["issuer"])
    assert parts.scheme == "https" and parts.netloc and not parts.query and not parts.fragment, f"issuer is {issuer}"
    expected = discovery_url.removesuffix("/.well-known/openid-configuration")
    assert issuer.removesuffix("/") == expected, f"issuer {issuer} does not belong to {discovery_url}"


def check_jwks(jwks: dict[str, Any]) -> None:
    """Distinct `kid`s, public members only, known types, strong enough (conformance 1.3)."""
    kids = [jwk.get("kid") for jwk in jwks["keys"]]
    assert kids and all(isinstance(kid, str) and kid.strip() for kid in kids), f"kids are {kids}"
    assert len(set(kids)) == len(kids), f"a kid is used twice: {kids}"
    for jwk in jwks["keys"]:
        _check_jwk(jwk)


def _check_jwk(jwk: dict[str, Any]) -> None:
    assert jwk.get("kty") in ("RSA", "EC", "OKP"), f"warning: key type {jwk.get('kty')}"
    private = set(jwk) & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    assert not private, f"the private members {private} of {jwk['kid']} are published"
    if jwk["kty"] == "RSA":
        bits = int.from_bytes(keys.decode(jwk["n"])).bit_length()
        assert bits >= 2048, f"RSA key {jwk['kid']} has {bits} bits"
    if jwk["kty"] == "EC":
        assert jwk["crv"] in ("P-256", "P-384", "P-521"), f"EC key {jwk['kid']} is on {jwk['crv']}"
