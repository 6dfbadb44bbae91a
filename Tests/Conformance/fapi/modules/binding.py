"""Tokens and codes bound to keys: DPoP proofs, `dpop_jkt`, certificates."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from suite import checks

from .. import dpop, jws, verdicts
from ..client import RIGHT, FapiClient, How
from ..party import Party
from ..registry import module, with_dpop

JKT_ERRORS = ["invalid_grant", "invalid_request", "invalid_dpop_proof"]


def _bound_token(party: Party, how: How = RIGHT) -> str:
    """An access token by the plan's own grant, asked for in this way."""
    if party.variant.plan == "fapi2_cc":
        return verdicts.check_token_response(party.client(), party.client().client_credentials(how))["access_token"]
    flow = party.flow()
    flow.proves_key_at_par = how.proof is not None
    code = verdicts.check_authorized(flow, flow.pushed(how).answer())
    return verdicts.check_tokens(flow, flow.redeem(code, how))["access_token"]


@module("check-dpop-proof-nbf-exp", "fapi2_sp", "fapi2_ms", "fapi2_cc", only=with_dpop)
def proof_with_nbf_and_exp(party: Party) -> None:
    """Proofs with further `nbf` and `exp` claims are accepted."""
    def add(proof: dpop.Proof) -> None:
        proof.claims |= {"nbf": int(time.time()) - 5, "exp": int(time.time()) + 60}

    token = _bound_token(party, How(proof=add))
    verdicts.check_resource(party.client(), party.client().resource(token, How(proof=add)))


@module("ensure-dpopproof-with-iat-10seconds-before-succeeds", "fapi2_sp", "fapi2_ms", "fapi2_cc", only=with_dpop)
def proof_ten_seconds_old(party: Party) -> None:
    """A proof made 10 s ago is accepted at PAR, token endpoint and resource."""
    old = How(proof=dpop.shifted(-10))
    verdicts.check_resource(party.client(), party.client().resource(_bound_token(party, old), old))


@module("ensure-mismatched-dpop-jkt-fails", "fapi2_sp", "fapi2_ms", only=with_dpop)
def mismatched_jkt(party: Party) -> None:
    """`dpop_jkt` of another key than the proof at PAR."""
    flow = party.flow(dpop_jkt=dpop.DPoPKey().thumbprint)
    flow.proves_key_at_par = True
    checks.check_json_error(flow.push(), ["invalid_request", "invalid_dpop_proof"])


@module("ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt", "fapi2_sp", "fapi2_ms", only=with_dpop)
def code_bound_to_another_key(party: Party) -> None:
    """Proof at PAR with key A, at the token endpoint with key B: the code is bound to A."""
    flow = party.flow()
    flow.proves_key_at_par = True
    answer = flow.redeem(flow.code(), How(key=dpop.DPoPKey()))
    checks.check_json_error(answer, JKT_ERRORS, [400])


@module("ensure-token-endpoint-fails-with-mismatched-dpop-jkt", "fapi2_sp", "fapi2_ms", only=with_dpop)
def code_bound_by_parameter(party: Party) -> None:
    """The same with the parameter `dpop_jkt` in place of a proof at PAR (RFC 9449 section 10)."""
    flow = party.flow(dpop_jkt=dpop.DPoPKey().thumbprint)
    checks.check_json_error(flow.redeem(flow.code()), JKT_ERRORS, [400])


@module("ensure-dpopproof-at-par-endpoint-binding-success", "fapi2_sp", "fapi2_ms", only=with_dpop)
def proof_at_par(party: Party) -> None:
    """Proofs with one key at PAR and token endpoint: success."""
    flow = party.flow()
    flow.proves_key_at_par = True
    flow.finish()


@module("ensure-dpop-auth-code-binding-success", "fapi2_sp", "fapi2_ms", only=with_dpop)
def matching_jkt(party: Party) -> None:
    """`dpop_jkt` of the key that the token request proves: success, with and without a proof at PAR."""
    for proves in (False, True):
        flow = party.flow(dpop_jkt=party.client().dpop.thumbprint)
        flow.proves_key_at_par = proves
        flow.finish()


@module("ensure-holder-of-key-required", "fapi2_sp", "fapi2_ms", "fapi2_cc", "fapi1")
def holder_of_key(party: Party) -> None:
    """A token request without proof or certificate is refused; TLS as in 1.8."""
    unbound = How(constrained=False)
    if party.variant.plan == "fapi2_cc":
        answer = party.client().client_credentials(unbound)
    else:
        flow = party.flow()
        answer = flow.redeem(flow.code(), unbound)
    checks.check_json_error(answer, *unbound_errors(party.client()))
    party.check_tls()


def unbound_errors(client: FapiClient) -> tuple[list[str], list[int]]:
    """How the token endpoint may refuse a request without proof or certificate (conformance 9)."""
    if client.variant.dpop:
        return ["invalid_request", "invalid_grant", "invalid_dpop_proof"], [400]
    return ["invalid_client", "invalid_request"] + ([] if client.variant.mtls_auth else ["invalid_grant"]), [400, 401]


@module("dpop-negative-tests", "fapi2_sp", "fapi2_ms", "fapi2_cc", only=with_dpop)
def dpop_negative_tests(party: Party) -> None:
    """At the resource: every malformed proof is refused, every harmless variation accepted."""
    client, token = party.client(), _bound_token(party)
    verdicts.check_resource(client, client.resource(token))
    refused = dpop.REFUSED | ({} if client.uses_nonces_at_resource else dpop.REFUSED_WITHOUT_NONCE)
    wrong = {name: status for name, change in refused.items() if (status := _status(client, token, change)) not in (400, 401)}
    assert not wrong, f"not refused with 400 or 401: {wrong}"
    wrong = {name: status for name, change in dpop.ACCEPTED.items() if (status := _status(client, token, change)) != 200}
    assert not wrong, f"not accepted: {wrong}"
    _check_headers(client, token)
    _check_warnings(client, token)


def _status(client: FapiClient, token: str, change: dpop.Change) -> int:
    return client.resource(token, How(proof=change)).status_code


def _check_headers(client: FapiClient, token: str) -> None:
    """Two proofs, no proof, a malformed one, the scheme `Bearer`: refused."""
    authorization, proof = ("Authorization", f"DPoP {token}"), client.resource_proof(token)
    tries = {
        "two DPoP headers": [authorization, ("DPoP", client.resource_proof(token)), ("DPoP", client.resource_proof(token))],
        "no proof": [authorization],
        "no proof with the scheme Bearer": [("Authorization", f"Bearer {token}")],
        "a malformed JWT": [authorization, ("DPoP", "not.a.proof")],
        "half a JWT": [authorization, ("DPoP", proof.rpartition(".")[0])],
        "a broken signature": [authorization, ("DPoP", jws.with_broken_signature(proof))],
    }
    for why, headers in tries.items():
        verdicts.check_refused_at_resource(client.call_resource(headers), why)


def _check_warnings(client: FapiClient, token: str) -> None:
    """A used proof again; `DPOP` in capitals; `htu` in capitals or with the default port."""
    proof = client.resource_proof(token)
    headers = [("Authorization", f"DPoP {token}"), ("DPoP", proof)]
    assert client.call_resource(headers).status_code == 200, "a right proof is refused"
    again = client.call_resource(headers).status_code
    assert again in (400, 401), f"warning: a proof was good twice ({again})"
    capitals = [("Authorization", f"DPoP {token}"), ("DPOP", client.resource_proof(token))]
    status = client.call_resource(capitals).status_code
    assert status == 200, f"warning: the header name DPOP is not accepted ({status})"
    status = _status(client, token, dpop.htu(dpop.upper_case_host))
    assert status == 200, f"warning: htu with scheme and host in capitals is not accepted ({status})"
    status = _status(client, token, dpop.htu(with_default_port))
    assert status == 200, f"warning: htu with the default port is not accepted ({status})"


def with_default_port(url: str) -> str:
    """The same URL; with `:443` where it has no port. On another port there is no default port to write."""
    parts = urlsplit(url)
    return url if parts.port else parts._replace(netloc=f"{parts.netloc}:443").geturl()
