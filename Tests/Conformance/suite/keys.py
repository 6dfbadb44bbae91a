"""Keys of clients, and JWTs made with them."""

import base64
import functools
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class KeyPair:
    """A private key that a client signs with, always by the same algorithm."""

    alg: str
    key: Key

    @property
    def kid(self) -> str:
        return self.key.kid

    @property
    def public_jwk(self) -> dict[str, Any]:
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", "alg": self.alg}

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A JWT with `kid`; a header member given as `None` is left out."""
        return sign(claims, self.key, **{"alg": self.alg, "kid": self.kid, **header})


def sign(claims: dict[str, Any], key: Key, **header: Any) -> str:
    """A JWT with exactly this header (`alg` is required, `None` leaves a member out)."""
    header = {name: value for name, value in header.items() if value is not None}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]], default_type=None)


def unsigned(claims: dict[str, Any], **header: Any) -> str:
    """A JWT with `alg: none` and an empty signature (RFC 7519 section 6)."""
    parts = ({"alg": "none", **header}, claims)
    return ".".join(encode(json.dumps(part).encode()) for part in parts) + "."


def generate(alg: str) -> KeyPair:
    """A new key pair for `alg`."""
    parameters = {"kid": secrets.token_urlsafe(12)}
    if alg == "EdDSA":
        return KeyPair(alg, OKPKey.generate_key("Ed25519", parameters))
    if alg.startswith("ES"):
        return KeyPair(alg, ECKey.generate_key({"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg], parameters))
    return KeyPair(alg, RSAKey.generate_key(2048, parameters))


@functools.cache
def shared(alg: str, name: str = "") -> KeyPair:
    """The key pair of this name, made once in the test run: RSA keys are slow to make."""
    return generate(alg)


def hmac_key(secret: str) -> Key:
    """A client secret as a key (OIDC Core 10.1: the bytes of its UTF-8 form)."""
    return OctKey.import_key(secret.encode())


def jwks(*pairs: KeyPair) -> dict[str, Any]:
    """The JWK Set with the public halves."""
    return {"keys": [pair.public_jwk for pair in pairs]}


def assertion(client_id: str, audience: str | list[str], **changes: Any) -> dict[str, Any]:
    """The claims of a client assertion (RFC 7523 section 3), fresh `jti`; `changes` replace, `None` removes."""
    now = int(time.time())
    claims = {
        "iss": client_id, "sub": client_id, "aud": audience, "jti": secrets.token_urlsafe(24), "iat": now, "exp": now + 60,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}
