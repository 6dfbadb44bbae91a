"""Which module runs in which plan and variant (conformance section 0)."""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import pytest

Item = TypeVar("Item")

BASIC, IMPLICIT = ["code"], ["id_token", "id_token token"]
HYBRID = ["code id_token", "code token", "code id_token token"]
RESPONSE_TYPES = BASIC + IMPLICIT + HYBRID


@dataclass(frozen=True)
class Variant:
    """One way in which a plan runs its modules."""

    plan: str
    response_type: str
    registration: str = "dynamic"
    metadata: str = "discovery"
    auth_method: str = "client_secret_basic"

    @property
    def response_mode(self) -> str | None:
        """What requests ask for; `None`: the default of the response type."""
        return "form_post" if self.plan.startswith("formpost") else None

    @property
    def has(self) -> set[str]:
        return set(self.response_type.split())

    def __str__(self) -> str:
        parts = (self.plan, self.response_type.replace(" ", "_"), self.registration, self.metadata, self.auth_method)
        return "-".join(parts)


def _core(plan: str, response_types: list[str]) -> list[Variant]:
    """Discovery or static metadata × static or dynamic client × response type."""
    return [
        Variant(plan, response_type, registration, metadata)
        for metadata in ("discovery", "static") for registration in ("static", "dynamic") for response_type in response_types
    ]


def _each(plan: str, registrations: Iterable[str], auth_method: str = "client_secret_basic") -> list[Variant]:
    """Every response type that a tester may pick, by discovery."""
    return [Variant(plan, r, registration, auth_method=auth_method) for registration in registrations for r in RESPONSE_TYPES]


#: The comprehensive plan: client authentication is what the certification plans do not vary.
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]

PLANS: dict[str, list[Variant]] = {
    "basic": _core("basic", BASIC),
    "implicit": _core("implicit", IMPLICIT),
    "hybrid": _core("hybrid", HYBRID),
    "formpost-basic": _core("formpost-basic", BASIC),
    "formpost-implicit": _core("formpost-implicit", IMPLICIT),
    "formpost-hybrid": _core("formpost-hybrid", HYBRID),
    "config": [Variant("config", "code", "static")],
    "dynamic": _each("dynamic", ["dynamic"], "private_key_jwt"),
    "3rdparty-init": _each("3rdparty-init", ["dynamic"]),
    "rp-initiated-logout": _each("rp-initiated-logout", ["static", "dynamic"]),
    "backchannel": _each("backchannel", ["static", "dynamic"]),
    "frontchannel": _each("frontchannel", ["static", "dynamic"]),
    "session-management": _each("session-management", ["static", "dynamic"]),
    "comprehensive": [
        Variant("comprehensive", response_type, registration, auth_method=method)
        for method in AUTH_METHODS for registration in ("static", "dynamic") for response_type in ("code", "code id_token")
    ],
}
#: B, I and H of section 2, each with its form post form.
B = ["basic", "formpost-basic"]
I = ["implicit", "formpost-implicit"]
H = ["hybrid", "formpost-hybrid"]


def module(plans: list[str], where: Callable[[Variant], bool] = lambda variant: True) -> pytest.MarkDecorator:
    """Runs a test once per variant of the plans that passes `where`; in the comprehensive plan too when it is a core module."""
    comprehensive = ["comprehensive"] if set(plans) & set(B + I + H) else []
    found = [variant for plan in plans + comprehensive for variant in PLANS[plan] if where(variant)]
    assert found, f"no variant of {plans}"
    return pytest.mark.parametrize("variant", found, ids=str)


def representative(items: list[Item], name: str) -> Item:
    """The one that a module's short form runs: chosen by the module's name, so that all modules together see most variants."""
    return items[zlib.crc32(name.encode()) % len(items)]


def returns(*parts: str) -> Callable[[Variant], bool]:
    """Variants whose response type has one of these parts."""
    return lambda variant: bool(variant.has & set(parts))


def registers(variant: Variant) -> bool:
    """Modules that only a dynamic client runs."""
    return variant.registration == "dynamic"
