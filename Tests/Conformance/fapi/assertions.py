"""Client assertions (RFC 7523) and request objects (RFC 9101), right ones and every malformation of the modules."""

from __future__ import annotations

import secrets
import time
from typing import Any

from . import jws

#: Leave this claim out.
ABSENT = object()

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def changed(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """The claims with `changes` laid over them; `ABSENT` removes one."""
    return {k: v for k, v in {**claims, **changes}.items() if v is not ABSENT}


def client_assertion(client_id: str, audience: Any, /, **changes: Any) -> dict[str, Any]:
    """The claims of a client assertion as the suite makes them: a minute of life and a fresh `jti`."""
    now = int(time.time())
    return changed({
        "iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(20), "iat": now, "exp": now + 60,
    }, changes)


def request_object(client_id: str, issuer: str, parameters: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    """The claims of an authorization request object: the parameters, `iss`, `aud` = issuer, `nbf`, `exp` (conformance 10)."""
    now = int(time.time())
    claims = {"iss": client_id, "aud": issuer, "client_id": client_id, "iat": now, "nbf": now, "exp": now + 300}
    return changed({**parameters, **claims}, changes)


def backchannel_object(client_id: str, issuer: str, parameters: dict[str, Any], /, **changes: Any) -> dict[str, Any]:
    """The claims of a signed backchannel authentication request (CIBA 7.1.1: all seven registered claims)."""
    now = int(time.time())
    claims = {
        "iss": client_id, "aud": issuer, "iat": now, "nbf": now, "exp": now + 300, "jti": secrets.token_urlsafe(20),
    }
    return changed({**parameters, **claims}, changes)


def unsigned(claims: dict[str, Any]) -> str:
    """`alg: none` with an empty signature."""
    return jws.compact({"alg": "none", "typ": "JWT"}, claims, None, "none")


def in_past(minutes: float) -> int:
    return int(time.time() - minutes * 60)


def in_future(minutes: float) -> int:
    return int(time.time() + minutes * 60)


def seconds_ahead(seconds: int) -> int:
    return int(time.time()) + seconds
