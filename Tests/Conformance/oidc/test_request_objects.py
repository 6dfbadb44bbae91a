"""Modules about `request_uri` (conformance section 2 and 3.12, 3.13)."""

import hashlib

from suite import keys
from suite.client import random_value
from suite.flow import Flow
from suite.variants import B, H, I, module, registers


def request_by_uri(flow: Flow, alg: str) -> None:
    """A `request_uri` with the fragment of a hash that is not the object's, registered as it is; all parameters are inside."""
    path = f"/request-objects/{random_value()}.jwt"
    fragment = keys.encode(hashlib.sha256(b"not the object").digest())
    uri = f"{flow.registrar.listener.url(path)}#{fragment}"
    client = flow.use_client(request_uris=[uri], request_object_signing_alg=alg)
    request = flow.request()
    flow.registrar.listener.serve(
        path, keys.unsigned(request) if alg == "none" else client.request_object(request), "application/jwt")
    # OIDC Core 6: what OAuth requires, and `scope`, is outside too.
    outside = {name: request[name] for name in ("client_id", "response_type", "scope", "redirect_uri")}
    arrival = flow.open({**outside, "request_uri": uri})
    flow.finish(client, request, flow.pass_pages(arrival))
    assert flow.registrar.listener.received(path), "the request object was never fetched"


@module(B + I + H, registers)
def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(flow: Flow) -> None:
    """An unsigned object by `request_uri`: success, since `none` is advertised (section 2)."""
    if flow.variant.metadata == "discovery":
        assert "none" in flow.provider.metadata["request_object_signing_alg_values_supported"]
    request_by_uri(flow, "none")


@module(["dynamic"])
def test_oidcc_request_uri_unsigned(flow: Flow) -> None:
    """The same, with no way out (3.12)."""
    assert flow.provider.metadata.get("request_uri_parameter_supported", True) is not False
    request_by_uri(flow, "none")


@module(["dynamic"])
def test_oidcc_request_uri_signed_rs256(flow: Flow) -> None:
    """A signed object with `iss` and `aud`, by a key of the client's `jwks` (3.13)."""
    assert "RS256" in flow.provider.metadata["request_object_signing_alg_values_supported"]
    request_by_uri(flow, "RS256")
