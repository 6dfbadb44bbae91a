"""Single sign-on from a native into a web application, with clients that the command line made (contract 8.5)."""

import json

import pytest

from support.tenant import CALLBACK, assert_refused, claims

COOKIE = "auth0_session_transfer_token"
TYPE = "urn:auth0:params:oauth:token-type:session_transfer_token"
# As Auth0's mobile SDKs name it: the host without its port.
AUDIENCE = "urn:localhost:session_transfer"


@pytest.fixture
def native(tenant):
    return tenant.create_client("native", session_transfer={"can_create_session_transfer_token": True})


@pytest.fixture
def web(tenant):
    return tenant.create_client("regular_web", session_transfer={"allowed_authentication_methods": ["query", "cookie"]})


def transfer(tenant, native, user):
    """A native login, exchanged for a session transfer token. Returns the answer and the next refresh token."""
    token = tenant.tokens(native, user=user, audience=tenant.api, scope="openid offline_access")["refresh_token"]
    answer = tenant.refresh(native, token, audience=AUDIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("way", ["query", "cookie"])
def test_the_web_application_signs_in_without_a_page(tenant, native, web, way):
    user = tenant.create_user()
    body = transfer(tenant, native, user)
    assert set(body) == {"access_token", "refresh_token", "id_token", "expires_in", "token_type", "issued_token_type"}
    assert (body["token_type"], body["expires_in"], body["issued_token_type"]) == ("N_A", 60, TYPE)
    browser, parameters = tenant.browser(), {"scope": "openid"}
    if way == "query":
        parameters["session_transfer_token"] = body["access_token"]
    else:
        browser.http.cookies.set(COOKIE, body["access_token"], domain="localhost.local", path="/")
    page = browser.open(tenant.authorize_url(web, **parameters))
    assert page.left and page.url.startswith(CALLBACK), page.html[:1000]
    token = tenant.exchange(web, page.answer["code"]).json()["id_token"]
    assert claims(token)["sub"] == claims(body["id_token"])["sub"]
    assert COOKIE not in browser.http.cookies
    assert browser.open(tenant.authorize_url(web)).left, "the browser stays signed in"
    thief = tenant.browser()
    assert thief.open(tenant.authorize_url(web, session_transfer_token=body["access_token"])).is_login
    silent = thief.open(tenant.authorize_url(web, session_transfer_token=body["access_token"], prompt="none"))
    assert silent.answer["error"] == "login_required"


def test_revoking_the_native_refresh_token_signs_the_browser_out(tenant, native, web):
    body = transfer(tenant, native, tenant.create_user())
    browser = tenant.browser()
    assert browser.open(tenant.authorize_url(web, session_transfer_token=body["access_token"])).left
    revoked = tenant.http.post("/oauth/revoke", json={"client_id": native["client_id"], "token": body["refresh_token"]})
    assert revoked.status_code == 200
    assert browser.open(tenant.authorize_url(web)).is_login


def test_a_client_without_the_flag_is_refused(tenant):
    client = tenant.create_client("native")
    token = tenant.tokens(client, audience=tenant.api, scope="openid offline_access")["refresh_token"]
    assert_refused(tenant.refresh(client, token, audience=AUDIENCE), 403, "access_denied")
    assert tenant.refresh(client, token).status_code == 200


def test_the_command_line_keeps_the_rules_of_the_record(tenant, native):
    assert native["session_transfer"] == {
        "allow_refresh_token": False, "allowed_authentication_methods": [], "can_create_session_transfer_token": True,
        "enforce_cascade_revocation": True, "enforce_device_binding": "ip", "enforce_online_refresh_tokens": True}
    for record, words in [
        ({"session_transfer": {"enforce_device_binding": "moon"}}, ["session_transfer.enforce_device_binding", "asn"]),
        ({"session_transfer": {"allowed_authentication_methods": ["smoke"]}}, ["session_transfer.allowed_authentication_methods"]),
        ({"session_transfer": {"wings": True}}, ["session_transfer.wings"]),
        ({"is_first_party": False}, ["session_transfer.can_create_session_transfer_token", "first-party"]),
        ({"grant_types": ["authorization_code"]}, ["session_transfer.can_create_session_transfer_token", "refresh_token"]),
    ]:
        done = tenant.command("clients", "update", native["client_id"], "--json", json.dumps(record), check=False)
        assert done.returncode != 0
        assert all(word in done.stderr for word in words), done.stderr
