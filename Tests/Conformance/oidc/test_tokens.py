"""OIDC Core modules about codes and refresh tokens (conformance section 2)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from suite import checks, tokens
from suite.client import Client, grant_types
from suite.flow import Flow, Outcome, check_token_response
from suite.tokens import Expectation, Token
from suite.variants import B, H, Variant, module

if TYPE_CHECKING:
    from .conftest import SpentCode


@module(B + H + ["dynamic"], lambda variant: "code" in variant.has)
def test_oidcc_refresh_token(flow: Flow) -> None:
    """Two clients in turn, the first with `scope` in the refresh; a refresh token of the one is no use to the other."""
    kinds = [*grant_types(flow.variant.response_type), "refresh_token"]
    first, second = (flow.make_client(name, grant_types=kinds) for name in ("first", "second"))
    mine, theirs = obtain(flow, first), obtain(flow, second)
    # `iat` has whole seconds, and must be new.
    time.sleep(1.1)
    refresh(flow, first, mine, scope=mine.request["scope"])
    stolen = refresh(flow, second, theirs)
    answer = first.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": stolen})
    checks.check_json_error(answer, ["invalid_grant"], [400])


def obtain(flow: Flow, client: Client) -> Outcome:
    """A round that asks for a refresh token, with `prompt=consent` as OIDC Core 11 wants it for `offline_access`."""
    outcome = flow.complete(client, scope="openid offline_access", prompt="consent")
    assert outcome.refresh_token, "warning: no refresh token although offline_access is advertised"
    return outcome


def refresh(flow: Flow, client: Client, before: Outcome, **form: str) -> str:
    """200, no-store, a new access token; the ID token says the same, but is new. Returns the refresh token that is good now."""
    answer = client.post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": before.refresh_token, **form})
    body = check_token_response(answer)
    assert body["access_token"] != before.access_token, "the access token is the old one"
    if "id_token" in body:
        expected = Expectation(None, before.request["scope"], access_token=body["access_token"])
        token = tokens.verify(body["id_token"], flow.provider.jwks(), client.id_token_alg)
        tokens.check_required(token, client)
        tokens.check_hashes(token, expected)
        check_continuity(before.id_token, token)
    return body.get("refresh_token", before.refresh_token)


def check_continuity(before: Token, after: Token) -> None:
    """OIDC Core 12.2."""
    for name in ("iss", "sub", "aud", "auth_time"):
        assert after.get(name) == before.get(name), f"{name} changed from {before.get(name)} to {after.get(name)}"
    assert ("azp" in after.claims) == ("azp" in before.claims), "azp came or went"
    assert after["iat"] > before["iat"], f"iat is not new: {after['iat']}"
    assert after.get("nonce") in (None, before.get("nonce")), "another nonce"


@module(B + H)
def test_oidcc_codereuse(flow: Flow) -> None:
    """The code again, at once: `invalid_grant`; and then the access token from its first use is refused [W]."""
    check_replay(flow, flow.complete())


def check_replay(flow: Flow, outcome: Outcome) -> None:
    """The code of this round comes again."""
    answer = flow.client.post("token_endpoint", flow.code_form(outcome))
    checks.check_json_error(answer, ["invalid_grant"], [400])
    status = flow.ask_userinfo(outcome.access_token).status_code
    assert 400 <= status < 500, f"warning: the access token of a replayed code still works: userinfo answers {status}"


#: How long after its first use a code comes again, in seconds: the module's own number.
REPLAYED_AFTER = 30


@pytest.mark.elapses
@module(B + H)
def test_oidcc_codereuse_30seconds(spent_codes: dict[Variant, SpentCode], variant: Variant) -> None:
    """The code again, 30 s later: `invalid_grant`; and then the access token from its first use is refused [W]."""
    spent = spent_codes[variant]
    if spent.failure:
        raise spent.failure
    flow, outcome = spent.flow, spent.outcome
    assert flow.ask_userinfo(outcome.access_token).status_code == 200, "the access token was refused before the replay"
    # The module is about this time; all variants spend it together, and the short form while other modules run.
    time.sleep(max(0, spent.spent_at + REPLAYED_AFTER - time.monotonic()))
    check_replay(flow, outcome)
    flow.close()
