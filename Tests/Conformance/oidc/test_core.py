"""OIDC Core modules of the Basic, Implicit and Hybrid plans and their form post forms (conformance section 2)."""

import json

from suite.claims import of_scopes
from suite.flow import Flow, check_present
from suite.variants import B, H, I, Variant, module, registers, returns

with_access_token = returns("code", "token")
with_id_token = returns("id_token")
UNSUPPORTED = ["invalid_request", "unsupported_response_type"]


def without_id_token(variant: Variant) -> bool:
    return not with_id_token(variant)


@module(B + I + H + ["dynamic"])
def test_oidcc_server(flow: Flow) -> None:
    """Full flow: hashes, entropy, nothing unasked, both ID tokens agree, userinfo answers (section 2; 3.8)."""
    outcome = flow.complete()
    if outcome.any_access_token:
        flow.userinfo(outcome)
    if outcome.front_access_token:
        answer = flow.ask_userinfo(outcome.front_access_token)
        assert answer.status_code == 200, f"userinfo with the front-channel access token: {answer.status_code} {answer.text}"


@module(B + I + H)
def test_oidcc_response_type_missing(flow: Flow) -> None:
    """No `response_type`: error page, or redirect with the error in the query (or the form post that was asked for)."""
    request = flow.request(response_type=None)
    flow.expect_error_or_page(flow.open(request), request, UNSUPPORTED)


@module(B + I + H, registers)
def test_oidcc_idtoken_signature(flow: Flow) -> None:
    """No algorithm registered: RS256, with a `kid` (`complete` checks both for the client's algorithm)."""
    flow.use_client(id_token_signed_response_alg=None)
    outcome = flow.complete()
    assert outcome.any_id_token.alg == "RS256"


@module(B + H + ["dynamic"], lambda variant: registers(variant) and variant.response_type in ("code", "code token"))
def test_oidcc_idtoken_unsigned(flow: Flow) -> None:
    """`none` is either done right or neither advertised nor accepted at registration (conformance 1.2, 3.1)."""
    if "none" in flow.provider.metadata.get("id_token_signing_alg_values_supported", []):
        flow.use_client(id_token_signed_response_alg="none")
        assert flow.complete().any_id_token.alg == "none"
        return
    metadata = flow.registrar.metadata(
        flow.variant.response_type, flow.variant.auth_method, "first", id_token_signed_response_alg="none")
    flow.registrar.refused(metadata, ["invalid_client_metadata"])


@module(B + I + H, with_access_token)
def test_oidcc_userinfo_get(flow: Flow) -> None:
    """Bearer header: 200, JSON, the ID token's `sub`, claim types, plausible `updated_at`."""
    flow.userinfo(flow.complete(scope="openid profile email address phone"))


@module(B + I + H, with_access_token)
def test_oidcc_userinfo_post_header(flow: Flow) -> None:
    """`POST` with a bearer header and an empty body."""
    outcome = flow.complete()
    bearer = {"Authorization": f"Bearer {outcome.any_access_token}"}
    answer = flow.provider.http.post(flow.provider.endpoint("userinfo_endpoint"), headers=bearer)
    assert answer.status_code == 200, f"userinfo by POST: {answer.status_code} {answer.text[:500]}"
    assert answer.json()["sub"] == outcome.any_id_token["sub"]


@module(B + I + H, with_access_token)
def test_oidcc_userinfo_post_body(flow: Flow) -> None:
    """`POST` with `access_token` in the form body is answered like any other call (a refusal is a warning)."""
    outcome = flow.complete()
    answer = flow.provider.http.post(
        flow.provider.endpoint("userinfo_endpoint"), data={"access_token": outcome.any_access_token})
    assert answer.status_code == 200, f"warning: userinfo by form body: {answer.status_code} {answer.text[:500]}"
    assert answer.json()["sub"] == outcome.any_id_token["sub"]


@module(B + H, without_id_token)
def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(flow: Flow) -> None:
    """No `nonce`, and none in the ID token."""
    flow.complete(nonce=None)


@module(I + H, with_id_token)
def test_oidcc_ensure_request_without_nonce_fails(flow: Flow) -> None:
    """An ID token from the authorization endpoint needs a `nonce`: `invalid_request` in the right mode, or an error page."""
    request = flow.request(nonce=None)
    flow.expect_error_or_page(flow.open(request), request, ["invalid_request"])


def check_scope(flow: Flow, scope: str) -> None:
    """The claims of the scope are where they belong, and the scope is advertised (else the suite skips)."""
    if flow.variant.metadata == "discovery":
        missing = set(scope.split()) - set(flow.provider.metadata["scopes_supported"])
        assert not missing, f"scopes_supported lacks {missing}"
    outcome = flow.complete(scope=scope)
    body = flow.user_claims(outcome)
    check_present(body, of_scopes(scope))
    if "profile" not in scope.split():
        assert "name" not in body, "warning: name without the scope profile"


@module(B + I + H)
def test_oidcc_scope_profile(flow: Flow) -> None:
    """Every claim of `profile`."""
    check_scope(flow, "openid profile")


@module(B + I + H)
def test_oidcc_scope_email(flow: Flow) -> None:
    """The claims of `email`; not in the ID token when userinfo can be asked (`check_nothing_unasked`), and no `name`."""
    check_scope(flow, "openid email")


@module(B + I + H)
def test_oidcc_scope_address(flow: Flow) -> None:
    """The claim `address`, an object."""
    check_scope(flow, "openid address")


@module(B + I + H)
def test_oidcc_scope_phone(flow: Flow) -> None:
    """The claims of `phone`."""
    check_scope(flow, "openid phone")


@module(B + I + H)
def test_oidcc_ensure_other_scope_order_succeeds(flow: Flow) -> None:
    """`openid` need not come first."""
    check_scope(flow, "email openid")


@module(B + I + H)
def test_oidcc_scope_all(flow: Flow) -> None:
    """The claims of all four scopes."""
    check_scope(flow, "openid profile email address phone")


@module(B + I + H)
def test_oidcc_ensure_request_with_acr_values_succeeds(flow: Flow) -> None:
    """All of `acr_values_supported`, else `1 2`: success, and the ID token's `acr` is one of them [W]."""
    values = flow.provider.metadata.get("acr_values_supported", ["1", "2"])
    token = flow.complete(acr_values=" ".join(values)).any_id_token
    assert token.get("acr") in values, f"warning: acr is {token.get('acr')!r}, asked were {values}"


@module(B + H, lambda variant: variant.plan != "comprehensive")
def test_oidcc_server_client_secret_post(flow: Flow) -> None:
    """The happy flow with `client_secret_post`; statically, by a client of its own."""
    client = flow.make_client("post", auth_method="client_secret_post")
    flow.userinfo(flow.complete(client))


def check_claims_essential(flow: Flow) -> None:
    """An essential claim comes back although no scope asks for it."""
    place = "userinfo" if with_access_token(flow.variant) else "id_token"
    outcome = flow.complete(claims=json.dumps({place: {"name": {"essential": True}}}))
    body = flow.user_claims(outcome)
    assert body.get("name") == flow.user["profile"]["name"], f"warning: name is {body.get('name')!r}"
    if place == "userinfo":
        assert "name" not in outcome.any_id_token.claims, "warning: name in the ID token, asked was userinfo"


@module(B + I + H)
def test_oidcc_claims_essential(flow: Flow) -> None:
    """`claims={"userinfo":{"name":{"essential":true}}}`, in `id_token` when that is all there is."""
    check_claims_essential(flow)
