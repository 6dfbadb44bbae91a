"""Metadata, keys and TLS (conformance sections 1.2, 1.3, 1.8, 3.1, 3.16, 5 to 8)."""

import pytest
from support.server import wait_until

from suite.flow import Flow
from suite.metadata import (
    RESPONSE_TYPES, check_contents, check_issuer, check_jwks, check_schema, check_syntax, check_values, is_https,
)
from suite.provider import Provider
from suite.server import Server
from suite.tls import check_tls
from suite.variants import Variant, module


@pytest.fixture
def discovered(providers: dict[str, Provider]) -> Provider:
    return providers["discovery"]


@module(["config", "dynamic"], lambda variant: variant.response_type == "code")
def test_oidcc_discovery_endpoint_verification(discovered: Provider, variant: Variant) -> None:
    """1.2 and 1.3 in full; with dynamic registration 3.1's lists too."""
    metadata = discovered.metadata
    check_schema(metadata)
    check_issuer(metadata, discovered.discovery_url)
    check_contents(metadata)
    check_syntax(metadata)
    check_jwks(discovered.jwks())
    if variant.plan == "dynamic":
        check_values(metadata, "response_types_supported", RESPONSE_TYPES[:3])
        check_values(metadata, "grant_types_supported", ["authorization_code", "implicit"])
        assert is_https(metadata["registration_endpoint"])


def test_oauth_authorization_server_metadata(discovered: Provider) -> None:
    """RFC 8414's location serves the same issuer and endpoints, as JSON (conformance 1.2)."""
    same = discovered.fetch_json(discovered.issuer.rstrip("/") + "/.well-known/oauth-authorization-server")
    check_schema(same)
    different = [name for name in same if name in discovered.metadata and same[name] != discovered.metadata[name]]
    assert not different, f"the two metadata documents differ in {different}"
    assert {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"} <= set(same), sorted(same)


@pytest.mark.parametrize("endpoint", ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "registration_endpoint"])
def test_transport_layer_security(discovered: Provider, endpoint: str) -> None:
    """Conformance 1.8: versions and cipher suites."""
    check_tls(discovered.endpoint(endpoint))


def check_logout_metadata(provider: Provider, *members: str) -> None:
    """`end_session_endpoint` and the members are there, https or `true`."""
    metadata = provider.metadata
    check_schema(metadata)
    assert is_https(metadata.get("end_session_endpoint")), f"end_session_endpoint is {metadata.get('end_session_endpoint')}"
    for member in members:
        value = metadata.get(member)
        assert value is True or is_https(value), f"{member} is {value!r}"


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(discovered: Provider) -> None:
    """`end_session_endpoint`, https (section 5)."""
    check_logout_metadata(discovered)


def test_oidcc_backchannel_logout_discovery_endpoint_verification(discovered: Provider) -> None:
    """Back-channel logout with sessions is advertised (section 6)."""
    check_logout_metadata(discovered, "backchannel_logout_supported", "backchannel_logout_session_supported")


def test_oidcc_frontchannel_logout_discovery_endpoint_verification(discovered: Provider) -> None:
    """Front-channel logout with sessions is advertised (section 7)."""
    check_logout_metadata(discovered, "frontchannel_logout_supported", "frontchannel_logout_session_supported")


def test_oidcc_session_management_discovery_endpoint_verification(discovered: Provider) -> None:
    """`check_session_iframe`, https (section 8)."""
    check_logout_metadata(discovered, "check_session_iframe")


@module(["dynamic"], lambda variant: variant.response_type == "code")
def test_oidcc_server_rotate_keys(flow: Flow, server: Server) -> None:
    """After a rotation there is a new signing key, the old ones are still there [W], and ID tokens verify (3.16)."""
    before = {jwk["kid"]: jwk for jwk in flow.provider.jwks()["keys"]}
    server.rotate_keys()
    wait_until(lambda: _kids(flow.provider) - set(before), "a new key in the JWKS")
    after = {jwk["kid"]: jwk for jwk in flow.provider.jwks()["keys"]}
    check_jwks({"keys": list(after.values())})
    for kid in set(after) - set(before):
        material = [(jwk.get("n"), jwk.get("x")) for jwk in before.values()]
        assert (after[kid].get("n"), after[kid].get("x")) not in material, "a new kid with an old key"
        assert after[kid]["kty"] in ("RSA", "EC"), f"the new key is {after[kid]['kty']}"
    gone = set(before) - set(after)
    assert not gone, f"warning: {gone} left the JWKS at once"
    flow.complete()


def _kids(provider: Provider) -> set[str]:
    return {jwk["kid"] for jwk in provider.jwks()["keys"]}
