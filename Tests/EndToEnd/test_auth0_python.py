"""Auth0's own Python SDK, unchanged, over https with the tenant's certificate authority."""

import json

import pytest
from auth0.authentication import Database, Delegated, Enterprise, GetToken, RevokeToken, Social, Users
from auth0.authentication.back_channel_login import BackChannelLogin
from auth0.authentication.token_verifier import AsymmetricSignatureVerifier, TokenVerifier

from support.auth0_sdk import CIBA, INVALID_REFRESH, code, login_hint, refused
from support.tenant import CALLBACK, CONNECTION, Pkce, claims


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


def test_what_auth0_has_given_up_is_not_there(tenant, sdk):
    """Contract 21.5, what comes with federation, and a grant that the client has to have."""
    web = tenant.clients["regular_web"]
    assert refused(sdk(Delegated, web).get_token, "other", "app", "urn:x", id_token="x")[0] == 404
    assert refused(sdk(Social, web).login, "token", "facebook")[0] == 404
    assert refused(sdk(Enterprise, web).saml_metadata)[0] == 404
    kind = "http://auth0.com/oauth/token-type/federated-connection-access-token"
    vault = sdk(GetToken, web).access_token_for_connection
    assert refused(vault, "urn:ietf:params:oauth:token-type:refresh_token", "x", kind, "google")[:2] == (
        403, "unauthorized_client")


def test_a_server_tells_the_address_of_its_user(tenant, sdk):
    record = {"grant_types": ["password"], "token_endpoint_auth_method": "client_secret_post"}
    trusted = tenant.create_client("regular_web", is_token_endpoint_ip_header_trusted=True, **record)
    other = tenant.create_client("regular_web", **record)
    email, password = tenant.create_user()
    for client in (trusted, other):
        sdk(GetToken, client).login(email, password, grant_type="password", forwarded_for="203.0.113.7")
    events = [json.loads(line) for line in tenant.command("logs", "--json", "--limit", "1000").stdout.splitlines()]

    def addresses(client):
        return {event["ip"] for event in events if event.get("client_id") == client["client_id"] and event.get("user_id")}

    assert addresses(trusted) == {"203.0.113.7"} and "203.0.113.7" not in addresses(other)


# MARK: Client assertions


@pytest.mark.parametrize("alg", [None, "RS384", "PS256"])
def test_private_key_jwt_at_every_endpoint(tenant, sdk, client_key, alg):
    pem, keys = client_key
    client = tenant.create_client(
        "regular_web", token_endpoint_auth_method="private_key_jwt", proof={"jwks": keys},
        grant_types=["authorization_code", "refresh_token", "client_credentials", CIBA])
    tenant.grant(client, {"identifier": tenant.api}, ["read:items"])
    signing = {"client_assertion_signing_key": pem, "client_assertion_signing_alg": alg}
    token = sdk(GetToken, client, **signing)
    assert claims(token.client_credentials(tenant.api)["access_token"])["azp"] == client["client_id"]
    first = token.authorization_code(code(tenant, client, scope="openid offline_access"), CALLBACK)
    assert token.refresh_token(first["refresh_token"])["access_token"]
    assert sdk(BackChannelLogin, client, **signing).back_channel_login("Hello", login_hint(tenant), "openid")["auth_req_id"]
    sdk(RevokeToken, client, **signing).revoke_refresh_token(first["refresh_token"])
    assert refused(token.refresh_token, first["refresh_token"]) == INVALID_REFRESH
    assert refused(sdk(GetToken, client).client_credentials, tenant.api)[:2] == (401, "access_denied")
