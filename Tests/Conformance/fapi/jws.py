"""Signs JWTs as a tester must: also wrongly. Only `cryptography` is used, because JOSE libraries refuse to write bad tokens."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def b64(data: bytes) -> str:
    """base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode_json(value: dict[str, Any]) -> str:
    return b64(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def left_half_hash(text: str) -> str:
    """`at_hash`, `c_hash`, `s_hash` of tokens signed with a 256-bit algorithm (OIDC Core 3.3.2.11)."""
    return b64(sha256(text.encode())[:16])


@dataclass
class SigningKey:
    """A client's key: what it signs with, and under which `kid` and `alg` it registered the public half."""

    private: Private
    alg: str
    kid: str = field(default_factory=lambda: secrets.token_hex(8))

    @classmethod
    def generate(cls, alg: str) -> SigningKey:
        if alg.startswith("ES"):
            return cls(ec.generate_private_key(ec.SECP256R1()), alg)
        return cls(rsa.generate_private_key(65537, 2048), alg)

    def public_jwk(self, **members: Any) -> dict[str, Any]:
        """The registered form; `members` are added to it, `None` takes one away."""
        jwk = {**public_members(self.private), "kid": self.kid, "use": "sig", "alg": self.alg, **members}
        return {name: value for name, value in jwk.items() if value is not None}

    def sign(self, claims: dict[str, Any], *, alg: str | None = None, **header: Any) -> str:
        """A compact JWS; `alg` and the header may be anything, a header member given as `None` is left out."""
        alg = alg or self.alg
        members = {"alg": alg, "kid": self.kid, "typ": "JWT", **header}
        return compact({k: v for k, v in members.items() if v is not None}, claims, self.private, alg)


def compact(header: dict[str, Any], claims: dict[str, Any], private: Private | None, alg: str) -> str:
    """The compact serialisation; `alg` is how it is signed, whatever the header says."""
    signed = f"{encode_json(header)}.{encode_json(claims)}"
    return f"{signed}.{b64(signature(signed.encode(), private, alg))}"


def signature(data: bytes, private: Private | None, alg: str) -> bytes:
    """The raw JWS signature value (RFC 7518 section 3)."""
    if alg == "none":
        return b""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert isinstance(private, rsa.RSAPrivateKey), f"no key for {alg}"
    if alg.startswith("PS"):
        return private.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def with_broken_signature(token: str) -> str:
    """The same token with other bits in the middle of its signature."""
    signed, _, value = token.rpartition(".")
    raw = bytearray(unb64(value))
    raw[len(raw) // 2] ^= 0x5A
    return f"{signed}.{b64(bytes(raw))}"


def header_of(token: str) -> dict[str, Any]:
    return json.loads(unb64(token.split(".")[0]))


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a compact JWT, unverified."""
    return json.loads(unb64(token.split(".")[1]))


def integer(value: int, length: int | None = None) -> str:
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def public_members(private: Private) -> dict[str, Any]:
    """The public JWK members of a key (RFC 7518 section 6)."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        point = private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": integer(point.x, 32), "y": integer(point.y, 32)}
    numbers = private.public_key().public_numbers()
    return {"kty": "RSA", "n": integer(numbers.n), "e": integer(numbers.e)}


def private_members(private: Private) -> dict[str, Any]:
    """The private JWK members: what must never leave the client."""
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return {"d": integer(private.private_numbers().private_value, 32)}
    return {"d": integer(private.private_numbers().d)}


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638, SHA-256."""
    names = ("crv", "kty", "x", "y") if jwk["kty"] == "EC" else ("e", "kty", "n")
    return b64(sha256(json.dumps({name: jwk[name] for name in names}, separators=(",", ":"), sort_keys=True).encode()))
