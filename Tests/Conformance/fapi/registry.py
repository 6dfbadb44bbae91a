"""The modules by name: which plans have them, which variants they apply to, and the pytest functions made of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from . import plans
from .party import Party
from .plans import Variant

PLANS: dict[str, list[Variant]] = {
    "fapi2_sp": plans.FAPI2_SP, "fapi2_cc": plans.FAPI2_CC, "fapi2_ms": plans.FAPI2_MS, "fapi1": plans.FAPI1,
    "fapi_ciba": plans.CIBA,
}
Body = Callable[[Party], None]


@dataclass(frozen=True)
class Module:
    """One module of the document. `only` names the variants it applies to."""

    name: str
    body: Body
    plans: tuple[str, ...]
    only: Callable[[Variant], bool]
    #: Done when the run starts, so that time can pass while other modules run.
    prepare: Callable[[Party], Any] | None


_MODULES: list[Module] = []


def module(
    name: str, *plan_names: str, only: Callable[[Variant], bool] = lambda _: True,
    prepare: Callable[[Party], Any] | None = None,
) -> Callable[[Body], Body]:
    """Registers a body as the module of this name, without the plan's prefix."""
    def register(body: Body) -> Body:
        _MODULES.append(Module(name, body, plan_names, only, prepare))
        return body
    return register


def tests(plan: str) -> dict[str, Any]:
    """`test_PLAN_MODULE` → test function, for each module of the plan."""
    made = [_test(plan, found) for found in _MODULES if plan in found.plans]
    names = [test.__name__ for test in made]
    assert len(set(names)) == len(names), f"a module is written twice: {sorted(n for n in names if names.count(n) > 1)}"
    return {test.__name__: test for test in made}


def _test(plan: str, found: Module) -> Any:
    def test(party: Party) -> None:
        found.body(party)

    test.__name__ = f"test_{plan}_{found.name.replace('-', '_')}"
    test.__doc__ = found.body.__doc__
    fitting = [variant for variant in PLANS[plan] if found.only(variant)]
    assert fitting, f"no variant of {plan} runs {found.name}"
    marked = pytest.mark.parametrize("variant", fitting, ids=lambda variant: variant.id)(test)
    return pytest.mark.aged(prepare=found.prepare)(marked) if found.prepare else marked


# Which variants a module applies to.

def with_dpop(variant: Variant) -> bool:
    return variant.dpop


def with_mtls_tokens(variant: Variant) -> bool:
    return not variant.dpop


def with_assertions(variant: Variant) -> bool:
    return variant.auth == "private_key_jwt"


def with_mtls_auth(variant: Variant) -> bool:
    return variant.mtls_auth


def with_openid(variant: Variant) -> bool:
    return variant.openid


def signed(variant: Variant) -> bool:
    return variant.signed


def pushed(variant: Variant) -> bool:
    return variant.pushed


def by_value(variant: Variant) -> bool:
    return not variant.pushed
