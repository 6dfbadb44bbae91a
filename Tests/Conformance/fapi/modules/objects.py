"""Request objects (JAR): what they must hold, how they must be signed (conformance 10 and 11a)."""

from __future__ import annotations

import functools
import secrets
from typing import Any

from suite import checks

from .. import assertions, jws, verdicts
from ..assertions import ABSENT
from ..party import Party
from ..registry import by_value, module, pushed, signed

PLANS = ("fapi2_ms", "fapi1")


def _refused(party: Party, errors: tuple[str, ...] = ("invalid_request_object",), **claims: Any) -> None:
    """An object with these claims changed is refused."""
    flow = party.flow()
    flow.object_claims = claims
    flow.refusal(list(errors))


@module("ensure-request-object-with-multiple-aud-succeeds", *PLANS, only=signed)
def several_audiences(party: Party) -> None:
    """`aud` is an array of the issuer and others."""
    flow = party.flow()
    flow.object_claims = {"aud": ["https://other.example.com/", party.world.issuer]}
    flow.finish()


@module("ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted", "fapi2_ms", only=signed)
def nbf_ahead(party: Party) -> None:
    """Clocks may differ by 8 s."""
    flow = party.flow()
    flow.object_claims = {"nbf": assertions.seconds_ahead(8)}
    answer = flow.push()
    assert answer.status_code == 201, f"warning: nbf 8 s ahead is refused: {answer.status_code} {answer.text}"
    flow.accept_push(answer)
    verdicts.check_tokens(flow, flow.redeem(verdicts.check_authorized(flow, flow.answer())))


@module("ensure-request-object-without-exp-fails", *PLANS, only=signed)
def without_exp(party: Party) -> None:
    """No `exp`."""
    _refused(party, exp=ABSENT)


@module("ensure-request-object-without-nbf-fails", *PLANS, only=signed)
def without_nbf(party: Party) -> None:
    """No `nbf`."""
    _refused(party, nbf=ABSENT)


@module("ensure-expired-request-object-fails", *PLANS, only=signed)
def expired(party: Party) -> None:
    """`exp` five minutes ago."""
    _refused(party, exp=assertions.in_past(5), iat=assertions.in_past(10), nbf=assertions.in_past(10))


@module("ensure-request-object-with-bad-aud-fails", *PLANS, only=signed)
def bad_audience(party: Party) -> None:
    """`aud` of another server."""
    _refused(party, aud="https://other.example.com/")


@module("ensure-request-object-with-exp-over-60-fails", *PLANS, only=signed)
def exp_far_ahead(party: Party) -> None:
    """`exp` 70 minutes after `nbf`."""
    _refused(party, exp=assertions.in_future(70))


@module("ensure-request-object-with-nbf-over-60-fails", *PLANS, only=signed)
def nbf_far_behind(party: Party) -> None:
    """`nbf` 70 minutes ago (FAPI 2 Message Signing 5.3.1, FAPI 1 Advanced 5.2.2)."""
    _refused(party, nbf=assertions.in_past(70))


@module("ensure-signed-request-object-with-RS256-fails", *PLANS, only=signed)
def rs256(party: Party) -> None:
    """Signed RS256."""
    assert party.client().identity.key.alg == "PS256", "the module needs a PS256 key"
    flow = party.flow()
    flow.object_alg = "RS256"
    flow.refusal(["invalid_request_object"])


@module("ensure-request-object-signature-algorithm-is-not-none", *PLANS, only=signed)
def alg_none(party: Party) -> None:
    """`alg: none`."""
    flow = party.flow()
    flow.spoil_object = lambda signed_object: assertions.unsigned(jws.claims_of(signed_object))
    flow.refusal(["invalid_request_object"])


@module("ensure-request-object-with-invalid-signature-fails", *PLANS, only=signed)
def invalid_signature(party: Party) -> None:
    """A signature with other bits."""
    flow = party.flow()
    flow.spoil_object = jws.with_broken_signature
    flow.refusal(["invalid_request_object"])


@module("ensure-unsigned-request-at-par-endpoint-fails", "fapi2_ms", only=signed)
def unsigned_at_par(party: Party) -> None:
    """Plain form parameters at PAR from a client registered for signed requests."""
    checks.check_json_error(party.client().par(party.flow().parameters), ["invalid_request"])


# FAPI 1 Advanced only.

@module("ensure-authorization-request-without-request-object-fails", "fapi1", only=by_value)
def no_object(party: Party) -> None:
    """A plain request in the query."""
    flow = party.flow()
    flow.query |= {**flow.parameters, "request": None}
    verdicts.check_refused_in_browser(flow, flow.visit(), ["invalid_request", "invalid_request_object"])


@module("ensure-unsigned-request-at-par-endpoint-fails", "fapi1", only=pushed)
def no_object_at_par(party: Party) -> None:
    """A plain request at PAR."""
    answer = party.client().par(party.flow().parameters)
    checks.check_json_error(answer, ["invalid_request", "invalid_request_object"])


@module("ensure-matching-client-id-in-request-object", "fapi1")
def client_id_mismatch(party: Party) -> None:
    """`client_id` in the object is another client's."""
    _refused(party, ("invalid_request_object", "invalid_request", "invalid_client"), client_id=party.client(2).identity.client_id)


@module("par-pushed-authorization-url-as-audience-in-request-object", "fapi1", only=pushed)
def par_endpoint_as_audience(party: Party) -> None:
    """The object's `aud` = PAR endpoint."""
    _refused(party, aud=party.client().endpoints["pushed_authorization_request_endpoint"])


@module("ensure-request-object-with-unknown-key-fails", "fapi2_ms", "fapi1", only=signed)
def unknown_key(party: Party) -> None:
    """Signed by the other client's key, under its own, the first client's and an unknown `kid`."""
    other = party.client(2).identity.key
    for kid in (other.kid, party.client(1).identity.key.kid, secrets.token_hex(4)):
        flow = party.flow()
        flow.spoil_object = functools.partial(_signed_by, other, kid)
        flow.refusal(["invalid_request_object"])


def _signed_by(key: jws.SigningKey, kid: str, signed_object: str) -> str:
    return key.sign(jws.claims_of(signed_object), kid=kid, typ="oauth-authz-req+jwt")
