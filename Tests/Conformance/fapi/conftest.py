"""One server with the clients of every FAPI variant; per module its two clients and an empty cookie jar."""

from collections.abc import Iterator
from typing import Any

import pytest

from fapi.party import Party
from fapi.plans import Variant
from fapi.world import World


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "aged(prepare): what `prepare` returned when the run began is looked at much later")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules that wait for something to expire come last: the waiting then costs nothing."""
    items.sort(key=lambda item: item.get_closest_marker("aged") is not None)


class Worlds:
    """A server for the seeded clients and one for those that register themselves, each started when it is first needed."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory
        self._started: dict[bool, World] = {}
        self._failed: dict[bool, Exception] = {}

    def of(self, variant: Variant) -> World:
        """Throws what went wrong at the first start, without another try."""
        static = not variant.dynamic
        if static in self._failed:
            raise self._failed[static]
        if static not in self._started:
            self._started[static] = self._start(static)
        return self._started[static]

    def _start(self, static: bool) -> World:
        try:
            return World(self._factory.mktemp("fapi"), static)
        except Exception as failure:
            self._failed[static] = failure
            raise

    def close(self) -> None:
        for world in self._started.values():
            world.close()


class Aging:
    """The parties of modules that need time to pass, by test."""

    def __init__(self, worlds: Worlds, items: list[pytest.Item]) -> None:
        self.parties: dict[str, Party] = {}
        self.failures: dict[str, BaseException] = {}
        for item in items:
            marker = item.get_closest_marker("aged")
            if marker:
                self._prepare(worlds, item, marker.kwargs["prepare"])

    def _prepare(self, worlds: Worlds, item: Any, prepare: Any) -> None:
        variant = item.callspec.params["variant"]
        try:
            party = Party(worlds.of(variant), variant)
            self.parties[item.nodeid] = party
            party.prepared = prepare(party)
        except Exception as failure:
            self.failures[item.nodeid] = failure


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    made = Worlds(tmp_path_factory)
    yield made
    made.close()


@pytest.fixture(scope="session")
def aging(worlds: Worlds, request: pytest.FixtureRequest) -> Aging:
    return Aging(worlds, request.session.items)


@pytest.fixture
def party(worlds: Worlds, aging: Aging, variant: Variant, request: pytest.FixtureRequest) -> Iterator[Party]:
    """The module's run; a failed preparation fails here."""
    if request.node.nodeid in aging.failures:
        raise aging.failures[request.node.nodeid]
    made = aging.parties.get(request.node.nodeid) or Party(worlds.of(variant), variant)
    yield made
    made.close()
