"""Authlib with proofs better than a secret, pushed requests and signed request objects, introspection and revocation."""

import re
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from support.tenant import CALLBACK, claims

SCOPE = "openid email offline_access"
KEYS = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid}),
    "PS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid}),
    "EdDSA": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid}),
}


def public(*keys):
    return {"keys": [key.as_dict(private=False) for key in keys]}


def make_client(tenant, method, profile="standard", proof=None, **record):
    return tenant.create_client(
        "regular_web", token_endpoint_auth_method=method, wire_profile=profile, proof=proof or {}, **record)


class Relying:
    """An Authlib session for a client, with the tenant's metadata."""

    def __init__(self, tenant, client, method=None, secret=None, scope=SCOPE):
        self.tenant, self.client, self.metadata = tenant, client, tenant.metadata(https=True)
        self.session = OAuth2Session(
            client["client_id"], secret or client.get("client_secret"), scope=scope, redirect_uri=CALLBACK,
            code_challenge_method="S256", token_endpoint_auth_method=method, revocation_endpoint_auth_method=method)
        self.session.trust_env, self.session.verify = False, tenant.certificate
        self.browser = tenant.browser(https=True)
        self.verifier, self.state = generate_token(48), generate_token(20)

    def parameters(self, **more):
        """What Authlib would send the browser with, as a dictionary."""
        url, _ = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], state=self.state, code_verifier=self.verifier, **more)
        return dict(parse_qsl(urlsplit(url).query))

    def sign_in(self, **parameters):
        """The page at which a person ends who follows an authorization request with these parameters and nothing else."""
        url = f"{self.metadata['authorization_endpoint']}?{urlencode(parameters)}"
        return self.browser.authorize(url, self.tenant.email, self.tenant.password)

    def tokens(self, page):
        assert page.answer.get("state") == self.state and "code" in page.answer, page.url
        return self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=page.url, state=self.state, code_verifier=self.verifier)

    def push(self, **parameters):
        """`POST /oauth/par` with the session's own client authentication. Returns the response."""
        return self.session.post(
            self.metadata["pushed_authorization_request_endpoint"], data=parameters, withhold_token=True,
            auth=self.session.client_auth(self.session.token_endpoint_auth_method))

    def request_object(self, key, alg, **changes):
        """The parameters as a JWT that the client signs (RFC 9101)."""
        now = int(time.time())
        payload = {
            **self.parameters(nonce="n"), "iss": self.client["client_id"], "aud": self.tenant.issuer_https, "iat": now,
            "nbf": now, "exp": now + 300, **changes}
        return jwt.encode({"alg": alg, "kid": key.kid, "typ": "oauth-authz-req+jwt"}, payload, key, algorithms=[alg])


def refused(call, *arguments, **named):
    with pytest.raises(OAuthError) as caught:
        call(*arguments, **named)
    return caught.value.error


def shown_error(page):
    """The error that the client is told, or the person where the client cannot be trusted with it."""
    return page.answer.get("error") if page.left else re.search(r"<dd><code>(\w+)</code>", page.html).group(1)


# MARK: Client authentication


@pytest.mark.parametrize("alg", KEYS)
def test_private_key_jwt(tenant, alg):
    key = KEYS[alg]("k1")
    client = make_client(tenant, "private_key_jwt", proof={"jwks": public(key), "token_endpoint_auth_signing_alg": alg})
    endpoint = tenant.metadata(https=True)["token_endpoint"]
    relying = Relying(tenant, client, PrivateKeyJWT(endpoint, alg=alg, headers={"kid": "k1"}), key)
    token = relying.tokens(relying.sign_in(**relying.parameters()))
    assert claims(token["id_token"])["aud"] == client["client_id"]
    refreshed = relying.session.refresh_token(endpoint, refresh_token=token["refresh_token"])
    assert refreshed["access_token"] != token["access_token"]
    foreign = Relying(tenant, client, PrivateKeyJWT(endpoint, alg=alg, headers={"kid": "k1"}), KEYS[alg]("k1"))
    assert refused(foreign.session.refresh_token, endpoint, refresh_token=token["refresh_token"]) == "invalid_client"


def test_an_assertion_is_of_one_use(tenant):
    key = KEYS["ES256"]("k1")
    client = make_client(tenant, "private_key_jwt", proof={"jwks": public(key)}, grant_types=["client_credentials"])
    tenant.grant(client, {"identifier": tenant.api}, ["read:items"])
    endpoint = tenant.metadata(https=True)["token_endpoint"]
    # Authlib keeps the `jti` that it put into the claims it was given.
    same = PrivateKeyJWT(endpoint, alg="ES256", claims={})
    session = Relying(tenant, client, same, key, scope=None).session
    assert session.fetch_token(endpoint, grant_type="client_credentials", audience=tenant.api)["access_token"]
    assert same.claims["jti"]
    assert refused(session.fetch_token, endpoint, grant_type="client_credentials", audience=tenant.api) == "invalid_client"


def test_an_assertion_of_an_hour_is_too_long_for_auth0(tenant):
    """Contract 2.2: five minutes. Authlib's own default is an hour, which the specifications allow."""
    key = KEYS["RS256"]("k1")
    client = make_client(tenant, "private_key_jwt", "auth0", {"jwks": public(key)}, grant_types=["client_credentials"])
    tenant.grant(client, {"identifier": tenant.api}, ["read:items"])
    endpoint = tenant.metadata(https=True)["token_endpoint"]

    def fetch(more):
        session = Relying(tenant, client, PrivateKeyJWT(endpoint, claims=more), key, scope=None).session
        return session.fetch_token(endpoint, grant_type="client_credentials", audience=tenant.api)

    assert refused(fetch, None) == "access_denied"
    assert fetch({"exp": int(time.time()) + 180})["access_token"]


def test_client_secret_jwt(tenant):
    client = make_client(tenant, "client_secret_jwt")
    endpoint = tenant.metadata(https=True)["token_endpoint"]
    relying = Relying(tenant, client, ClientSecretJWT(endpoint))
    token = relying.tokens(relying.sign_in(**relying.parameters()))
    assert relying.session.refresh_token(endpoint, refresh_token=token["refresh_token"])["access_token"]
    for method in [ClientSecretJWT(endpoint), "client_secret_basic", "client_secret_post"]:
        secret = OctKey.generate_key(512) if isinstance(method, ClientSecretJWT) else None
        other = Relying(tenant, client, method, secret)
        assert refused(other.session.refresh_token, endpoint, refresh_token=token["refresh_token"]) == "invalid_client"


def test_keys_behind_an_address_and_their_rotation(standard_tenant, documents):
    old, new = KEYS["ES256"]("old"), KEYS["PS256"]("new")
    address = documents.publish("/keys.json", public(old))
    client = make_client(standard_tenant, "private_key_jwt", proof={"jwks_uri": address})
    endpoint = standard_tenant.metadata(https=True)["token_endpoint"]

    def session(key, alg):
        return Relying(standard_tenant, client, PrivateKeyJWT(endpoint, alg=alg, headers={"kid": key.kid}), key)

    first = session(old, "ES256")
    token = first.tokens(first.sign_in(**first.parameters()))
    refresh_token = token["refresh_token"]
    assert first.session.refresh_token(endpoint, refresh_token=refresh_token)["access_token"]
    assert documents.fetched == ["/keys.json"], "the keys are kept"
    documents.publish("/keys.json", public(new))
    renewed = session(new, "PS256").session.refresh_token(endpoint, refresh_token=refresh_token)
    assert renewed["access_token"] and documents.fetched == ["/keys.json"] * 2, "an unknown kid is looked for once"
    assert refused(session(old, "ES256").session.refresh_token, endpoint, refresh_token=refresh_token) == "invalid_client"


# MARK: Pushed requests


@pytest.mark.parametrize("profile", ["standard", "auth0"])
def test_a_pushed_request(tenant, profile):
    client = make_client(tenant, "client_secret_basic", profile, requests={"require_pushed_authorization_requests": True})
    relying = Relying(tenant, client, "client_secret_basic")
    answer = relying.push(**relying.parameters(audience=tenant.api))
    assert answer.status_code == 201, answer.text
    assert answer.json()["expires_in"] == (30 if profile == "auth0" else 90)
    reference = {"client_id": client["client_id"], "request_uri": answer.json()["request_uri"]}
    # What the browser adds does not count.
    page = relying.sign_in(**reference, scope="openid read:items", state="other")
    token = relying.tokens(page)
    assert claims(token["access_token"])["aud"] == [tenant.api, f"{tenant.issuer_https}userinfo"]
    assert "read:items" not in token["scope"]

    assert not relying.sign_in(**reference).left, "it was of one use"
    page = relying.sign_in(**relying.parameters())
    assert (page.answer["error"], page.answer["state"]) == ("invalid_request", relying.state), "it must be pushed"


def test_a_pushed_request_of_another_client_is_worth_nothing(tenant):
    mine, other = (make_client(tenant, "client_secret_basic") for _ in range(2))
    relying = Relying(tenant, mine, "client_secret_basic")
    reference = relying.push(**relying.parameters()).json()["request_uri"]
    page = relying.browser.open(tenant.authorize_url(other, https=True, request_uri=reference))
    assert shown_error(page) == "invalid_request_uri"
    assert relying.tokens(relying.sign_in(client_id=mine["client_id"], request_uri=reference))["access_token"]


def test_a_bad_request_is_refused_when_it_is_pushed(tenant):
    relying = Relying(tenant, make_client(tenant, "client_secret_basic"), "client_secret_basic")
    for change in [{"redirect_uri": "https://attacker.example/"}, {"response_type": "nonsense"}, {"request_uri": "urn:x"}]:
        answer = relying.push(**(relying.parameters() | change))
        assert answer.status_code == 400 and answer.json()["error"], answer.text
    assert Relying(tenant, relying.client, "client_secret_basic", "wrong").push(**relying.parameters()).status_code == 401


# MARK: Request objects


@pytest.mark.parametrize("profile", ["standard", "auth0"])
def test_a_signed_request_object(tenant, profile):
    key, alg = KEYS["PS256"]("k1"), "PS256"
    client = make_client(
        tenant, "client_secret_post", profile, {"jwks": public(key)}, requests={"request_object_signing_alg": alg})
    relying = Relying(tenant, client, "client_secret_post")
    reference = {"client_id": client["client_id"], "response_type": "code", "scope": "openid"}
    page = relying.sign_in(
        **reference, request=relying.request_object(key, alg), state="other", redirect_uri="https://attacker.example/")
    token = relying.tokens(page)
    assert claims(token["id_token"])["nonce"] == "n" and token["refresh_token"], "nonce and scope are the object's"

    hostile = {
        "another client's": relying.request_object(key, alg, iss="other"),
        "for another server": relying.request_object(key, alg, aud="https://x/"),
        "expired": relying.request_object(key, alg, exp=int(time.time()) - 60),
        "of another key": relying.request_object(KEYS[alg]("k1"), alg),
    }
    for name, sent in hostile.items():
        page = relying.sign_in(**reference, request=sent, redirect_uri=CALLBACK, state="s")
        assert shown_error(page) == "invalid_request_object", f"{name}: {page.url}"


def test_a_pushed_request_object_of_a_client_that_must_sign(tenant):
    key = KEYS["ES256"]("k1")
    client = make_client(
        tenant, "private_key_jwt", proof={"jwks": public(key)}, requests={"require_signed_request_object": True})
    endpoint = tenant.metadata(https=True)["token_endpoint"]
    relying = Relying(tenant, client, PrivateKeyJWT(endpoint, alg="ES256"), key)
    unsigned = relying.push(**relying.parameters())
    assert (unsigned.status_code, unsigned.json()["error"]) == (400, "invalid_request")
    answer = relying.push(request=relying.request_object(key, "ES256"))
    assert answer.status_code == 201, answer.text
    page = relying.sign_in(client_id=client["client_id"], request_uri=answer.json()["request_uri"])
    assert relying.tokens(page)["id_token"]


def test_a_request_object_behind_an_address(standard_tenant, documents):
    key = KEYS["ES256"]("k1")
    address = f"{documents.origin}/request.jwt"
    client = make_client(
        standard_tenant, "client_secret_basic", proof={"jwks": public(key)}, requests={"request_uris": [address]})
    relying = Relying(standard_tenant, client, "client_secret_basic")
    documents.publish("/request.jwt", relying.request_object(key, "ES256"), "application/oauth-authz-req+jwt")
    reference = {"client_id": client["client_id"], "response_type": "code", "scope": "openid"}
    assert relying.tokens(relying.sign_in(**reference, request_uri=address))["id_token"]
    fetched = list(documents.fetched)
    page = relying.sign_in(**reference, request_uri=f"{documents.origin}/other.jwt", redirect_uri=CALLBACK, state="s")
    assert shown_error(page) == "invalid_request_uri" and documents.fetched == fetched, "only what was registered is asked"


# MARK: Introspection and revocation


def test_introspection_and_revocation(standard_tenant):
    client = make_client(standard_tenant, "client_secret_basic")
    relying = Relying(standard_tenant, client, "client_secret_basic", scope=f"{SCOPE} read:items")
    token = relying.tokens(relying.sign_in(**relying.parameters(audience=standard_tenant.api, prompt="consent")))

    def introspect(value, hint=None):
        answer = relying.session.introspect_token(relying.metadata["introspection_endpoint"], token=value, token_type_hint=hint)
        assert answer.status_code == 200, answer.text
        return answer.json()

    access = introspect(token["access_token"], "access_token")
    assert access["active"] and access["sub"] == claims(token["id_token"])["sub"] and "read:items" in access["scope"].split()
    assert introspect(token["refresh_token"], "refresh_token")["active"]
    assert introspect("nonsense") == {"active": False}

    revoked = relying.session.revoke_token(relying.metadata["revocation_endpoint"], token=token["refresh_token"])
    assert revoked.status_code == 200 and revoked.text == ""
    assert introspect(token["refresh_token"]) == {"active": False}
    # RFC 7009 section 2.1: the access tokens of the grant go with its refresh token.
    assert introspect(token["access_token"]) == {"active": False}
    assert relying.session.get(relying.metadata["userinfo_endpoint"]).status_code == 401
