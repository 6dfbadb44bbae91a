"""Metadata of the FAPI plans (conformance 1.2, 9, 11, 11a)."""

from __future__ import annotations

from typing import Any

from suite import metadata as rules
from suite.provider import media_type

from ..party import Party
from ..plans import CIBA_GRANT
from ..registry import module

STRONG = ("PS256", "ES256", "EdDSA")


@module("discovery-end-point-verification", "fapi2_sp", "fapi2_cc", "fapi2_ms", "fapi1", "fapi_ciba")
def discovery(party: Party) -> None:
    """The document where the variant looks for it: known members only, and what the plan needs."""
    document = _document(party)
    rules.check_schema(document)
    rules.check_jwks(party.world.provider.jwks())
    assert document["issuer"] == party.world.issuer, f"issuer is {document['issuer']}"
    _check_client_authentication(party, document)
    _check_binding(party, document)
    if party.variant.plan == "ciba":
        _check_backchannel(party, document)
    elif party.variant.plan == "fapi2_cc":
        rules.check_values(document, "grant_types_supported", ["client_credentials"])
    else:
        _check_authorization(party, document)


def _document(party: Party) -> dict[str, Any]:
    """Plain OAuth reads RFC 8414's location, OpenID Connect its own; the two say the same."""
    world = party.world
    answer = world.get(world.oauth_metadata_url)
    assert answer.status_code == 200, f"{world.oauth_metadata_url}: {answer.status_code}"
    assert media_type(answer) == "application/json", f"{world.oauth_metadata_url}: {answer.headers.get('content-type')}"
    return world.metadata if party.variant.openid else answer.json()


def _has_one_of(document: dict[str, Any], name: str, values: tuple[str, ...]) -> None:
    assert set(document.get(name, [])) & set(values), f"{name} has none of {values}: {document.get(name)}"


def _check_client_authentication(party: Party, document: dict[str, Any]) -> None:
    if party.variant.mtls_auth:
        rules.check_values(document, "token_endpoint_auth_methods_supported", ["tls_client_auth", "self_signed_tls_client_auth"])
        return
    rules.check_values(document, "token_endpoint_auth_methods_supported", ["private_key_jwt"])
    _has_one_of(document, "token_endpoint_auth_signing_alg_values_supported", STRONG)


def _check_binding(party: Party, document: dict[str, Any]) -> None:
    if party.variant.dpop:
        _has_one_of(document, "dpop_signing_alg_values_supported", STRONG)
    else:
        assert document.get("tls_client_certificate_bound_access_tokens") is True, "certificate-bound tokens are not advertised"
    if party.variant.uses_mtls:
        wanted = {"token_endpoint"} if party.variant.plan == "fapi2_cc" else set(rules.ALIASES)
        missing = wanted - set(document.get("mtls_endpoint_aliases", {}))
        assert not missing, f"mtls_endpoint_aliases lacks {sorted(missing)}"


def _check_authorization(party: Party, document: dict[str, Any]) -> None:
    variant = party.variant
    rules.check_values(document, "grant_types_supported", ["authorization_code"])
    rules.check_values(document, "code_challenge_methods_supported", ["S256"])
    rules.check_values(document, "response_types_supported", [variant.response_type])
    assert rules.is_https(document.get("pushed_authorization_request_endpoint")), "no PAR endpoint"
    if variant.openid:
        _has_one_of(document, "id_token_signing_alg_values_supported", STRONG)
    if variant.signed:
        _has_one_of(document, "request_object_signing_alg_values_supported", STRONG)
    if variant.jarm:
        rules.check_values(document, "response_modes_supported", ["jwt"])
        _has_one_of(document, "authorization_signing_alg_values_supported", STRONG)
    elif variant.plan.startswith("fapi2"):
        assert document.get("authorization_response_iss_parameter_supported") is True, "iss in responses is not advertised"
    if not variant.pushed:
        assert not document.get("require_pushed_authorization_requests"), "PAR is required server-wide: by_value stops here"
        assert document.get("request_parameter_supported") is True, "the request parameter is not advertised"


def _check_backchannel(party: Party, document: dict[str, Any]) -> None:
    rules.check_values(document, "backchannel_token_delivery_modes_supported", [party.variant.delivery])
    rules.check_values(document, "grant_types_supported", [CIBA_GRANT])
    _has_one_of(document, "backchannel_authentication_request_signing_alg_values_supported", ("PS256", "ES256"))
    assert rules.is_https(document.get("backchannel_authentication_endpoint")), "no backchannel authentication endpoint"
    assert document.get("backchannel_user_code_parameter_supported", False) is False, "user codes are advertised"
    if not party.variant.mtls_auth:
        _has_one_of(document, "token_endpoint_auth_signing_alg_values_supported", ("PS256", "ES256"))
