"""Authlib, driven by nothing but the discovery document."""

import secrets

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

from support.tenant import CALLBACK


@pytest.fixture
def discovered(tenant):
    """A `requests` session that trusts the tenant, and the tenant's metadata."""
    session = requests.Session()
    session.trust_env, session.verify = False, tenant.certificate
    return session.get(f"{tenant.issuer_https}.well-known/openid-configuration", timeout=10).json(), session


def client_session(tenant, client, scope):
    session = OAuth2Session(
        client["client_id"], client.get("client_secret"), scope=scope, redirect_uri=CALLBACK, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if client.get("client_secret") else "none")
    session.trust_env, session.verify = False, tenant.certificate
    return session


@pytest.mark.parametrize("kind", ["regular_web", "native"])
def test_code_with_pkce_and_a_validated_id_token(tenant, discovered, kind):
    metadata, plain = discovered
    assert metadata["issuer"] == tenant.issuer_https
    client = tenant.clients[kind]
    session = client_session(tenant, client, "openid profile email offline_access")
    verifier, nonce = generate_token(48), secrets.token_urlsafe(16)
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, audience=tenant.api)
    page = tenant.browser(https=True).authorize(url, tenant.email, tenant.password)
    assert page.answer["state"] == state and "error" not in page.answer
    token = session.fetch_token(metadata["token_endpoint"], authorization_response=page.url, state=state, code_verifier=verifier)

    keys = JsonWebKey.import_key_set(plain.get(metadata["jwks_uri"], timeout=10).json())
    claims = jwt.decode(token["id_token"], keys, claims_cls=CodeIDToken, claims_options={
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": client["client_id"]},
        "nonce": {"essential": True, "value": nonce},
    }, claims_params={"nonce": nonce, "client_id": client["client_id"]})
    claims.validate()
    userinfo = session.get(metadata["userinfo_endpoint"], timeout=10).json()
    assert userinfo["sub"] == claims["sub"] and userinfo["email"] == tenant.email

    refreshed = session.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert refreshed["access_token"] and "nonce" not in jwt.decode(refreshed["id_token"], keys)


def test_a_code_cannot_be_used_with_another_verifier(tenant, discovered):
    metadata, _ = discovered
    session = client_session(tenant, tenant.clients["native"], "openid")
    url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=generate_token(48))
    page = tenant.browser(https=True).authorize(url, tenant.email, tenant.password)
    with pytest.raises(OAuthError) as caught:
        session.fetch_token(
            metadata["token_endpoint"], authorization_response=page.url, state=state, code_verifier=generate_token(48))
    assert (caught.value.error, caught.value.description) == ("invalid_grant", "Failed to verify code verifier")


def test_an_error_answer_reaches_the_client_with_its_state(tenant, discovered):
    metadata, _ = discovered
    session = client_session(tenant, tenant.clients["native"], "openid")
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=generate_token(48), prompt="none")
    answer = tenant.browser(https=True).open(url).answer
    assert (answer["error"], answer["state"]) == ("login_required", state)
