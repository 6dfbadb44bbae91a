"""Connections that name an identity provider, imported with their users: the token vault and global token revocation."""

import json
import secrets
import time

import pytest
from auth0.authentication import GetToken

from support.auth0_sdk import refused
from support.identity_provider import IdentityProvider

VAULT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"
REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token"
FEDERATED = "http://auth0.com/oauth/token-type/federated-connection-access-token"
NOT_FOUND = (401, "federated_connection_refresh_token_not_found", "Federated connection Refresh Token not found.")


@pytest.fixture
def provider(authority):
    started = IdentityProvider(authority.localhost())
    yield started
    started.close()


@pytest.fixture
def connection(open_tenant, provider):
    name = f"corp-{secrets.token_hex(4)}"
    open_tenant.command("import", "-", input=json.dumps({"connections": [provider.connection(name)]}))
    return name


def identity(connection, **tokens):
    """As Auth0 exports it."""
    return {"connection": connection, "provider": "oidc", "user_id": f"{connection}|jane", "isSocial": False, **tokens}


@pytest.fixture
def exchange(open_tenant, connection, monkeypatch):
    """Imports a user with an identity, and returns what asks for the token of the user's account as auth0-python does."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", open_tenant.certificate)
    monkeypatch.setenv("CURL_CA_BUNDLE", open_tenant.certificate)
    client = open_tenant.create_client("regular_web", grant_types=["password", "refresh_token", VAULT])
    sdk = GetToken(open_tenant.domain_https, client["client_id"], client_secret=client["client_secret"])

    def make(**tokens):
        user = {"email": f"user-{secrets.token_hex(6)}@example.com", "password": "Correct-Horse-9"}
        document = {"users": [{**user, "identities": [identity(connection, **tokens)] if tokens else []}]}
        open_tenant.command("import", "-", input=json.dumps(document))
        answer = open_tenant.post_token(
            client, grant_type="password", username=user["email"], password=user["password"], audience=open_tenant.api,
            scope="offline_access")
        token = answer.json()["refresh_token"]
        return lambda **more: sdk.access_token_for_connection(REFRESH_TOKEN, token, FEDERATED, connection, **more)

    return make


def test_an_imported_access_token_is_answered_while_it_is_good(exchange, provider):
    ask = exchange(access_token="imported", refresh_token="refresh-1", expires_in=3600)
    body = ask()
    assert body["access_token"] == "imported" and 3500 < body["expires_in"] <= 3600
    assert body["token_type"] == "Bearer" and body["issued_token_type"] == FEDERATED and "refresh_token" not in body
    assert provider.number == 1


def test_a_token_that_is_over_is_renewed_once_and_the_new_refresh_token_kept(exchange, provider):
    ask = exchange(access_token="imported", refresh_token="refresh-1", expires_in=30)
    assert [ask()["access_token"] for _ in range(3)] == ["access-2"] * 3
    assert ask(login_hint="jane")["scope"] == "calendar.read"
    assert provider.number == 2 and provider.refused == []


def test_an_account_that_must_be_connected_again_says_so(exchange, provider):
    assert refused(exchange()) == NOT_FOUND
    ask = exchange(refresh_token="refresh-of-old")
    assert refused(ask) == NOT_FOUND and refused(ask) == NOT_FOUND
    assert provider.refused == ["refresh-of-old"], "asked once, then forgotten"


def test_the_provider_ends_what_its_user_holds(open_tenant, provider, connection):
    user = {"user_id": f"oidc|{connection}|jane", "connection": connection, "email": "jane@corp.example"}
    open_tenant.command("import", "-", input=json.dumps({"users": [user]}))
    url = open_tenant.metadata()["global_token_revocation_endpoint"].replace("{connectionName}", connection)
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": url, "iat": now, "exp": now + 300, "jti": secrets.token_hex(8)}

    def revoke(token, name="jane"):
        subject = {"format": "iss_sub", "iss": provider.issuer, "sub": name}
        return open_tenant.http.post(url, json={"subject": subject}, headers={"Authorization": f"Bearer {token}"})

    token = provider.sign(claims, "global-token-revocation+jwt")
    first = revoke(token)
    assert first.status_code == 204 and first.content == b""
    again = revoke(token)
    assert again.status_code == 401 and again.headers["www-authenticate"].startswith("Bearer ")
    other = provider.sign({**claims, "jti": "2"}, "global-token-revocation+jwt")
    assert revoke(other, "joe").status_code == 404
    assert revoke(provider.sign({**claims, "jti": "3"}, "JWT")).status_code == 401


@pytest.mark.parametrize(("record", "problem"), [
    ({"name": "corp", "strategy": "oidc"}, "oidc needs issuer, client_id"),
    ({"name": "corp", "strategy": "oidc", "options": {"issuer": "http://idp.example", "client_id": "x"}}, "options.issuer"),
    ({"name": "corp", "strategy": "oidc", "options": {"issuer": "https://idp.example"}}, "options.client_id"),
    ({"name": "corp", "options": {"issuer": "https://idp.example", "client_id": "x"}}, "name an identity provider"),
    ({"name": "corp", "strategy": "oidc", "options": {
        "issuer": "https://idp.example", "client_id": "x", "token_endpoint": "ftp://idp.example"}}, "options.token_endpoint"),
    ({"name": "corp", "strategy": "oidc", "options": {
        "issuer": "https://idp.example", "client_id": "x", "client_secret": 7}}, "options.client_secret"),
])
def test_a_connection_that_could_not_work_is_not_imported(open_tenant, record, problem):
    done = open_tenant.command("import", "-", input=json.dumps({"connections": [record]}), check=False)
    assert done.returncode != 0 and problem in done.stderr, done.stderr


@pytest.mark.parametrize(("change", "problem"), [
    ({"connection": "nowhere"}, "there is no connection"), ({"connection": "Username-Password-Authentication"}, "names no identity"),
    ({"user_id": None}, "user_id: is missing"), ({"expires_in": "soon"}, "expires_in"), ({"refresh_token": 7}, "refresh_token"),
    ({"refreshToken": "x"}, "refreshToken: unknown"),
])
def test_an_identity_that_could_not_be_used_is_not_imported(open_tenant, connection, change, problem):
    members = {**identity(connection, access_token="a", refresh_token="r", expires_in=60), **change}
    members = {name: value for name, value in members.items() if value is not None}
    user = {"email": f"user-{secrets.token_hex(6)}@example.com", "identities": [members]}
    done = open_tenant.command("import", "-", input=json.dumps({"users": [user]}), check=False)
    assert done.returncode != 0 and "users[0]" in done.stderr and problem in done.stderr, done.stderr
