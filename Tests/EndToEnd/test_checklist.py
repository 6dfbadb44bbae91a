"""The acceptance checklist of the Authentication API contract, section 26, over real HTTP on every storage engine."""

import secrets

import jwt
import pytest

from support.server import wait_until
from support.tenant import AFTER_LOGOUT, CALLBACK, REFUSED_REFRESH, Pkce, assert_refused, claims


def test_native_client_gets_a_refresh_token_from_a_json_request_without_a_secret(tenant):
    native, pkce = tenant.clients["native"], Pkce()
    code = tenant.code(native, pkce=pkce, audience=tenant.api, scope="offline_access")
    answer = tenant.exchange(native, code, pkce)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"access_token", "refresh_token", "scope", "expires_in", "token_type"}
    assert body["token_type"] == "Bearer"
    assert type(body["expires_in"]) is int and body["expires_in"] == 86400
    assert body["scope"] == "offline_access"
    assert claims(body["access_token"])["aud"] == tenant.api
    assert "no-store" in answer.headers["cache-control"]


def test_confidential_client_gets_a_refresh_token_by_its_secret_in_the_form_body(tenant):
    web = tenant.clients["regular_web"]
    code = tenant.code(web, audience=tenant.api, scope="offline_access")
    body = tenant.exchange(web, code, form=True).json()
    first = tenant.refresh(web, body["refresh_token"], form=True)
    assert first.status_code == 200, first.text
    assert claims(first.json()["access_token"])["aud"] == tenant.api


def test_a_refresh_token_gives_new_access_tokens_again_and_again(tenant):
    native = tenant.clients["native"]
    body = tenant.tokens(native, audience=tenant.api, scope="offline_access")
    tokens = [body["refresh_token"]]
    for _ in range(5):
        answer = tenant.refresh(native, tokens[-1])
        assert answer.status_code == 200, answer.text
        assert claims(answer.json()["access_token"])["aud"] == tenant.api
        tokens.append(answer.json()["refresh_token"])
    assert len(set(tokens)) == 6


def test_offline_access_is_dropped_where_it_is_not_allowed(tenant):
    closed = tenant.create_api(allow_offline_access=False)
    without_grant = tenant.create_client("native", grant_types=["authorization_code"])
    spa = tenant.create_client("spa", refresh_token={"rotation_type": "non-rotating", "expiration_type": "non-expiring"})
    for client, audience in [(tenant.clients["native"], closed["identifier"]), (without_grant, tenant.api), (spa, tenant.api)]:
        body = tenant.tokens(client, audience=audience, scope="openid offline_access")
        assert "refresh_token" not in body
        assert "offline_access" not in body["scope"].split()


def test_openid_makes_the_audience_an_array_that_userinfo_accepts(tenant):
    body = tenant.tokens(tenant.clients["native"], audience=tenant.api, scope="openid profile email offline_access")
    assert claims(body["access_token"])["aud"] == [tenant.api, f"{tenant.issuer}userinfo"]
    assert claims(body["id_token"])["aud"] == tenant.clients["native"]["client_id"]
    answer = tenant.http.get("/userinfo", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["sub"] == claims(body["id_token"])["sub"]
    assert answer.json()["email"] == tenant.email


def test_the_201st_refresh_token_evicts_the_oldest(tenant):
    client, user = tenant.create_client("native"), tenant.create_user()
    browser = tenant.browser()
    given = [tenant.tokens(client, browser, user, audience=tenant.api, scope="offline_access")["refresh_token"] for _ in range(201)]
    assert len(set(given)) == 201
    assert_refused(tenant.refresh(client, given[0]), *REFUSED_REFRESH)
    assert tenant.refresh(client, given[1]).status_code == 200
    assert tenant.refresh(client, given[-1]).status_code == 200


def test_reuse_outside_the_leeway_ends_the_family(tenant):
    client = tenant.create_client("native", refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0})
    first = tenant.tokens(client, audience=tenant.api, scope="offline_access")["refresh_token"]
    second = tenant.refresh(client, first).json()["refresh_token"]
    assert second != first
    assert_refused(tenant.refresh(client, first), *REFUSED_REFRESH)
    assert_refused(tenant.refresh(client, second), *REFUSED_REFRESH)


def test_inside_the_leeway_the_predecessor_gets_the_same_successor_and_older_ones_end_the_family(tenant):
    client = tenant.create_client("native", refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 600})
    first = tenant.tokens(client, audience=tenant.api, scope="offline_access")["refresh_token"]
    second = tenant.refresh(client, first).json()["refresh_token"]
    assert tenant.refresh(client, first).json()["refresh_token"] == second
    third = tenant.refresh(client, second).json()["refresh_token"]
    assert_refused(tenant.refresh(client, first), *REFUSED_REFRESH)
    assert_refused(tenant.refresh(client, third), *REFUSED_REFRESH)


def test_a_forged_refresh_token_is_refused_and_revokes_nothing(tenant):
    native = tenant.clients["native"]
    token = tenant.tokens(native, audience=tenant.api, scope="offline_access")["refresh_token"]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (changed, token[:-4], token + "AAAA", secrets.token_urlsafe(45)):
        assert_refused(tenant.refresh(native, forged), *REFUSED_REFRESH)
    assert tenant.refresh(native, token).status_code == 200


def test_form_post_delivers_an_id_token(tenant):
    """express-openid-connect's default: `response_type=id_token&response_mode=form_post`."""
    client = tenant.create_client("regular_web", grant_types=["authorization_code", "implicit", "refresh_token"])
    browser = tenant.browser()
    url = tenant.authorize_url(
        client, response_type="id_token", response_mode="form_post", scope="openid email", nonce="n-0S6", state="s 1")
    page = browser.log_in(browser.open(url), tenant.email, tenant.password)
    form = page.form()
    assert (form.action, form.method) == (CALLBACK, "post")
    assert form.fields["state"] == "s 1"
    given = claims(form.fields["id_token"])
    assert (given["nonce"], given["email"]) == ("n-0S6", tenant.email)


@pytest.mark.parametrize("dialect", ["access_token", "rfc9068_profile"])
def test_a_resource_server_accepts_the_token_of_both_dialects(tenant, dialect):
    """What express-oauth2-jwt-bearer checks, its strict mode included."""
    api = tenant.create_api(token_dialect=dialect, scopes=[{"value": "read:things", "description": "read"}])
    machine = tenant.clients["machine_to_machine"]
    tenant.grant(machine, api, ["read:things"])
    answer = tenant.post_token(machine, grant_type="client_credentials", audience=api["identifier"])
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    key = jwt.PyJWKClient(tenant.metadata()["jwks_uri"]).get_signing_key_from_jwt(token)
    required = ["exp", "iat", "sub", "iss", "aud"]
    if dialect == "rfc9068_profile":
        assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
        required += ["client_id", "jti"]
    verified = jwt.decode(
        token, key, algorithms=["RS256"], audience=api["identifier"], issuer=tenant.issuer, options={"require": required})
    assert verified["scope"] == "read:things"
    assert verified["sub"] == f"{machine['client_id']}@clients"


def test_wrong_secret_is_access_denied_and_names_nothing_else(tenant):
    web = tenant.clients["regular_web"]
    answer = tenant.post_token(web, grant_type="client_credentials", client_secret="wrong", audience=tenant.api)
    assert answer.json() == {"error": "access_denied", "error_description": "Unauthorized"}
    assert_refused(answer, 401, "access_denied", "Unauthorized")
    unknown = tenant.http.post("/oauth/token", json={"client_id": "nobody", "client_secret": "x", "grant_type": "client_credentials"})
    assert (unknown.status_code, unknown.json()) == (answer.status_code, answer.json())


def test_every_error_answer_has_cors_and_no_challenge(tenant):
    spa = tenant.create_client("spa", web_origins=["https://app.example"])
    origin = {"Origin": "https://app.example"}

    def allowed():
        answer = tenant.http.options("/oauth/token", headers={
            **origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "auth0-client,content-type",
        })
        return answer if answer.headers.get("access-control-allow-origin") == "https://app.example" else None

    # Another process made the client: the running server knows its origin after the time to live of its cache.
    preflight = wait_until(allowed, "the preflight of a new origin", interval=0.1)
    assert preflight.status_code in (200, 204)
    assert "auth0-client" in preflight.headers["access-control-allow-headers"].lower()
    for body, status, error in [
        ({}, 400, "invalid_request"),
        ({"grant_type": "nonsense", "client_id": spa["client_id"]}, 403, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "client_id": spa["client_id"], "refresh_token": "x"}, 403, "invalid_grant"),
        ({"grant_type": "authorization_code", "client_id": spa["client_id"], "code": "x", "redirect_uri": CALLBACK}, 403, "invalid_grant"),
    ]:
        answer = tenant.http.post("/oauth/token", json=body, headers=origin)
        assert_refused(answer, status, error)
        if "client_id" in body:
            assert answer.headers["access-control-allow-origin"] == "https://app.example"


def test_a_code_works_once_and_its_second_use_revokes_what_it_gave(tenant):
    native, pkce = tenant.clients["native"], Pkce()
    code = tenant.code(native, pkce=pkce, audience=tenant.api, scope="offline_access")
    token = tenant.exchange(native, code, pkce).json()["refresh_token"]
    assert_refused(tenant.exchange(native, code, pkce), 403, "invalid_grant", "Invalid authorization code")
    assert_refused(tenant.refresh(native, token), *REFUSED_REFRESH)


def test_a_public_client_must_prove_possession_of_its_verifier(tenant):
    native, pkce = tenant.clients["native"], Pkce()
    code = tenant.code(native, pkce=pkce, scope="openid")
    assert_refused(tenant.exchange(native, code, Pkce()), 403, "invalid_grant", "Failed to verify code verifier")
    answer = tenant.browser().open(tenant.authorize_url(native, scope="openid")).answer
    assert answer["error"] == "invalid_request"


def test_a_bad_callback_or_client_is_shown_and_never_redirected(tenant):
    native, browser = tenant.clients["native"], tenant.browser()
    page = browser.open(tenant.authorize_url(native, redirect_uri="https://evil.example/callback"))
    assert (page.left, page.status) == (False, 403)
    assert "Callback URL mismatch" in page.html
    page = browser.open(tenant.authorize_url({"client_id": "nobody"}))
    assert (page.left, page.status) == (False, 400)


def test_wrong_password_says_the_same_for_known_and_unknown_users(tenant):
    web = tenant.create_client("regular_web", grant_types=["password"])
    known, _ = tenant.create_user()
    answers = [
        tenant.post_token(web, grant_type="password", username=name, password="wrong") for name in (known, "nobody@example.com")
    ]
    for answer in answers:
        assert_refused(answer, 403, "invalid_grant", "Wrong email or password.")
    assert answers[0].json() == answers[1].json()


def test_silent_authentication_needs_a_session(tenant):
    native, browser, pkce = tenant.clients["native"], tenant.browser(), Pkce()
    silent = dict(prompt="none", scope="openid", code_challenge=pkce.challenge, code_challenge_method="S256")
    answer = browser.open(tenant.authorize_url(native, **silent)).answer
    assert (answer["error"], answer["error_description"]) == ("login_required", "Login required")
    tenant.tokens(native, browser, scope="openid")
    assert "code" in browser.open(tenant.authorize_url(native, **silent)).answer


def test_logout_ends_the_session_and_returns_to_the_application(tenant):
    native, browser = tenant.clients["native"], tenant.browser()
    tenant.tokens(native, browser, scope="openid")
    page = browser.open(f"{tenant.issuer}v2/logout?client_id={native['client_id']}&returnTo={AFTER_LOGOUT}")
    assert page.left and page.url == AFTER_LOGOUT
    pkce = Pkce()
    again = browser.open(tenant.authorize_url(native, code_challenge=pkce.challenge, code_challenge_method="S256", scope="openid"))
    assert again.is_login


def test_rp_initiated_logout_with_a_hint_of_this_session_asks_nothing(tenant):
    native, browser = tenant.clients["native"], tenant.browser()
    hint = tenant.tokens(native, browser, scope="openid")["id_token"]
    page = browser.open(
        f"{tenant.issuer}oidc/logout?id_token_hint={hint}&post_logout_redirect_uri={AFTER_LOGOUT}&state=xyz")
    assert page.left and page.url == f"{AFTER_LOGOUT}?state=xyz"


def test_a_refresh_token_outlives_the_browser_session_until_it_is_revoked(tenant):
    native, browser = tenant.clients["native"], tenant.browser()
    token = tenant.tokens(native, browser, audience=tenant.api, scope="offline_access")["refresh_token"]
    browser.open(f"{tenant.issuer}v2/logout?client_id={native['client_id']}")
    token = tenant.refresh(native, token).json()["refresh_token"]
    revoked = tenant.http.post("/oauth/revoke", json={"client_id": native["client_id"], "token": token})
    assert (revoked.status_code, revoked.text) == (200, "")
    assert_refused(tenant.refresh(native, token), *REFUSED_REFRESH)
