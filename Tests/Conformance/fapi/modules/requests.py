"""What an authorization request must be: pushed, with PKCE, with a registered redirect URI."""

from __future__ import annotations

import secrets
import time

from suite import checks

from .. import verdicts
from ..flow import Flow
from ..party import Party
from ..registry import module, pushed

BAD_REDIRECT = ["invalid_request", "invalid_request_object"]


@module("ensure-request-object-without-redirect-uri-fails", "fapi2_sp", "fapi2_ms", "fapi1")
def without_redirect_uri(party: Party) -> None:
    """`redirect_uri` in the query only, not in what was pushed or signed."""
    flow = party.flow(redirect_uri=None)
    flow.query["redirect_uri"] = party.client().identity.redirect_uri
    flow.refusal(BAD_REDIRECT)


@module("ensure-redirect-uri-in-authorization-request", "fapi2_sp", "fapi2_ms", "fapi1")
def redirect_uri_nowhere(party: Party) -> None:
    """No `redirect_uri` at all, with two registered: refused."""
    party.flow(redirect_uri=None).refusal(BAD_REDIRECT)


@module("plain-fapi-tolerate-unregistered-redirect-uri", "fapi2_sp", "fapi2_ms")
def unregistered_redirect_uri(party: Party) -> None:
    """The suite tolerates its use (RFC 9126 section 2.4); we refuse, with `invalid_request`."""
    refused = ["invalid_request", "invalid_request_object"] if party.variant.signed else ["invalid_request"]
    party.flow(redirect_uri=_unregistered(party)).refusal(refused)


@module("ensure-registered-redirect-uri", "fapi1")
def must_be_registered(party: Party) -> None:
    """An unregistered URI must be refused, and nothing sent to it."""
    refusal = party.flow(redirect_uri=_unregistered(party)).refusal(BAD_REDIRECT)
    assert refusal.place != "redirect", "the browser was sent to an unregistered redirect URI"


def _unregistered(party: Party) -> str:
    return f"{party.client().identity.redirect_uri}/{secrets.token_hex(8)}"


@module("ensure-unsigned-authorization-request-without-using-par-fails", "fapi2_sp", "fapi2_ms")
def without_par(party: Party) -> None:
    """All parameters in the query, nothing pushed: `invalid_request` or an error page."""
    flow = party.flow()
    flow.query |= {**flow.parameters, "request": None}
    _refused(flow, flow.url())


def _refused(flow: Flow, url: str) -> None:
    arrival = flow.visit(url)
    verdicts.check_refused_in_browser(flow, arrival, ["invalid_request"])


@module("ensure-response-type-code-idtoken-fails", "fapi2_sp", "fapi2_ms")
def hybrid_response_type(party: Party) -> None:
    """`response_type=code id_token`: 4xx at PAR, never a code."""
    answer = party.flow(response_type="code id_token").push()
    checks.check_json_error(answer, ["unsupported_response_type", "invalid_request", "unauthorized_client"])


@module("par-ensure-pkce-required", "fapi2_sp", "fapi2_ms")
@module("par-ensure-pkce-required", "fapi1", only=pushed)
def pkce_required(party: Party) -> None:
    """No PKCE: `invalid_request`."""
    party.flow(code_challenge=None, code_challenge_method=None).refusal(["invalid_request"])


@module("par-plain-pkce-rejected", "fapi2_sp", "fapi2_ms")
@module("par-plain-pkce-rejected", "fapi1", only=pushed)
def plain_pkce(party: Party) -> None:
    """`plain`: `invalid_request`."""
    flow = party.flow()
    flow.parameters |= {"code_challenge": flow.verifier, "code_challenge_method": "plain"}
    flow.refusal(["invalid_request"])


@module("ensure-pkce-code-verifier-required", "fapi2_sp", "fapi2_ms")
@module("ensure-pkce-code-verifier-required", "fapi1", only=pushed)
def verifier_required(party: Party) -> None:
    """No `code_verifier`: 400 `invalid_grant`."""
    flow = party.flow()
    code = flow.code()
    flow.verifier = None
    checks.check_json_error(flow.redeem(code), ["invalid_grant"], [400])


@module("par-without-duplicate-parameters", "fapi2_sp", "fapi2_ms")
@module("par-without-duplicate-parameters", "fapi1", only=pushed)
def without_duplicates(party: Party) -> None:
    """Only `client_id` and `request_uri` in the query: success."""
    flow = party.flow()
    flow.query |= {"response_type": None, "scope": None, "redirect_uri": None}
    flow.finish()


@module("par-authorization-request-containing-request_uri-form-param", "fapi2_sp", "fapi2_ms")
@module("par-authorization-request-containing-request_uri-form-param", "fapi1", only=pushed)
def request_uri_at_par(party: Party) -> None:
    """A `request_uri` form parameter at PAR is refused (RFC 9126 section 2.1)."""
    earlier = party.flow().pushed()
    answer = party.flow().push(request_uri=earlier.request_uri)
    checks.check_json_error(answer, ["invalid_request", "invalid_request_object", "request_uri_not_supported"])


@module("par-attempt-reuse-request_uri", "fapi2_sp", "fapi2_ms")
@module("par-attempt-reuse-request_uri", "fapi1", only=pushed)
def reuse_request_uri(party: Party) -> None:
    """After a finished flow the same `request_uri`: error page or `invalid_request_uri`; success is a warning."""
    flow = party.flow()
    flow.finish()
    arrival = flow.visit()
    assert "code=" not in (arrival.left_to or ""), f"warning: the request_uri was good twice: {arrival.left_to}"
    verdicts.check_refused_in_browser(flow, arrival, ["invalid_request_uri", "invalid_request"])


def _push(party: Party) -> tuple[Flow, float]:
    return party.flow().pushed(), time.monotonic()


@module("par-attempt-to-use-expired-request_uri", "fapi2_sp", "fapi2_ms", prepare=_push)
@module("par-attempt-to-use-expired-request_uri", "fapi1", only=pushed, prepare=_push)
def expired_request_uri(party: Party) -> None:
    """After `expires_in`: error page or `invalid_request_uri`."""
    flow, pushed_at = party.prepared
    time.sleep(max(0.0, pushed_at + flow.lifetime + 1 - time.monotonic()))
    verdicts.check_refused_in_browser(flow, flow.visit(), ["invalid_request_uri", "invalid_request"])
