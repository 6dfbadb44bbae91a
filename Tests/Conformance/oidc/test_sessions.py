"""OIDC Core modules about the login session: `prompt`, `max_age`, `id_token_hint` (conformance section 2)."""

import time

from suite.client import random_value
from suite.flow import Flow
from suite.pages import Kind
from suite.variants import B, H, I, module

#: What a request that may show nothing says when something would have to be shown.
INTERACTION = ["login_required", "interaction_required", "account_selection_required", "consent_required"]


@module(B + I + H)
def test_oidcc_prompt_login(flow: Flow) -> None:
    """`prompt=login` although logged in: the login page again; the new `auth_time`, if sent, is later."""
    first = flow.complete().any_id_token
    # `auth_time` has whole seconds: a later one needs one to pass.
    time.sleep(1.1)
    second = flow.complete(prompt="login")
    assert Kind.LOGIN in second.pages, f"the login page was not shown: {second.pages}"
    if first.get("auth_time") is not None:
        assert second.any_id_token["auth_time"] > first["auth_time"], "auth_time is not later after a new login"


@module(B + I + H)
def test_oidcc_prompt_none_not_logged_in(flow: Flow) -> None:
    """No session: an immediate redirect with the error and the 128-character `state` intact."""
    request = flow.request(prompt="none", state=random_value(128))
    flow.expect_error(flow.open(request), request, INTERACTION)


@module(B + I + H)
def test_oidcc_prompt_none_logged_in(flow: Flow) -> None:
    """Second request with `prompt=none`: no page at all; same `sub`, same `auth_time`. Consent was remembered."""
    first = flow.complete().any_id_token
    second = flow.silently(prompt="none").any_id_token
    assert second["sub"] == first["sub"]
    assert second.get("auth_time") == first.get("auth_time"), "auth_time changed without a login"


@module(B + I + H)
def test_oidcc_max_age_1(flow: Flow) -> None:
    """Two seconds after the login, `max_age=1`: the login page again, and an `auth_time` that is later and recent."""
    first = flow.complete().any_id_token
    # The module is about a session that is older than `max_age`, which has whole seconds.
    time.sleep(2)
    second = flow.complete(max_age="1")
    assert Kind.LOGIN in second.pages, f"the login page was not shown: {second.pages}"
    token = second.any_id_token
    assert abs(time.time() - token["auth_time"]) < 10, f"auth_time is not recent: {token['auth_time']}"
    if first.get("auth_time") is not None:
        assert token["auth_time"] > first["auth_time"], "auth_time is not later after a new login"


@module(B + I + H)
def test_oidcc_max_age_10000(flow: Flow) -> None:
    """A young session satisfies a long `max_age`: no page, an `auth_time`, the same as before."""
    first = flow.complete(max_age="15000").any_id_token
    second = flow.silently(max_age="10000", prompt="none").any_id_token
    assert second["sub"] == first["sub"]
    assert second["auth_time"] == first["auth_time"], "auth_time changed without a login"


@module(B + I + H)
def test_oidcc_id_token_hint(flow: Flow) -> None:
    """`prompt=none` with the first ID token as hint: immediate success, same `sub`."""
    first = flow.complete().any_id_token
    second = flow.silently(prompt="none", id_token_hint=first.compact).any_id_token
    assert second["sub"] == first["sub"]
