"""DPoP proofs (RFC 9449), right ones and every malformation that the negative tests send."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from . import jws

NONCE_CHARACTERS = set(map(chr, [0x21, *range(0x23, 0x5C), *range(0x5D, 0x7F)]))


@dataclass
class Proof:
    """A proof before it is signed. Malformations change `header`, `claims`, `private` or `alg`."""

    header: dict[str, Any]
    claims: dict[str, Any]
    private: jws.Private
    alg: str

    def signed(self) -> str:
        return jws.compact(self.header, self.claims, self.private, self.alg)


Change = Callable[[Proof], None]


@dataclass
class DPoPKey:
    """The key that a client's tokens are bound to."""

    private: jws.Private = field(default_factory=lambda: jws.SigningKey.generate("ES256").private)
    alg: str = "ES256"

    @property
    def jwk(self) -> dict[str, Any]:
        return jws.public_members(self.private)

    @property
    def thumbprint(self) -> str:
        """`dpop_jkt` and `cnf.jkt`."""
        return jws.thumbprint(self.jwk)

    def proof(
        self, method: str, url: str, *, token: str | None = None, nonce: str | None = None, change: Change | None = None
    ) -> str:
        """A proof for one request; `token` adds `ath`, `change` spoils it before it is signed."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(24), "htm": method, "htu": bare(url), "iat": int(time.time()),
        }
        if token is not None:
            claims["ath"] = jws.b64(jws.sha256(token.encode()))
        if nonce is not None:
            claims["nonce"] = nonce
        made = Proof({"typ": "dpop+jwt", "alg": self.alg, "jwk": self.jwk}, claims, self.private, self.alg)
        if change:
            change(made)
        return made.signed()


def bare(url: str) -> str:
    """`htu`: the URL without query and fragment (RFC 9449 section 4.2)."""
    parts = urlsplit(url)
    return parts._replace(query="", fragment="").geturl()


def wanted_nonce(answer: httpx.Response) -> str | None:
    """The nonce that an answer demands a retry with: token and PAR endpoints say it in the body, a resource in its challenge."""
    if answer.status_code not in (400, 401):
        return None
    if "use_dpop_nonce" not in answer.text + answer.headers.get("www-authenticate", ""):
        return None
    return offered_nonce(answer)


def offered_nonce(answer: httpx.Response) -> str | None:
    """The answer's `DPoP-Nonce`; fails when there is more than one or when it has illegal characters (RFC 9449 section 8.1)."""
    values = answer.headers.get_list("dpop-nonce")
    if not values:
        return None
    assert len(values) == 1, f"more than one DPoP-Nonce header: {values}"
    assert values[0] and set(values[0]) <= NONCE_CHARACTERS, f"illegal characters in DPoP-Nonce {values[0]!r}"
    return values[0]


# The malformations.

def without(name: str, part: str = "claims") -> Change:
    return lambda proof: getattr(proof, part).pop(name, None)


def claim(name: str, value: Any) -> Change:
    return lambda proof: proof.claims.__setitem__(name, value)


def head(name: str, value: Any) -> Change:
    return lambda proof: proof.header.__setitem__(name, value)


def unsigned(proof: Proof) -> None:
    """`alg: none` and an empty signature."""
    proof.header["alg"], proof.alg = "none", "none"


def rs256(proof: Proof) -> None:
    """A right proof, but with an algorithm that FAPI forbids."""
    proof.private = jws.SigningKey.generate("RS256").private
    proof.header["alg"], proof.header["jwk"], proof.alg = "RS256", jws.public_members(proof.private), "RS256"


def private_key_inside(proof: Proof) -> None:
    proof.header["jwk"] = {**proof.header["jwk"], **jws.private_members(proof.private)}


def by_another_key(proof: Proof) -> None:
    """Signed with a key other than the one in the header."""
    proof.private = DPoPKey().private


def of_another_key(proof: Proof) -> None:
    """A right proof by a key that the token is not bound to."""
    other = DPoPKey()
    proof.private, proof.header["jwk"] = other.private, other.jwk


def shifted(seconds: int) -> Change:
    return lambda proof: proof.claims.__setitem__("iat", int(time.time()) + seconds)


def htu(rewrite: Callable[[str], str]) -> Change:
    return lambda proof: proof.claims.__setitem__("htu", rewrite(proof.claims["htu"]))


def upper_case_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path}"


#: Proofs that a resource must refuse with 400 or 401.
REFUSED: dict[str, Change] = {
    "typ missing": without("typ", "header"),
    "typ wrong": head("typ", "JWT"),
    "alg missing": without("alg", "header"),
    "alg none": unsigned,
    "alg RS256": rs256,
    "jwk missing": without("jwk", "header"),
    "private key in jwk": private_key_inside,
    "jti missing": without("jti"),
    "htm missing": without("htm"),
    "htu missing": without("htu"),
    "iat missing": without("iat"),
    "ath missing": without("ath"),
    "signed by another key": by_another_key,
    "another key": of_another_key,
    "htm wrong": claim("htm", "PUT"),
    "htu of another path": htu(lambda url: url + "/other"),
    "htu of another host": claim("htu", "https://resource.example.com/other"),
    "ath wrong": claim("ath", jws.b64(jws.sha256(b"another token"))),
}

#: Proofs that a resource must refuse unless it uses nonces: then the nonce says how fresh the proof is.
REFUSED_WITHOUT_NONCE: dict[str, Change] = {"iat an hour old": shifted(-3600), "iat an hour ahead": shifted(3600)}

#: Proofs that a resource must accept.
ACCEPTED: dict[str, Change] = {
    "htu with a query": htu(lambda url: url + "?lorem=ipsum"),
    "htu with a fragment": htu(lambda url: url + "#lorem"),
    "further header members": head("lorem", "ipsum"),
    "further payload members": claim("dolor", {"sit": ["amet"]}),
}
