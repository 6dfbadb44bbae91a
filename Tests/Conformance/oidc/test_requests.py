"""OIDC Core modules about parameters that must not disturb, redirect URIs, PKCE and request objects (conformance section 2)."""

from suite import checks, keys, tokens
from suite.client import random_value
from suite.flow import Flow
from suite.pages import Kind
from suite.variants import B, H, I, module


@module(B + I + H)
def test_oidcc_display_page(flow: Flow) -> None:
    """`display=page` does not disturb."""
    flow.complete(display="page")


@module(B + I + H)
def test_oidcc_display_popup(flow: Flow) -> None:
    """`display=popup` does not disturb."""
    flow.complete(display="popup")


@module(B + I + H)
def test_oidcc_login_hint(flow: Flow) -> None:
    """A hint of an unknown user, then of the user: no error, the login page appears, and the user can log in on it."""
    flow.complete(login_hint="buffy@localhost")
    outcome = flow.complete(login_hint=flow.user["email"], prompt="login")
    assert Kind.LOGIN in outcome.pages


@module(B + I + H)
def test_oidcc_ui_locales(flow: Flow) -> None:
    """An unknown locale is no error."""
    flow.complete(ui_locales="se")


@module(B + I + H)
def test_oidcc_claims_locales(flow: Flow) -> None:
    """An unknown locale is no error."""
    flow.complete(claims_locales="se")


@module(B + I + H)
def test_oidcc_ensure_registered_redirect_uri(flow: Flow) -> None:
    """The registered URI plus a path segment: an error page, and no redirect to either."""
    request = flow.request(redirect_uri=f"{flow.client.redirect_uri}/{random_value()}")
    checks.check_error_page(flow.open(request).page)


@module(B + I + H)
def test_unknown_client_id(flow: Flow) -> None:
    """A client that nobody knows: an error page (conformance 1.6)."""
    checks.check_error_page(flow.open(flow.request(client_id=random_value(32))).page)


@module(B + H, lambda variant: variant.response_type in ("code", "code id_token"))
def test_oidcc_ensure_request_with_valid_pkce_succeeds(flow: Flow) -> None:
    """PKCE S256 by a confidential client, end to end."""
    verifier = random_value(64)
    request = flow.request(code_challenge=tokens.sha256(verifier), code_challenge_method="S256")
    flow.finish(flow.client, request, flow.pass_pages(flow.open(request)), code_verifier=verifier)


@module(B + I + H)
def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(flow: Flow) -> None:
    """An `alg: none` object; `state` and `nonce` only inside it. Success with its values: we advertise it."""
    if flow.variant.metadata == "discovery":
        assert "none" in flow.provider.metadata["request_object_signing_alg_values_supported"]
    request = flow.request()
    inside = ("client_id", "response_type", "scope", "redirect_uri", "state", "nonce")
    outside = {name: value for name, value in request.items() if name not in ("state", "nonce")}
    outside["request"] = keys.unsigned({name: request[name] for name in inside})
    flow.finish(flow.client, request, flow.pass_pages(flow.open(outside)))


@module(B + I + H)
def test_oidcc_ensure_request_object_with_redirect_uri(flow: Flow) -> None:
    """The object's `redirect_uri` counts: the one outside is not registered."""
    request = flow.request()
    outside = {**request, "redirect_uri": f"{flow.client.redirect_uri}/{random_value()}"}
    outside["request"] = keys.unsigned(request)
    flow.finish(flow.client, request, flow.pass_pages(flow.open(outside)))


@module(B + I + H)
def test_oidcc_ensure_post_request_succeeds(flow: Flow) -> None:
    """An authorization request by POST (OIDC Core 3.1.2.1)."""
    request = flow.request()
    arrival = flow.browser.post(flow.provider.endpoint("authorization_endpoint"), request)
    flow.finish(flow.client, request, flow.pass_pages(arrival))


@module(B + I + H)
def test_oidcc_ensure_request_with_unknown_parameter_succeeds(flow: Flow) -> None:
    """A parameter that nobody knows does not disturb."""
    flow.complete(extra="foobar")
