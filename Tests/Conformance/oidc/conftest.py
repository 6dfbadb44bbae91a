"""Chromium; and codes that modules about elapsed time spend together, so that the waiting costs little."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support.chromium import Chromium

from suite.flow import Flow, Outcome
from suite.variants import Variant


@dataclass
class SpentCode:
    """A round whose code was traded at `spent_at` (monotonic seconds), or what went wrong in it."""

    flow: Flow
    outcome: Outcome | None
    failure: BaseException | None
    spent_at: float


@pytest.fixture(scope="session")
def spent_codes(request: pytest.FixtureRequest, make_flow: Callable[[Variant], Flow]) -> dict[Variant, SpentCode]:
    """A spent code for each variant of the modules that are marked `elapses` and will run: they wait together."""
    return {variant: _spend(make_flow, variant) for variant in _elapsing(request)}


@pytest.fixture(scope="session", autouse=True)
def spent_early(request: pytest.FixtureRequest) -> None:
    """In the short form the time passes while other modules run; the whole matrix takes longer than a code is remembered."""
    if _elapsing(request) and not request.config.getoption("--whole"):
        request.getfixturevalue("spent_codes")


def _elapsing(request: pytest.FixtureRequest) -> list[Variant]:
    return [item.callspec.params["variant"] for item in request.session.items if item.get_closest_marker("elapses")]


def _spend(make_flow: Callable[[Variant], Flow], variant: Variant) -> SpentCode:
    flow, outcome, failure = make_flow(variant), None, None
    try:
        outcome = flow.complete()
    except Exception as error:
        failure = error
    return SpentCode(flow, outcome, failure, time.monotonic())


@pytest.fixture(scope="session")
def chromium_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("pictures"))
    yield browser
    browser.close()


@pytest.fixture
def chromium(chromium_process: Chromium) -> Chromium:
    """A browser that was never here before."""
    chromium_process.forget()
    return chromium_process
