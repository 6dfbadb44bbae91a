"""RP-initiated, back-channel and front-channel logout (conformance sections 5 to 7)."""

import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from support.chromium import Chromium

from suite import keys, tokens
from suite.browser import Arrival
from suite.checks import check_unique
from suite.chromium import log_in
from suite.chromium import log_out as browser_log_out
from suite.client import random_value
from suite.flow import Flow, Outcome
from suite.pages import Kind
from suite.variants import module

BACKCHANNEL_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def begin(flow: Flow, **members: Any) -> Outcome:
    """A client with a registered `post_logout_redirect_uri`, and a login."""
    flow.use_client(post_logout_redirect_uris=[after_logout(flow)], **members)
    return flow.complete(state=random_value(128))


def after_logout(flow: Flow) -> str:
    return flow.registrar.listener.url("/test/post_logout_redirect")


def log_out(flow: Flow, **parameters: str) -> Arrival:
    """Goes to the end-session endpoint, and agrees when asked."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    arrival = flow.browser.open(flow.provider.endpoint("end_session_endpoint") + query)
    if arrival.left_to is None and arrival.page.kind is Kind.LOGOUT:
        return flow.browser.press(arrival.page, "logout-confirm")
    return arrival


def check_redirect(flow: Flow, arrival: Arrival, state: str | None) -> None:
    """Sent to the registered URI with the same `state` and nothing else [W]."""
    target = arrival.left_to
    assert target, f"no redirect after the logout, but the {arrival.page}"
    parts = urlsplit(target)
    assert parts._replace(query="", fragment="").geturl() == after_logout(flow), f"sent to {target}"
    parameters = check_unique(parse_qsl(parts.query, keep_blank_values=True))
    assert parameters.get("state") == state, f"state is {parameters.get('state')!r}, sent was {state!r}"
    assert set(parameters) <= {"state"} and not parts.fragment, f"warning: more than state in {target}"


def check_logged_out_page(arrival: Arrival) -> None:
    assert arrival.page.kind is Kind.LOGGED_OUT, f"expected the logged-out page, got the {arrival.page}"


def check_refusal(arrival: Arrival) -> None:
    """No redirect: an error page, or a page that asks."""
    assert arrival.left_to is None, f"redirected to {arrival.left_to}"
    allowed = (Kind.ERROR, Kind.LOGOUT, Kind.LOGGED_OUT)
    assert arrival.page.kind in allowed, f"expected an error or confirmation page, got the {arrival.page}"


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout(flow: Flow) -> None:
    """Hint, URI and state: redirect with the state; then the session is gone (section 5)."""
    outcome, state = begin(flow), random_value(128)
    arrival = log_out(
        flow, id_token_hint=outcome.any_id_token.compact, post_logout_redirect_uri=after_logout(flow), state=state)
    check_redirect(flow, arrival, state)
    flow.check_not_logged_in()


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(flow: Flow) -> None:
    """An unregistered URI: no redirect, not even after a confirmation."""
    hint = begin(flow).any_id_token.compact
    arrival = log_out(
        flow, id_token_hint=hint, post_logout_redirect_uri=f"{after_logout(flow)}/{random_value()}", state=random_value())
    check_refusal(arrival)


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(flow: Flow) -> None:
    """The registered URI with a query that was not registered: no redirect."""
    hint = begin(flow).any_id_token.compact
    check_refusal(log_out(
        flow, id_token_hint=hint, post_logout_redirect_uri=f"{after_logout(flow)}?foo=bar", state=random_value()))


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_modified_id_token_hint(flow: Flow) -> None:
    """A hint with a broken signature: no redirect."""
    hint = begin(flow).any_id_token.compact
    head, payload, signature = hint.split(".")
    broken = keys.encode(bytes(byte ^ 0x5A for byte in keys.decode(signature)))
    check_refusal(log_out(
        flow, id_token_hint=f"{head}.{payload}.{broken}", post_logout_redirect_uri=after_logout(flow), state=random_value()))


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_no_id_token_hint(flow: Flow) -> None:
    """A URI without hint and client: no redirect."""
    begin(flow)
    check_refusal(log_out(flow, post_logout_redirect_uri=after_logout(flow), state=random_value()))


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_no_params(flow: Flow) -> None:
    """No parameter: logged out (after a confirmation), and told so."""
    begin(flow)
    check_logged_out_page(log_out(flow))
    flow.check_not_logged_in()


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_only_state(flow: Flow) -> None:
    """Only a `state`: as without any parameter."""
    begin(flow)
    check_logged_out_page(log_out(flow, state=random_value()))
    flow.check_not_logged_in()


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(flow: Flow) -> None:
    """A hint only: logged out, told so, no redirect."""
    hint = begin(flow).any_id_token.compact
    check_logged_out_page(log_out(flow, id_token_hint=hint))
    flow.check_not_logged_in()


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_no_state(flow: Flow) -> None:
    """Redirect without any `state`."""
    hint = begin(flow).any_id_token.compact
    check_redirect(flow, log_out(flow, id_token_hint=hint, post_logout_redirect_uri=after_logout(flow)), None)
    flow.check_not_logged_in()


@module(["rp-initiated-logout"])
def test_oidcc_rp_initiated_logout_bad_id_token_hint(flow: Flow) -> None:
    """A hint signed with the client's own key, `iss` and `aud` swapped: no redirect."""
    claims = begin(flow).any_id_token.claims
    swapped = {**claims, "iss": flow.client.client_id, "aud": flow.provider.issuer}
    check_refusal(log_out(
        flow, id_token_hint=flow.client.key.sign(swapped), post_logout_redirect_uri=after_logout(flow), state=random_value()))


@module(["backchannel"])
def test_oidcc_backchannel_rp_initiated_logout(flow: Flow) -> None:
    """One POST with a right logout token, then the redirect with `state`, then the session is gone (section 6)."""
    path, listener = f"/test/backchannel/{random_value()}", flow.registrar.listener
    listener.serve(path, b"", "text/plain")
    outcome = begin(flow, backchannel_logout_uri=listener.url(path), backchannel_logout_session_required=True)
    state = random_value(128)
    arrival = log_out(
        flow, id_token_hint=outcome.any_id_token.compact, post_logout_redirect_uri=after_logout(flow), state=state)
    check_redirect(flow, arrival, state)
    notice = listener.wait_for(path)[0]
    assert notice.method == "POST", f"logout by {notice.method}"
    assert notice.headers["content-type"].split(";")[0] == "application/x-www-form-urlencoded", notice.headers
    assert notice.tls_version == "TLSv1.3", f"warning: the logout call used {notice.tls_version}"
    form = check_unique(notice.form)
    assert set(form) == {"logout_token"}, f"warning: the logout call has {sorted(form)}"
    check_logout_token(flow, form["logout_token"], outcome)
    flow.check_not_logged_in()


def check_logout_token(flow: Flow, compact: str, outcome: Outcome) -> None:
    """OIDC Back-Channel Logout 2.4: everything that must be in it and everything that must not."""
    token = tokens.verify(compact, flow.provider.jwks(), flow.client.id_token_alg)
    id_token, now = outcome.any_id_token, time.time()
    assert token.header.get("typ") == "logout+jwt", f"typ is {token.header.get('typ')}"
    assert token["iss"] == flow.provider.issuer
    audience = token["aud"] if isinstance(token["aud"], list) else [token["aud"]]
    assert flow.client.client_id in audience, f"aud is {audience}"
    assert abs(token["iat"] - now) < 60, f"iat is {token['iat']} at {now}"
    assert now < token["exp"] < now + 600, f"exp is {token['exp']} at {now}"
    assert isinstance(token["jti"], str) and token["jti"], f"jti is {token['jti']!r}"
    assert token["events"] == {BACKCHANNEL_EVENT: {}}, f"events are {token['events']}"
    assert "nonce" not in token.claims, "a nonce in a logout token"
    assert token["sid"] == id_token["sid"], "sid is not the ID token's"
    assert token.get("sub") in (None, id_token["sub"]), "sub is not the ID token's"


@module(["frontchannel"])
def test_oidcc_frontchannel_rp_initiated_logout(flow: Flow, chromium: Chromium) -> None:
    """A page with an iframe to the client's URI, `iss` and `sid` in its query; then it goes on by script (section 7)."""
    uri = flow.registrar.listener.url(f"/test/frontchannel/{random_value()}")
    outcome = begin(flow, frontchannel_logout_uri=uri, frontchannel_logout_session_required=True)
    state = random_value(128)
    arrival = log_out(
        flow, id_token_hint=outcome.any_id_token.compact, post_logout_redirect_uri=after_logout(flow), state=state)
    page = arrival.page
    assert page.kind is Kind.FRAMES and page.status == 200, f"expected a page with frames, got the {page}"
    own = [frame for frame in page.document.frames if frame.split("?")[0] == uri]
    assert len(own) == 1, f"frames: {page.document.frames}"
    parameters = check_unique(parse_qsl(urlsplit(own[0]).query, keep_blank_values=True))
    assert parameters.get("iss") == flow.provider.issuer, f"iss is {parameters.get('iss')}"
    assert parameters.get("sid") == outcome.any_id_token["sid"], f"sid is {parameters.get('sid')}"
    assert set(parameters) == {"iss", "sid"}, f"warning: more than iss and sid in {own[0]}"
    flow.check_not_logged_in()
    check_logout_in_chromium(flow, chromium, uri)


def check_logout_in_chromium(flow: Flow, chromium: Chromium, uri: str) -> None:
    """The frame really loads, with the session's `iss` and `sid`, and the page really goes on, with the `state`."""
    answer = log_in(flow, chromium)
    claims = tokens.peek(answer["id_token"])[1]
    browser_log_out(flow, chromium, answer["id_token"], after_logout(flow), random_value(128))
    notice = flow.registrar.listener.wait_for(urlsplit(uri).path)[-1]
    assert check_unique(notice.parameters) == {"iss": claims["iss"], "sid": claims["sid"]}, notice.query
