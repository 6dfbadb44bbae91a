"""auth0-python: pushed authorization requests and backchannel logins, with what they carry."""

import json
import time

import jwt
from auth0.authentication import GetToken
from auth0.authentication.back_channel_login import BackChannelLogin
from auth0.authentication.pushed_authorization_requests import PushedAuthorizationRequests

from support.auth0_sdk import CIBA, login_hint, refused
from support.tenant import CALLBACK, Pkce, claims

# MARK: Pushed requests


def test_a_pushed_authorization_request(tenant, sdk):
    web, pkce = tenant.clients["regular_web"], Pkce()
    pushed = sdk(PushedAuthorizationRequests, web).pushed_authorization_request(
        "code", CALLBACK, scope="openid offline_access", audience=tenant.api, state="s", nonce="n",
        code_challenge=pkce.challenge, code_challenge_method="S256")
    assert pushed["expires_in"] == 30 and pushed["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    answer = follow(tenant, web, pushed)
    assert answer["state"] == "s"
    token = sdk(GetToken, {**web, "client_secret": None})
    body = token.authenticated_post(f"https://{tenant.domain_https}/oauth/token", {
        "client_id": web["client_id"], "client_secret": web["client_secret"], "grant_type": "authorization_code",
        "code": answer["code"], "redirect_uri": CALLBACK, "code_verifier": pkce.verifier})
    assert claims(body["id_token"])["nonce"] == "n" and body["refresh_token"]


def test_a_pushed_request_with_an_assertion(tenant, sdk, client_key):
    """The SDK sends `client_secret=None` beside the assertion when it has no secret; only the assertion counts."""
    pem, keys = client_key
    client = tenant.create_client("regular_web", token_endpoint_auth_method="private_key_jwt", proof={"jwks": keys})
    pushed = sdk(PushedAuthorizationRequests, client, client_assertion_signing_key=pem).pushed_authorization_request(
        "code", CALLBACK, scope="openid", state="s")
    assert follow(tenant, client, pushed)["code"]


def test_a_pushed_request_object_and_rich_authorization(tenant, sdk, client_key):
    pem, keys = client_key
    client = tenant.create_client("regular_web", proof={"jwks": keys})
    api = tenant.create_api(authorization_details_types=["payment"])
    details = [{"type": "payment", "amount": "12.50"}]
    now = int(time.time())
    request = jwt.encode({
        "iss": client["client_id"], "aud": tenant.issuer_https, "client_id": client["client_id"], "response_type": "code",
        "redirect_uri": CALLBACK, "scope": "openid", "audience": api["identifier"], "state": "signed", "iat": now,
        "exp": now + 60, "authorization_details": details}, pem, "RS256")
    push = sdk(PushedAuthorizationRequests, client).pushed_authorization_request
    answer = follow(tenant, client, push("code", CALLBACK, request=request))
    assert answer["state"] == "signed"
    body = sdk(GetToken, client).authorization_code(answer["code"], CALLBACK)
    assert body["authorization_details"] == claims(body["access_token"])["authorization_details"] == details
    assert refused(push, "code", CALLBACK, request=request[:-8] + "AAAAAAAA")[0] == 400
    unknown = json.dumps([{"type": "unknown"}])
    assert refused(push, "code", CALLBACK, audience=api["identifier"], authorization_details=unknown)[0] == 400


def follow(tenant, client, pushed):
    """The answer that the browser brings back from a pushed request."""
    url = f"{tenant.issuer_https}authorize?client_id={client['client_id']}&request_uri={pushed['request_uri']}"
    return tenant.browser(https=True).authorize(url, tenant.email, tenant.password).answer


# MARK: Backchannel login


def decide(tenant, link, button):
    """What the user does with the link of the message. Returns the page that asked."""
    browser = tenant.browser(https=True)
    page = browser.open(link)
    if page.is_login:
        page = browser.log_in(page, tenant.email, tenant.password)
    assert browser.submit(page, button=button).status == 200
    return page


def test_backchannel_login(tenant, sdk):
    client = tenant.create_client("regular_web", name="Call centre", grant_types=[CIBA, "refresh_token"])
    api = tenant.create_api(authorization_details_types=["payment"], allow_offline_access=True)
    login, token = sdk(BackChannelLogin, client), sdk(GetToken, client)
    details = [{"type": "payment", "amount": "7"}]

    def begin(**more):
        return login.back_channel_login("Code 4711", login_hint(tenant), "openid offline_access", **more)

    started = begin(authorization_details=details, requested_expiry=120, audience=api["identifier"])
    assert started["expires_in"] == 120 and started["interval"] == 5
    page = decide(tenant, tenant.mailed_link(tenant.email), "accept")
    for text in ["Call centre", "Code 4711", "payment"]:
        assert text in page.html
    body = token.backchannel_login(started["auth_req_id"])
    assert body["id_token"] and body["refresh_token"] and body["authorization_details"] == details
    assert refused(token.backchannel_login, started["auth_req_id"])[1] == "invalid_grant", "once"

    waiting = begin()["auth_req_id"]
    assert refused(token.backchannel_login, waiting) == (
        400, "authorization_pending", "The end-user authorization is pending")
    assert refused(token.backchannel_login, waiting)[:2] == (400, "slow_down")

    declined = begin()["auth_req_id"]
    decide(tenant, tenant.mailed_link(tenant.email), "decline")
    assert refused(token.backchannel_login, declined)[1] == "access_denied"


def test_a_backchannel_login_that_nobody_can_answer(tenant, sdk):
    client = tenant.create_client("regular_web", grant_types=[CIBA])
    login = sdk(BackChannelLogin, client).back_channel_login
    unknown = json.dumps({"format": "iss_sub", "iss": tenant.issuer_https, "sub": "auth0|nobody"})
    assert refused(login, "Hello", unknown, "openid") == (400, "unknown_user_id", "User ID is malformed or unknown")
    assert refused(login, "Hello", login_hint(tenant), "profile") == (400, "invalid_request", "openid scope must be requested")
    other = sdk(BackChannelLogin, tenant.create_client("regular_web"))
    assert refused(other.back_channel_login, "Hello", login_hint(tenant), "openid")[:2] == (403, "unauthorized_client")
