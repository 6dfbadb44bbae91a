"""FAPI-CIBA (conformance 11): the backchannel authentication request, polling, pings."""

from __future__ import annotations

import secrets
import time
from typing import Any

from suite import checks

from .. import verdicts
from ..ciba import PENDING, Backchannel
from ..client import How
from ..party import Party
from ..plans import Variant
from ..registry import module, with_assertions, with_mtls_auth
from .binding import unbound_errors
from .flows import check_resource_manners, check_token_of_another

PLAN = "fapi_ciba"
BINDING_MESSAGE = "1234 👍🏿 品川 " + "lorem ipsum dolor sit amet " * 6


def with_ping(variant: Variant) -> bool:
    return variant.delivery == "ping"


@module("id1", PLAN)
def base(party: Party) -> None:
    """Two clients: polls before and after the approval, pings, tokens, the resource, reuse of `auth_req_id`, stolen tokens."""
    first = Backchannel(party.client(1)).start()
    if party.variant.delivery == "poll":
        first.pending()
        time.sleep(first.interval)
        first.pending()
        first.interval += 5
    body = first.approved(party.variant.scripted)
    verdicts.check_resource(party.client(1), party.client(1).resource(body["access_token"]))
    checks.check_json_error(first.poll_in_time(), ["invalid_grant"], [400])
    other = _second(party).tokens()
    check_resource_manners(party.client(2), other["access_token"])
    check_token_of_another(party.client(1), party.client(2), other["access_token"])


def _second(party: Party) -> Backchannel:
    """With `acr_values`, `requested_expiry`, and in ping mode a notification token of 1024 characters."""
    token = {"client_notification_token": secrets.token_urlsafe(768)[:1024]} if party.variant.delivery == "ping" else {}
    acr = " ".join(party.world.metadata.get("acr_values_supported", ["urn:mace:incommon:iap:silver"]))
    return Backchannel(party.client(2), acr_values=acr, requested_expiry=300, **token)


@module("user-rejects-authentication", PLAN)
def user_rejects(party: Party) -> None:
    """The token endpoint says 400 `access_denied`; a ping is sent for a denial too."""
    request = Backchannel(party.client()).start()
    if party.variant.scripted:
        request.script(allow=False)
    else:
        request.decide(allow=False)
    if party.variant.delivery == "ping":
        request.check_ping()
    checks.check_json_error(request.poll_in_time(), ["access_denied"], [400])


@module("multiple-call-to-token-endpoint", PLAN)
def hammering(party: Party) -> None:
    """Many token requests without approval: each is told to wait."""
    request = Backchannel(party.client()).start()
    for _ in range(6):
        answer = request.poll()
        if answer.status_code == 503:
            assert "retry-after" in answer.headers, "503 without Retry-After"
            continue
        checks.check_json_error(answer, [*PENDING, "invalid_request"], [400])


def _short_lived(party: Party) -> tuple[Backchannel, float]:
    return Backchannel(party.client(), requested_expiry=10).start(), time.monotonic()


@module("auth-req-id-expired", PLAN, prepare=_short_lived)
def expired(party: Party) -> None:
    """`requested_expiry=10`; after that 400 `expired_token`."""
    request, started_at = party.prepared
    assert request.lifetime <= 10, f"requested_expiry=10 gave expires_in={request.lifetime}"
    time.sleep(max(0.0, started_at + 11 - time.monotonic()))
    checks.check_json_error(request.poll(), ["expired_token"], [400])


@module("ensure-authorization-request-with-binding-message-succeeds", PLAN)
def binding_message(party: Party) -> None:
    """A plain `binding_message`, shown to the user."""
    request = Backchannel(party.client(), binding_message="9999")
    request.tokens()
    assert "9999" in request.shown.html, f"the binding message is not on the {request.shown}"


@module("ensure-authorization-request-with-potentially-bad-binding-message", PLAN)
def bad_binding_message(party: Party) -> None:
    """Long, with emoji and CJK: shown right, or 400 `invalid_binding_message`."""
    request = Backchannel(party.client(), binding_message=BINDING_MESSAGE)
    answer = request.send()
    if answer.status_code >= 400:
        checks.check_json_error(answer, ["invalid_binding_message"], [400])
        return
    request.accept(answer).approved()
    assert BINDING_MESSAGE.strip() in request.shown.html, f"the binding message is not whole on the {request.shown}"


@module("ensure-other-scope-order-succeeds", PLAN)
def scope_order(party: Party) -> None:
    """Scope values in reverse order."""
    Backchannel(party.client(), scope=" ".join(reversed(party.variant.scope.split()))).tokens()


@module("ensure-authorization-request-with-multiple-hints-fails", PLAN)
def several_hints(party: Party) -> None:
    """Exactly one of `login_hint`, `id_token_hint`, `login_hint_token`."""
    id_token = Backchannel(party.client()).tokens()["id_token"]
    for hints in ({"id_token_hint": id_token}, {"id_token_hint": id_token, "login_hint_token": id_token}, {"login_hint": None}):
        checks.check_json_error(Backchannel(party.client(), **hints).send(), ["invalid_request"], [400])


@module("ensure-wrong-auth-req-id-in-token-endpoint-request", PLAN)
def stolen_auth_req_id(party: Party) -> None:
    """Another client's `auth_req_id`, waiting or approved: 400 `invalid_grant`."""
    request = Backchannel(party.client(1)).start()
    thief = Backchannel(party.client(2))
    thief.auth_req_id = request.auth_req_id
    checks.check_json_error(thief.poll(), ["invalid_grant"], [400])
    request.decide(allow=True)
    checks.check_json_error(thief.poll(), ["invalid_grant"], [400])
    request.check_tokens(request.poll_in_time())


# Client authentication.

REFUSED_CLIENT = ["invalid_client", "access_denied", "invalid_request"]


def _check_refused_client(answer: Any, errors: list[str]) -> None:
    """`invalid_client` 400 or 401, `access_denied` 403, `invalid_request` 400 (conformance 11)."""
    body = checks.check_json_error(answer, errors, [400, 401, 403])
    allowed = {"invalid_client": (400, 401), "access_denied": (403,), "invalid_request": (400,)}[body["error"]]
    assert answer.status_code in allowed, f"{body['error']} with status {answer.status_code}"


@module("ensure-different-client-id-and-issuer-in-backchannel-authorization-request", PLAN, only=with_mtls_auth)
def other_client_id(party: Party) -> None:
    """`client_id` of client 2, certificate and object of client 1: 401 `invalid_client`."""
    answer = Backchannel(party.client()).send(client_id=party.client(2).identity.client_id)
    checks.check_json_error(answer, ["invalid_client"], [401])


@module("ensure-wrong-client-id-in-backchannel-authorization-request", PLAN, only=with_mtls_auth)
def wrong_client_id(party: Party) -> None:
    """A `client_id` that nobody has."""
    _check_refused_client(Backchannel(party.client()).send(client_id=secrets.token_hex(16)), REFUSED_CLIENT)


@module("ensure-without-client-assertion-in-backchannel-authorization-request", PLAN, only=with_assertions)
def no_assertion(party: Party) -> None:
    """No client authentication."""
    _check_refused_client(Backchannel(party.client()).send(How(authenticated=False)), REFUSED_CLIENT)


@module(
    "ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails", PLAN, only=with_assertions)
def assertion_rs256(party: Party) -> None:
    """The assertion is signed RS256."""
    _check_refused_client(Backchannel(party.client()).send(How(assertion_alg="RS256")), REFUSED_CLIENT)


@module("ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails", PLAN, only=with_assertions)
def assertion_rs256_at_token(party: Party) -> None:
    """The same at the token endpoint: `invalid_client`."""
    request = Backchannel(party.client()).start()
    request.decide(allow=True)
    checks.check_json_error(request.poll(How(assertion_alg="RS256")), ["invalid_client"])


@module("ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds", PLAN, only=with_assertions)
def issuer_as_audience(party: Party) -> None:
    """`aud` = issuer is accepted."""
    request = Backchannel(party.client()).start()
    request.decide(allow=True)
    answer = request.poll(How(assertion={"aud": party.world.issuer}))
    assert answer.status_code == 200, f"warning: the issuer as audience is refused: {answer.status_code} {answer.text}"
    request.check_tokens(answer)


@module("ensure-mtls-holder-of-key-required", PLAN)
def holder_of_key(party: Party) -> None:
    """A token request without a certificate is refused; TLS as in 1.8."""
    request = Backchannel(party.client()).start()
    request.decide(allow=True)
    checks.check_json_error(request.poll(How(constrained=False)), *unbound_errors(party.client()))
    party.check_tls()


# Pings.

def _ping_answered_with(party: Party, status: int, body: str) -> Backchannel:
    """Whatever the client's endpoint answers, the flow goes on."""
    request = Backchannel(party.client())
    listener, path = party.world.listener, request.ping_path
    listener.serve(path, body, "application/json", status)
    try:
        request.tokens()
    finally:
        listener.serve(path, "", "application/json", 204)
    return request


@module("ping-backchannel-notification-endpoint-response-has-body", PLAN, only=with_ping)
def ping_with_body(party: Party) -> None:
    """200 with a body."""
    _ping_answered_with(party, 200, '{"lorem": "ipsum"}')


@module("ping-backchannel-notification-endpoint-response-401", PLAN, only=with_ping)
def ping_401(party: Party) -> None:
    """401."""
    _ping_answered_with(party, 401, "{}")


@module("ping-backchannel-notification-endpoint-response-403", PLAN, only=with_ping)
def ping_403(party: Party) -> None:
    """403."""
    _ping_answered_with(party, 403, "{}")


@module("ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry", PLAN, only=with_ping)
def ping_not_retried(party: Party) -> None:
    """After 401 there is no second call."""
    before = len(Backchannel(party.client()).pings)
    request = _ping_answered_with(party, 401, "{}")
    time.sleep(5)
    assert len(request.pings) == before + 1, f"{len(request.pings) - before} pings although the first was answered with 401"
