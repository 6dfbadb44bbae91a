"""FAPI-CIBA: what the signed backchannel authentication request must be (conformance 11)."""

from __future__ import annotations

from typing import Any

from suite import checks

from .. import assertions, jws
from ..assertions import ABSENT
from ..ciba import Backchannel
from ..party import Party
from ..registry import module

PLAN = "fapi_ciba"


def _refused(party: Party, **claims: Any) -> None:
    request = Backchannel(party.client())
    request.object_claims = claims
    checks.check_json_error(request.send(), ["invalid_request"], [400])


@module("ensure-request-object-missing-aud-fails", PLAN)
def missing_aud(party: Party) -> None:
    """No `aud`."""
    _refused(party, aud=ABSENT)


@module("ensure-request-object-bad-aud-fails", PLAN)
def bad_aud(party: Party) -> None:
    """`aud` of another server."""
    _refused(party, aud="https://other.example.com/")


@module("ensure-request-object-missing-iss-fails", PLAN)
def missing_iss(party: Party) -> None:
    """No `iss`."""
    _refused(party, iss=ABSENT)


@module("ensure-request-object-bad-iss-fails", PLAN)
def bad_iss(party: Party) -> None:
    """`iss` is another client's id."""
    _refused(party, iss=party.client(2).identity.client_id)


@module("ensure-request-object-missing-jti-fails", PLAN)
def missing_jti(party: Party) -> None:
    """No `jti` (CIBA 7.1.1 requires it)."""
    _refused(party, jti=ABSENT)


@module("ensure-request-object-missing-exp-fails", PLAN)
def missing_exp(party: Party) -> None:
    """No `exp`."""
    _refused(party, exp=ABSENT)


@module("ensure-request-object-expired-exp-fails", PLAN)
def expired_exp(party: Party) -> None:
    """`exp` five minutes ago."""
    _refused(party, exp=assertions.in_past(5), iat=assertions.in_past(10), nbf=assertions.in_past(10))


@module("ensure-request-object-exp-is-70-minutes-in-future-fails", PLAN)
def exp_far_ahead(party: Party) -> None:
    """`exp` more than an hour after `nbf`."""
    _refused(party, exp=assertions.in_future(70))


@module("ensure-request-object-missing-iat-fails", PLAN)
def missing_iat(party: Party) -> None:
    """No `iat`."""
    _refused(party, iat=ABSENT)


@module("ensure-request-object-missing-nbf-fails", PLAN)
def missing_nbf(party: Party) -> None:
    """No `nbf`."""
    _refused(party, nbf=ABSENT)


@module("ensure-request-object-nbf-is-70-minutes-in-past-fails", PLAN)
def nbf_far_behind(party: Party) -> None:
    """`nbf` more than an hour ago."""
    _refused(party, nbf=assertions.in_past(70))


@module("ensure-request-object-signature-algorithm-is-none-fails", PLAN)
def alg_none(party: Party) -> None:
    """`alg: none`."""
    request = Backchannel(party.client())
    request.spoil_object = lambda signed_object: assertions.unsigned(jws.claims_of(signed_object))
    checks.check_json_error(request.send(), ["invalid_request"], [400])


@module("ensure-request-object-signature-algorithm-is-bad-fails", PLAN)
def bad_signature(party: Party) -> None:
    """A signature with other bits, and one by an unknown key."""
    for spoil in (jws.with_broken_signature, lambda o: party.client(2).identity.key.sign(jws.claims_of(o))):
        request = Backchannel(party.client())
        request.spoil_object = spoil
        checks.check_json_error(request.send(), ["invalid_request"], [400])


@module("ensure-request-object-signature-algorithm-is-RS256-fails", PLAN)
def rs256(party: Party) -> None:
    """Signed RS256."""
    request = Backchannel(party.client())
    request.object_alg = "RS256"
    checks.check_json_error(request.send(), ["invalid_request"], [400])


@module("ensure-unsigned-request-fails", PLAN)
def unsigned(party: Party) -> None:
    """The parameters as a plain form, from a client registered for signed requests."""
    request = Backchannel(party.client())
    answer = party.client().post("backchannel_authentication_endpoint", request.parameters)
    checks.check_json_error(answer, ["invalid_request"], [400])
