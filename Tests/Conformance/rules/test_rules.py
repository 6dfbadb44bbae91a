"""The rules refuse what they must: each check of the suite, shown something wrong."""

import secrets
import time
from typing import Any

import httpx
import pytest

from suite import checks, claims, keys, metadata, tokens
from suite.browser import Arrival
from suite.client import Client
from suite.pages import Kind, Page, check_scripts
from suite.responses import receive
from suite.tokens import Expectation

CALLBACK = "https://client.example/callback"
KEY = keys.shared("RS256", "provider")


class Told:
    """A provider that was told everything."""

    issuer = "https://issuer.example/"

    def jwks(self) -> dict[str, Any]:
        return keys.jwks(KEY)


CLIENT = Client(Told(), "client", CALLBACK)


def id_token(key: keys.KeyPair = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    said = {"iss": Told.issuer, "aud": "client", "sub": "user", "iat": now, "exp": now + 60, "nonce": "n", **changes}
    return key.sign({name: value for name, value in said.items() if value is not None}, **(header or {}))


def test_a_good_id_token_passes() -> None:
    hashes = {"at_hash": tokens.half_hash("token", "RS256"), "c_hash": tokens.half_hash("code", "RS256")}
    expected = Expectation("n", access_token="token", code="code", is_front_channel=True)
    assert tokens.check_id_token(id_token(**hashes), CLIENT, expected)["sub"] == "user"


@pytest.mark.parametrize("changes", [
    {"iss": "https://issuer.example"}, {"aud": "other"}, {"aud": ["other"]}, {"aud": ["client", "other"]}, {"sub": None},
    {"sub": ""}, {"exp": 1}, {"exp": None}, {"exp": 10**12}, {"iat": None}, {"iat": 1}, {"nonce": "m"}, {"nonce": None},
    {"acr": ""}, {"auth_time": "yesterday"}, {"at_hash": "wrong"}, {"name": "Zoë"}, {"anything": 1}, {"header": {"kid": None}},
    {"header": {"kid": "another"}}, {"key": keys.shared("PS256", "provider")}, {"key": keys.shared("RS256", "stranger")},
], ids=str)
def test_a_bad_id_token_fails(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        tokens.check_id_token(id_token(**changes), CLIENT, Expectation("n", access_token="token"))


def test_a_forged_signature_fails() -> None:
    forged = id_token(keys.KeyPair("RS256", keys.generate("RS256").key), {"kid": KEY.kid})
    with pytest.raises(Exception, match="(?i)signature"):
        tokens.check_id_token(forged, CLIENT, Expectation("n"))


@pytest.mark.parametrize("missing", ["at_hash", "c_hash"])
def test_a_front_channel_id_token_needs_its_hashes(missing: str) -> None:
    hashes = {"at_hash": tokens.half_hash("token", "RS256"), "c_hash": tokens.half_hash("code", "RS256"), missing: None}
    expected = Expectation("n", access_token="token", code="code", is_front_channel=True)
    with pytest.raises(AssertionError, match=missing):
        tokens.check_id_token(id_token(**hashes), CLIENT, expected)


@pytest.mark.parametrize("body", [
    {"name": ""}, {"name": "null"}, {"name": None}, {"email_verified": "true"}, {"updated_at": "2026-01-01T00:00:00.000Z"},
    {"updated_at": 10**13}, {"birthdate": "28.2.1990"}, {"address": "Berlin"}, {"address": {"city": "Berlin"}}, {"address": {}},
    {"picture": "zoe.png"},
], ids=str)
def test_a_claim_of_the_wrong_type_fails(body: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        claims.check_types(body)


@pytest.mark.parametrize("value", ["short", "a" * 64, "v1." + "ab" * 30])
def test_what_can_be_guessed_fails(value: str) -> None:
    with pytest.raises(AssertionError):
        checks.check_unguessable(value, "code")


def test_what_cannot_be_guessed_passes() -> None:
    checks.check_unguessable(secrets.token_urlsafe(32), "code")


@pytest.mark.parametrize(("status", "content_type", "body"), [
    (200, "application/json", '{"error": "invalid_grant"}'), (403, "application/json", '{"error": "invalid_grant"}'),
    (400, "text/plain", '{"error": "invalid_grant"}'), (400, "application/json", '{"error": "invalid_request"}'),
    (400, "application/json", '{"error": "invalid_grant", "error_description": "a \\"quote\\""}'),
    (400, "application/json", '{"error": "invalid_grant", "error_description": "a\\nline"}'),
    (400, "application/json", '{"error": "invalid_grant", "error_description": "ungültig"}'),
])
def test_an_error_of_the_wrong_shape_fails(status: int, content_type: str, body: str) -> None:
    answer = httpx.Response(status, headers={"content-type": content_type}, text=body)
    with pytest.raises(AssertionError):
        checks.check_json_error(answer, ["invalid_grant"])


@pytest.mark.parametrize(("target", "mode", "posted"), [
    (f"{CALLBACK}?code=1", "fragment", None), (f"{CALLBACK}#code=1", "query", None), (f"{CALLBACK}?code=1&code=2", "query", None),
    ("https://client.example/other?code=1", "query", None), (f"{CALLBACK}?code=1", "form_post", None),
    (f"{CALLBACK}?code=1", "form_post", {"code": "1"}), (CALLBACK, "query", {"code": "1"}),
])
def test_a_response_in_the_wrong_place_fails(target: str, mode: str, posted: dict[str, str] | None) -> None:
    with pytest.raises(AssertionError):
        receive(Arrival(left_to=target, posted=posted), CALLBACK, mode)


def test_a_lost_query_of_the_redirect_uri_fails() -> None:
    with pytest.raises(AssertionError, match="not preserved"):
        receive(Arrival(left_to=f"{CALLBACK}?code=1"), f"{CALLBACK}?bar=foo", "query")


@pytest.mark.parametrize("script", [
    "const a = 1", "f(() => 1)", "let a", "`text`", "crypto.subtle.digest(a)", "a?.b", "async function f() {}",
])
def test_a_modern_script_fails(script: str) -> None:
    with pytest.raises(AssertionError):
        check_scripts(Page("https://issuer.example/", 200, "text/html", f"<script>{script}</script>"), [])


def test_an_old_script_passes() -> None:
    script = 'var a = "let it => be"; // const\nfunction f() { return a >= 1; }'
    check_scripts(Page("https://issuer.example/", 200, "text/html", f"<script>{script}</script>"), [script])


@pytest.mark.parametrize(("html", "kind"), [
    ('<form><input name="username"><button id="login-submit">Log in</button></form>', Kind.LOGIN),
    ('<form><button id="consent-accept">Yes</button><button id="consent-deny">No</button></form>', Kind.CONSENT),
    ('<form><button id="logout-confirm">Yes</button></form>', Kind.LOGOUT), ("<h1>You are logged out</h1>", Kind.LOGGED_OUT),
    ('<p id="error-page">invalid_request</p>', Kind.ERROR), ('<iframe src="https://a.example/"></iframe>', Kind.FRAMES),
    ('<form method="post"><input type="hidden" name="code" value="1"></form><script>submit()</script>', Kind.FORM_POST),
])
def test_pages_are_told_apart_by_their_hooks(html: str, kind: Kind) -> None:
    assert Page("https://issuer.example/", 200, "text/html", html).kind is kind


@pytest.mark.parametrize("changes", [
    {"mystery": 1}, {"claims_parameter_supported": "true"}, {"scopes_supported": "openid"},
    {"token_endpoint": "http://issuer.example/token"}, {"new_endpoint": "/path"},
    {"global_token_revocation_endpoint": "https://issuer.example/connection/{connectionName}"},
    {"global_token_revocation_endpoint_auth_methods_supported": "global-token-revocation+jwt"},
])
def test_metadata_that_the_schema_refuses_fails(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        metadata.check_schema({"issuer": "https://issuer.example", **changes})


def test_a_placeholder_in_an_endpoint_is_escaped() -> None:
    metadata.check_schema({
        "issuer": "https://issuer.example",
        "global_token_revocation_endpoint": "https://issuer.example/connection/%7BconnectionName%7D",
        "global_token_revocation_endpoint_auth_methods_supported": ["global-token-revocation+jwt"],
    })


@pytest.mark.parametrize("changes", [{"kid": ""}, {"d": "AQAB"}, {"kty": "oct"}, {"n": "AQAB"}])
def test_a_bad_key_fails(changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        metadata.check_jwks({"keys": [{**KEY.public_jwk, **changes}]})


def test_two_keys_of_one_name_fail() -> None:
    with pytest.raises(AssertionError, match="twice"):
        metadata.check_jwks({"keys": [KEY.public_jwk, KEY.public_jwk]})
