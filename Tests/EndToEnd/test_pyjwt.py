"""PyJWT verifying access tokens through the key set, across rotations made by another process."""

import json

import jwt
import pytest

from support.server import wait_until


class CountingClient(jwt.PyJWKClient):
    """Counts how often the key set is fetched."""

    fetches = 0

    def fetch_data(self):
        self.fetches += 1
        return super().fetch_data()


def verify(tenant, token, client):
    """Verifies an access token of the tenant's API with the keys that a client knows."""
    key = client.get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["RS256"], audience=tenant.api, issuer=tenant.issuer)


def access_token(tenant):
    answer = tenant.post_token(tenant.clients["machine_to_machine"], grant_type="client_credentials", audience=tenant.api)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def key_of(token):
    return jwt.get_unverified_header(token)["kid"]


def test_a_cached_key_set_survives_a_rotation(own_tenant):
    """The next key is published before its first use, so a ten-minute cache meets no unknown key (contract 26.11)."""
    tenant = own_tenant
    cached = CountingClient(tenant.metadata()["jwks_uri"], lifespan=600)
    before = access_token(tenant)
    verify(tenant, before, cached)
    tenant.command("keys", "rotate")
    after = wait_until(
        lambda: next((t for t in [access_token(tenant)] if key_of(t) != key_of(before)), None), "a token of the new key", interval=0.1)
    verify(tenant, after, cached)
    verify(tenant, before, cached)
    assert cached.fetches == 1
    fresh = CountingClient(tenant.metadata()["jwks_uri"])
    verify(tenant, before, fresh)
    verify(tenant, after, fresh)


def test_a_revoked_key_leaves_the_key_set(own_tenant):
    tenant = own_tenant
    before = access_token(tenant)
    tenant.command("keys", "rotate")
    wait_until(lambda: key_of(access_token(tenant)) != key_of(before), "a token of the new key", interval=0.1)
    tenant.command("keys", "revoke", key_of(before))

    def published():
        return [key["kid"] for key in tenant.http.get("/.well-known/jwks.json").json()["keys"]]

    wait_until(lambda: key_of(before) not in published(), "the key set without the revoked key", interval=0.1)
    with pytest.raises(jwt.PyJWKClientError):
        verify(tenant, before, jwt.PyJWKClient(tenant.metadata()["jwks_uri"]))
    verify(tenant, access_token(tenant), jwt.PyJWKClient(tenant.metadata()["jwks_uri"]))


def test_the_command_lists_what_the_key_set_publishes(own_tenant):
    published = {key["kid"] for key in own_tenant.http.get("/.well-known/jwks.json").json()["keys"]}
    listed = {key["kid"] for key in json.loads(own_tenant.command("keys", "list", "--json").stdout)}
    assert published <= listed and len(published) >= 2
