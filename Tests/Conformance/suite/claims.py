"""The standard claims: their types, and the scopes that ask for them (conformance 1.4; OIDC Core 5.1, 5.4)."""

import re
import time
from typing import Any
from urllib.parse import urlsplit

SCOPES: dict[str, set[str]] = {
    "openid": set(),
    "offline_access": set(),
    "profile": {
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
        "gender", "birthdate", "zoneinfo", "locale", "updated_at",
    },
    "email": {"email", "email_verified"},
    "address": {"address"},
    "phone": {"phone_number", "phone_number_verified"},
}
TEXTS = SCOPES["profile"] - {"updated_at"} | {"email", "phone_number"}
BOOLEANS = {"email_verified", "phone_number_verified"}
URLS = {"profile", "picture", "website"}
ADDRESS_MEMBERS = {"formatted", "street_address", "locality", "region", "postal_code", "country"}
BIRTHDATE = re.compile(r"(\d{4}|0000)-\d{2}-\d{2}|\d{4}")
#: What any ID token may hold beside the claims of its scopes.
PROTOCOL = {
    "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "nbf", "jti",
    "sid",
}


def of_scopes(scope: str) -> set[str]:
    """The claims that the scopes ask for."""
    return set().union(*(SCOPES.get(value, set()) for value in scope.split()))


def check_types(claims: dict[str, Any]) -> None:
    """Every standard claim has its JSON type, and a text is neither blank nor `null` (conformance 1.4)."""
    for name in TEXTS & set(claims):
        _check_text(name, claims[name])
    for name in BOOLEANS & set(claims):
        assert isinstance(claims[name], bool), f"{name} is {claims[name]!r}"
    for name in URLS & set(claims):
        assert urlsplit(claims[name]).scheme in ("http", "https"), f"{name} is no URL: {claims[name]!r}"
    if "updated_at" in claims:
        _check_updated_at(claims["updated_at"])
    if "birthdate" in claims:
        assert BIRTHDATE.fullmatch(claims["birthdate"]), f"birthdate is {claims['birthdate']!r}"
    if "address" in claims:
        _check_address(claims["address"])


def _check_text(name: str, value: Any) -> None:
    assert isinstance(value, str) and value.strip() and value != "null", f"{name} is {value!r}"


def _check_updated_at(value: Any) -> None:
    assert isinstance(value, (int, float)) and not isinstance(value, bool), f"updated_at is {value!r}"
    assert 0 < value <= time.time() + 300, f"updated_at is not plausible: {value}"


def _check_address(value: Any) -> None:
    assert isinstance(value, dict) and value, f"address is {value!r}"
    assert set(value) <= ADDRESS_MEMBERS, f"warning: unknown members of address: {value}"
    for name, part in value.items():
        _check_text(f"address.{name}", part)
