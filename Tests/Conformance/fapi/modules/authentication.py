"""Client assertions at the PAR and token endpoints (FAPI 2: the issuer alone is their audience; FAPI 1: every endpoint too)."""

from __future__ import annotations

from suite import checks

from .. import assertions, verdicts
from ..client import How
from ..party import Party
from ..plans import Variant
from ..registry import module, pushed, with_assertions

#: How a bad assertion is refused (conformance 9).
REFUSED = ["invalid_client", "invalid_request"]
FAPI2 = ("fapi2_sp", "fapi2_ms", "fapi2_cc")


def _all_refused(party: Party, how: How, errors: list[str] = REFUSED) -> None:
    for answer in party.authenticated(how):
        checks.check_json_error(answer, errors)


@module("ensure-signed-client-assertion-with-RS256-fails", *FAPI2, "fapi1", only=with_assertions)
def rs256(party: Party) -> None:
    """Signed RS256 by a key registered for PS256: `invalid_client`."""
    assert party.client().identity.key.alg == "PS256", "the module needs a PS256 key"
    _all_refused(party, How(assertion_alg="RS256"), ["invalid_client"])


@module("ensure-client-assertion-in-token-endpoint", *FAPI2, "fapi1", only=with_assertions)
def no_assertion(party: Party) -> None:
    """No assertion, only `client_id`."""
    _all_refused(party, How(authenticated=False))


@module("ensure-client-assertion-with-exp-is-5-minutes-in-past-fails", *FAPI2, "fapi1", only=with_assertions)
def expired(party: Party) -> None:
    """`exp` five minutes ago."""
    _all_refused(party, How(assertion={"exp": assertions.in_past(5), "iat": assertions.in_past(6)}))


@module("ensure-client-assertion-with-wrong-aud-fails", *FAPI2, "fapi1", only=with_assertions)
def wrong_audience(party: Party) -> None:
    """`aud` of another server."""
    _all_refused(party, How(assertion={"aud": "https://issuer.example.com/"}))


@module("par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted", *FAPI2, only=with_assertions)
def nbf_ahead(party: Party) -> None:
    """Clocks may differ by 8 s."""
    for answer in party.authenticated(How(assertion={"nbf": assertions.seconds_ahead(8)})):
        assert answer.status_code in (200, 201), f"warning: nbf 8 s ahead is refused: {answer.status_code} {answer.text}"


@module("par-test-par-endpoint-url-as-audience-fails", "fapi2_sp", "fapi2_ms", only=with_assertions)
def par_endpoint_as_audience(party: Party) -> None:
    """`aud` = PAR endpoint: refused, by its plain URL and by its alias."""
    for endpoints in (party.world.metadata, party.client().endpoints):
        _refused_at_par(party, endpoints["pushed_authorization_request_endpoint"])


@module("par-test-token-endpoint-url-as-audience-fails", *FAPI2, only=with_assertions)
def token_endpoint_as_audience(party: Party) -> None:
    """`aud` = token endpoint: refused wherever it is asked, by its plain URL and by its alias."""
    for endpoints in (party.world.metadata, party.client().endpoints):
        _all_refused(party, How(assertion={"aud": endpoints["token_endpoint"]}))


@module("par-test-array-as-audience-fails", *FAPI2, only=with_assertions)
def array_as_audience(party: Party) -> None:
    """An array that holds the issuer: refused."""
    issuer = party.world.issuer
    for audience in ([issuer], [issuer, party.client().endpoints["token_endpoint"]]):
        _all_refused(party, How(assertion={"aud": audience}))


def _refused_at_par(party: Party, audience: object) -> None:
    checks.check_json_error(party.flow().push(How(assertion={"aud": audience})), REFUSED)


# FAPI 1 Advanced: the opposite, and rules of its own (conformance 11a).

@module("ensure-client-assertion-with-wrong-sub-fails", "fapi1", only=with_assertions)
def wrong_subject(party: Party) -> None:
    """`sub` is another client's id."""
    _all_refused(party, How(assertion={"sub": party.client(2).identity.client_id}))


@module("ensure-client-assertion-with-iss-aud-succeeds", "fapi1", only=with_assertions)
def issuer_as_audience(party: Party) -> None:
    """`aud` = issuer works at the token endpoint."""
    flow = party.flow()
    answer = flow.redeem(flow.code(), How(assertion={"aud": party.world.issuer}))
    assert answer.status_code == 200, f"warning: the issuer as audience is refused: {answer.status_code} {answer.text}"


def _accepted_at_par(party: Party, audience: object) -> None:
    flow = party.flow()
    flow.accept_push(flow.push(How(assertion={"aud": audience})))
    verdicts.check_tokens(flow, flow.redeem(verdicts.check_authorized(flow, flow.answer())))


def _pushes_with_assertions(variant: Variant) -> bool:
    return pushed(variant) and with_assertions(variant)


@module("par-test-pushed-authorization-url-as-audience-for-client-JWT-assertion", "fapi1", only=_pushes_with_assertions)
def par_endpoint_accepted(party: Party) -> None:
    """`aud` = PAR endpoint is accepted at PAR (RFC 9126 section 2), by its plain URL and by its alias."""
    for endpoints in (party.world.metadata, party.client().endpoints):
        _accepted_at_par(party, endpoints["pushed_authorization_request_endpoint"])


@module("par-token-endpoint-url-as-audience-for-client-JWT-assertion", "fapi1", only=_pushes_with_assertions)
def token_endpoint_accepted(party: Party) -> None:
    """`aud` = token endpoint is accepted at PAR, by its plain URL and by its alias."""
    for endpoints in (party.world.metadata, party.client().endpoints):
        _accepted_at_par(party, endpoints["token_endpoint"])


@module("test-array-as-audience-for-client-JWT-assertion", "fapi1", only=_pushes_with_assertions)
def array_accepted(party: Party) -> None:
    """An array of issuer, token endpoint and PAR endpoint is accepted at PAR."""
    endpoints = party.client().endpoints
    _accepted_at_par(party, [
        party.world.issuer, endpoints["token_endpoint"], endpoints["pushed_authorization_request_endpoint"]])


@module("par-ensure-client-assertion-with-wrong-aud-fails", "fapi1", only=_pushes_with_assertions)
def wrong_audience_at_par(party: Party) -> None:
    """Refused at PAR too."""
    _refused_at_par(party, "https://issuer.example.com/")


@module("par-ensure-client-assertion-with-wrong-iss-fails", "fapi1", only=_pushes_with_assertions)
def wrong_issuer_at_par(party: Party) -> None:
    """`iss` is another client's id: refused at PAR."""
    answer = party.flow().push(How(assertion={"iss": party.client(2).identity.client_id}))
    checks.check_json_error(answer, REFUSED)
