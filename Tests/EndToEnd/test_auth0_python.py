"""Auth0's own Python SDK, unchanged, over https with the tenant's certificate authority."""

import pytest
from auth0.authentication import Database, GetToken, RevokeToken, Users
from auth0.authentication.exceptions import Auth0Error
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier

from support.tenant import CALLBACK, CONNECTION, Pkce, claims


@pytest.fixture
def sdk(tenant, monkeypatch):
    """Makes an SDK object for a client. `requests` reads the certificate authority from the environment."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tenant.certificate)
    monkeypatch.setenv("CURL_CA_BUNDLE", tenant.certificate)

    def make(kind, client):
        return kind(tenant.domain_https, client["client_id"], client_secret=client.get("client_secret"))

    return make


def code(tenant, client, pkce=None, **parameters):
    """The code of a login in a browser that came over https."""
    return tenant.code(client, tenant.browser(https=True), pkce, https=True, **parameters)


def refused(call, *arguments, **named):
    with pytest.raises(Auth0Error) as caught:
        call(*arguments, **named)
    return caught.value.status_code, caught.value.error_code, caught.value.message


INVALID_REFRESH = (403, "invalid_grant", "Unknown or invalid refresh token.")


def test_authorization_code_of_a_confidential_client_and_a_verified_id_token(tenant, sdk):
    web = tenant.clients["regular_web"]
    given = code(tenant, web, scope="openid profile email", nonce="n1")
    body = sdk(GetToken, web).authorization_code(given, CALLBACK)
    verifier = TokenVerifier(
        signature_verifier=AsymmetricSignatureVerifier(f"{tenant.issuer_https}.well-known/jwks.json"),
        issuer=tenant.issuer_https, audience=web["client_id"])
    assert verifier.verify(body["id_token"], nonce="n1")["email"] == tenant.email
    assert Users(tenant.domain_https).userinfo(body["access_token"])["email"] == tenant.email


def test_authorization_code_with_pkce_of_a_public_client(tenant, sdk):
    native, pkce = tenant.clients["native"], Pkce()
    given = code(tenant, native, pkce, audience=tenant.api, scope="offline_access")
    token = sdk(GetToken, native)
    assert refused(token.authorization_code_pkce, Pkce().verifier, given, CALLBACK)[:2] == (403, "invalid_grant")
    given = code(tenant, native, pkce, audience=tenant.api, scope="offline_access")
    body = token.authorization_code_pkce(pkce.verifier, given, CALLBACK)
    assert body["token_type"] == "Bearer" and body["refresh_token"]


def test_refresh_with_rotation_reuse_and_revocation(tenant, sdk):
    client = tenant.create_client(
        "native", refresh_token={"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0})
    token, pkce = sdk(GetToken, client), Pkce()

    def begin():
        return token.authorization_code_pkce(
            pkce.verifier, code(tenant, client, pkce, audience=tenant.api, scope="offline_access"), CALLBACK)["refresh_token"]

    first = begin()
    second = token.refresh_token(first)["refresh_token"]
    third = token.refresh_token(second)["refresh_token"]
    assert len({first, second, third}) == 3
    assert refused(token.refresh_token, second) == INVALID_REFRESH
    assert refused(token.refresh_token, third) == INVALID_REFRESH

    fresh = begin()
    sdk(RevokeToken, client).revoke_refresh_token(fresh)
    assert refused(token.refresh_token, fresh) == INVALID_REFRESH


def test_client_credentials(tenant, sdk):
    machine = tenant.clients["machine_to_machine"]
    body = sdk(GetToken, machine).client_credentials(tenant.api)
    assert claims(body["access_token"])["gty"] == "client-credentials"
    assert "refresh_token" not in body
    wrong = {**machine, "client_secret": "wrong"}
    assert refused(sdk(GetToken, wrong).client_credentials, tenant.api) == (401, "access_denied", "Unauthorized")
    unknown = refused(sdk(GetToken, machine).client_credentials, "https://unknown.example")
    assert unknown == (403, "access_denied", "Service not enabled within domain: https://unknown.example")


def test_password_and_password_realm(tenant, sdk):
    client = tenant.create_client("regular_web", grant_types=[
        "password", "http://auth0.com/oauth/grant-type/password-realm", "refresh_token"])
    token, (email, password) = sdk(GetToken, client), tenant.create_user()
    realm = token.login(email, password, scope="openid offline_access", realm=CONNECTION, audience=tenant.api)
    assert realm["refresh_token"] and claims(realm["id_token"])["sub"].startswith("auth0|")
    plain = token.login(email, password, scope="openid", audience=tenant.api, grant_type="password")
    assert claims(plain["access_token"])["sub"] == claims(realm["id_token"])["sub"]
    assert refused(token.login, email, "wrong", realm=CONNECTION) == (403, "invalid_grant", "Wrong email or password.")


def test_signup_and_change_password(tenant, sdk):
    database = sdk(Database, tenant.clients["regular_web"])
    made = database.signup("Ada.Lovelace@example.com", "Analytical-Engine-1", CONNECTION, given_name="Ada")
    assert made["email"].lower() == "ada.lovelace@example.com" and made["email_verified"] is False
    assert len(made["_id"]) == 24
    status, error, _ = refused(database.signup, "ada.lovelace@example.com", "Analytical-Engine-1", CONNECTION)
    assert (status, error) == (400, "invalid_signup")
    assert refused(database.signup, "weak@example.com", "abc", CONNECTION)[:2] == (400, "invalid_password")
    sent = "We've just sent you an email to reset your password."
    assert database.change_password("ada.lovelace@example.com", CONNECTION) == sent
    assert database.change_password("nobody@example.com", CONNECTION) == sent
