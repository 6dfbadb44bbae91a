"""Whole flows: happy flow, the user who says no, scopes, nonces and states."""

from __future__ import annotations

from suite import checks

from .. import verdicts
from ..client import FapiClient, How
from ..flow import Flow, random_value
from ..party import Party
from ..registry import module, with_openid

ACCEPT = ("application/json; charset=utf-8", "application/json, */*;q=0.8", "*/*", "application/*;q=0.9, text/plain;q=0.1")


@module("happy-flow", "fapi2_sp", "fapi2_ms")
@module("advanced-final", "fapi1")
def happy_flow(party: Party) -> None:
    """Two clients in turn; the second with long values, a redirect URI with a query, another order and `dpop_jkt`."""
    first, second = party.flow(1), party.client(2)
    _finish_with_refresh_token(first)
    flow = _with_everything(party)
    tokens = _finish_with_refresh_token(flow)
    check_resource_manners(second, tokens["access_token"])
    check_token_of_another(party.client(1), second, tokens["access_token"])
    party.check_tls()


def _finish_with_refresh_token(flow: Flow) -> dict[str, str]:
    tokens = flow.finish()
    assert "refresh_token" in tokens, f"no refresh token although offline_access was asked for: {sorted(tokens)}"
    return tokens


def _with_everything(party: Party) -> Flow:
    client = party.client(2)
    nonce = {"nonce": random_value(43)} if party.variant.openid else {}
    key = {"dpop_jkt": client.dpop.thumbprint} if party.variant.dpop else {}
    flow = party.flow(2, state=random_value(128), redirect_uri=client.identity.redirect_uri_with_query, **nonce, **key)
    flow.parameters = dict(reversed(flow.parameters.items()))
    return flow


def check_resource_manners(client: FapiClient, token: str) -> None:
    """Interaction id, no token in the query, every reasonable `Accept` (conformance 9, `happy-flow`)."""
    interaction = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a"
    answer = client.resource(token, headers=[("x-fapi-interaction-id", interaction)])
    verdicts.check_resource(client, answer, interaction)
    for accept in ACCEPT:
        verdicts.check_resource(client, client.resource(token, headers=[("Accept", accept)]))
    answer = client.call_resource([("Accept", "application/json")], query=f"?access_token={token}")
    verdicts.check_refused_at_resource(answer, "a token in the query", (400, 401, 414))


def check_token_of_another(thief: FapiClient, owner: FapiClient, token: str) -> None:
    """The owner's token with the other client's key or certificate: 4xx."""
    stolen = How(key=thief.dpop, certificate=thief.identity.certificate)
    answer = owner.resource(token, stolen)
    verdicts.check_refused_at_resource(answer, "the token with another client's key", tuple(range(400, 500)))


@module("user-rejects-authentication", "fapi2_sp", "fapi2_ms", "fapi1")
def user_rejects(party: Party) -> None:
    """Cancel on the login or consent page: `access_denied`, right `state` and `iss`; with both redirect URIs."""
    for number, with_query in ((1, False), (2, True)):
        identity = party.client(number).identity
        flow = party.flow(number, redirect_uri=identity.redirect_uri_with_query if with_query else identity.redirect_uri)
        answer = verdicts.received(flow.start(), flow.reject())
        verdicts.check_redirected_error(flow, answer, ["access_denied"])


@module("ensure-authorization-request-without-nonce-success", "fapi2_sp", "fapi2_ms", only=with_openid)
def without_nonce(party: Party) -> None:
    """No nonce: success, none in the ID token."""
    party.flow(nonce=None).tokens()


@module("ensure-other-scope-order-succeeds", "fapi2_sp", "fapi2_ms", "fapi1")
def other_scope_order(party: Party) -> None:
    """Scope values in reverse order."""
    party.flow(scope=" ".join(reversed(party.variant.scope.split()))).finish()


@module("ensure-different-nonce-inside-and-outside-request-object", "fapi2_sp", "fapi2_ms", "fapi1", only=with_openid)
def different_nonce(party: Party) -> None:
    """A different `nonce` in the query than pushed or signed: the pushed one counts, or `invalid_request`; never a mixture."""
    flow = party.flow()
    flow.query["nonce"] = random_value(10)
    arrival = flow.start().visit()
    if arrival.left_to is None:
        checks.check_error_page(arrival.page, ["invalid_request", "invalid_request_object"])
        return
    answer = verdicts.received(flow, arrival)
    if answer.is_error:
        verdicts.check_redirected_error(flow, answer, ["invalid_request", "invalid_request_object"])
        return
    verdicts.check_tokens(flow, flow.redeem(verdicts.check_authorized(flow, answer)))


@module("ensure-authorization-request-with-long-nonce", "fapi2_sp", "fapi2_ms", "fapi1", only=with_openid)
def long_nonce(party: Party) -> None:
    """384 characters come back unharmed."""
    party.flow(nonce=random_value(384)).tokens()


@module("ensure-authorization-request-with-long-state", "fapi2_sp", "fapi2_ms", "fapi1")
def long_state(party: Party) -> None:
    """1000 characters come back unharmed; refusing them is a warning."""
    flow = party.flow(state=random_value(1000))
    if party.variant.pushed:
        answer = flow.push()
        assert answer.status_code == 201, f"warning: a state of 1000 characters is refused: {answer.status_code} {answer.text}"
        flow.accept_push(answer)
    arrival = flow.visit()
    assert arrival.left_to, f"warning: a state of 1000 characters is refused: {arrival.page}"
    verdicts.check_tokens(flow, flow.redeem(verdicts.check_authorized(flow, verdicts.received(flow, arrival))))


@module("state-only-outside-request-object-not-used", "fapi2_sp", "fapi2_ms", "fapi1")
def state_only_outside(party: Party) -> None:
    """`state` only in the query: success without any `state` in the response."""
    flow = party.flow(state=None)
    flow.query["state"] = random_value(10)
    answer = flow.start().answer()
    assert "state" not in answer.parameters, f"the state of the query was used: {answer.parameters}"
    verdicts.check_tokens(flow, flow.redeem(verdicts.check_authorized(flow, answer)))
