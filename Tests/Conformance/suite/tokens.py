"""ID tokens: signature, claims, hashes (conformance 1.4; OIDC Core 3.1.3.7, 3.3.2.11)."""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.jwk import JWKRegistry, Key

from . import claims as standard
from . import keys
from .client import Client

FIFTY_YEARS = 50 * 365 * 86_400
CLOCK = 300
HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


@dataclass(frozen=True)
class Token:
    """A verified JWT."""

    compact: str
    header: dict[str, Any]
    claims: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        assert name in self.claims, f"no {name} in {self.claims}"
        return self.claims[name]

    def get(self, name: str) -> Any:
        return self.claims.get(name)

    @property
    def alg(self) -> str:
        return self.header["alg"]


@dataclass(frozen=True)
class Expectation:
    """What an ID token must say, by the request that asked for it."""

    nonce: str | None = None
    scope: str = "openid"
    #: Claims that the `claims` parameter asked for in the ID token.
    asked: frozenset[str] = frozenset()
    #: Whether the claims of the scopes belong into the ID token: no access token was issued to ask userinfo with.
    has_scope_claims: bool = False
    #: Values from the same response that hashes in the token must match; required where OIDC Core requires them.
    code: str | None = None
    access_token: str | None = None
    is_front_channel: bool = False


def peek(compact: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified."""
    parts = compact.split(".")
    assert len(parts) == 3, f"not a compact JWS: {compact}"
    header, payload = (json.loads(keys.decode(part)) for part in parts[:2])
    return header, payload


def verify(compact: str, jwks: dict[str, Any], alg: str) -> Token:
    """Checks the signature with the published key that the header's `kid` names (conformance 1.3)."""
    header, payload = peek(compact)
    assert header.get("alg") == alg, f"signed with {header.get('alg')}, expected {alg}"
    if alg == "none":
        assert compact.endswith("."), "alg none with a signature"
        return Token(compact, header, payload)
    assert header.get("kid"), f"no kid in the header {header}"
    found = [jwk for jwk in jwks["keys"] if jwk.get("kid") == header["kid"]]
    assert len(found) == 1, f"{len(found)} published keys have the kid {header['kid']}"
    return verify_with(compact, JWKRegistry.import_key(found[0]), alg)


def verify_with(compact: str, key: Key, alg: str) -> Token:
    """Checks the signature with this key."""
    verified = jws.deserialize_compact(compact, key, algorithms=[alg])
    return Token(compact, peek(compact)[0], json.loads(verified.payload))


def sha256(value: str) -> str:
    """SHA-256 in base64url, as PKCE's S256 wants it (RFC 7636 section 4.2)."""
    return keys.encode(hashlib.sha256(value.encode()).digest())


def half_hash(value: str, alg: str) -> str:
    """`at_hash` and the like: the left half of the hash that belongs to the algorithm."""
    digest = HASHES.get(alg[-3:], hashlib.sha256)(value.encode()).digest()
    return keys.encode(digest[:len(digest) // 2])


def check_id_token(compact: str, client: Client, expected: Expectation) -> Token:
    """Everything that conformance 1.4 asks of an ID token; returns it verified."""
    token = verify(compact, client.provider.jwks(), client.id_token_alg)
    check_required(token, client)
    check_optional(token, expected)
    check_hashes(token, expected)
    standard.check_types(token.claims)
    check_nothing_unasked(token, expected)
    return token


def check_required(token: Token, client: Client) -> None:
    now = time.time()
    assert token["iss"] == client.provider.issuer, f"iss is {token['iss']}, the issuer is {client.provider.issuer}"
    audience = token["aud"] if isinstance(token["aud"], list) else [token["aud"]]
    assert client.client_id in audience, f"aud is {token['aud']}"
    if len(audience) > 1 or token.get("azp"):
        assert token["azp"] == client.client_id, f"azp is {token['azp']}"
    assert _is_number(token["exp"]) and now < token["exp"] < now + FIFTY_YEARS, f"exp is {token['exp']} at {now}"
    assert _is_number(token["iat"]) and abs(token["iat"] - now) < CLOCK, f"iat is {token['iat']} at {now}"
    assert isinstance(token["sub"], str) and 0 < len(token["sub"]) <= 255 and token["sub"].isascii(), f"sub is {token['sub']!r}"


def check_optional(token: Token, expected: Expectation) -> None:
    assert token.get("nonce") == expected.nonce, f"nonce is {token.get('nonce')!r}, sent was {expected.nonce!r}"
    if "auth_time" in token.claims:
        assert _is_number(token["auth_time"]), f"auth_time is {token['auth_time']!r}"
        assert token["auth_time"] <= time.time() + CLOCK, f"auth_time is in the future: {token['auth_time']}"
    if "acr" in token.claims:
        assert isinstance(token["acr"], str) and token["acr"], f"acr is {token['acr']!r}"
    if "amr" in token.claims:
        assert isinstance(token["amr"], list) and all(isinstance(m, str) for m in token["amr"]), f"amr is {token['amr']!r}"
    if "nbf" in token.claims:
        assert _is_number(token["nbf"]) and token["nbf"] <= time.time() + CLOCK, f"nbf is {token['nbf']!r}"


def check_hashes(token: Token, expected: Expectation) -> None:
    """`at_hash` and `c_hash`: required in a front-channel ID token that comes with the value, right wherever they are."""
    for name, value in (("at_hash", expected.access_token), ("c_hash", expected.code)):
        if value is not None and expected.is_front_channel:
            assert name in token.claims, f"no {name} in a front-channel ID token that comes with what it hashes"
        if value is not None and name in token.claims:
            assert token[name] == half_hash(value, token.alg), f"{name} is wrong: {token[name]}"


def check_nothing_unasked(token: Token, expected: Expectation) -> None:
    """EnsureIdTokenDoesNotContainNonRequestedClaims: a claim that nobody asked for is a warning."""
    allowed = standard.PROTOCOL | expected.asked | standard.of_scopes(expected.scope)
    unasked = set(token.claims) - allowed
    assert not unasked, f"warning: claims in the ID token that were not asked for: {sorted(unasked)}"
    if not expected.has_scope_claims:
        early = set(token.claims) & standard.of_scopes(expected.scope) - expected.asked
        assert not early, f"warning: {sorted(early)} in the ID token although an access token for userinfo was issued"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
