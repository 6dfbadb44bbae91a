"""One server for the whole run; per module a flow with its own client and an empty cookie jar."""

from collections.abc import Callable, Iterator

import pytest
from support.server import BINARY

from suite.certificates import Authority
from suite.flow import Flow
from suite.listener import Listener
from suite.provider import Provider
from suite.registration import Operator, Registrar
from suite.seed import Seed
from suite.server import Server
from suite.variants import Variant, representative


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="every plan and variant, instead of each module once")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "elapses: its code is spent early, and looked at again when its time has come")
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} does not exist: run scripts/test conformance, or swift build, or set MARTLET_BIN")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps one variant of each module unless the whole matrix is asked for; modules about elapsed time come last."""
    if not config.getoption("--whole"):
        items[:] = _one_of_each(items)
    items.sort(key=lambda item: item.get_closest_marker("elapses") is not None)


def _one_of_each(items: list[pytest.Item]) -> list[pytest.Item]:
    modules: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        has_variants = "variant" in getattr(getattr(item, "callspec", None), "params", {})
        name = item.originalname if has_variants else item.name
        modules.setdefault((str(item.path), name), []).append(item)
    return [representative(group, name) for (_, name), group in modules.items()]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def listener(authority: Authority) -> Iterator[Listener]:
    started = Listener(authority.server("listener"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server of the OpenID Connect plans."""
    started = Server(tmp_path_factory.mktemp("server"), authority, Seed())
    yield started
    started.close()


@pytest.fixture(scope="session")
def operator(server: Server) -> Operator:
    return Operator(server)


@pytest.fixture(scope="session")
def providers(server: Server, authority: Authority) -> Iterator[dict[str, Provider]]:
    """By the variant's `metadata`."""
    known = {
        "discovery": Provider(server.issuer, authority),
        "static": Provider.configured(server.issuer, authority),
    }
    yield known
    # A server that stops waits for the connections that are open.
    for provider in known.values():
        provider.http.close()


@pytest.fixture(scope="session")
def make_flow(
    server: Server, providers: dict[str, Provider], listener: Listener, operator: Operator,
) -> Callable[[Variant], Flow]:
    """Begins a module in a variant."""
    return lambda variant: Flow(Registrar(server, providers[variant.metadata], listener, operator), variant)


@pytest.fixture
def flow(make_flow: Callable[[Variant], Flow], variant: Variant) -> Iterator[Flow]:
    started = make_flow(variant)
    yield started
    started.close()
