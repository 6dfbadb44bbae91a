"""Fixtures: a tenant per storage engine for the whole run, an own tenant where a test changes what others rely on."""

import os
import pathlib

import pytest

from support.application import Application
from support.backends import BACKENDS, start_tenant
from support.chromium import Chromium
from support.server import BINARY, ROOT


def pytest_configure(config):
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} does not exist: run scripts/test e2e, or swift build, or set MARTLET_BIN")
    if os.environ.get("MARTLET_REQUIRE_POSTGRES") and "postgresql" not in BACKENDS:
        raise pytest.UsageError("MARTLET_REQUIRE_POSTGRES is set, but MARTLET_TEST_POSTGRES is not")


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request):
    return request.param


@pytest.fixture(scope="session")
def tenant(backend, tmp_path_factory):
    """A running tenant that many tests share: they make clients, APIs and users of their own, and change nothing else."""
    started = start_tenant(backend, tmp_path_factory.mktemp(backend))
    yield started
    started.close()


@pytest.fixture
def own_tenant(backend, tmp_path):
    """A running tenant of one test's own."""
    started = start_tenant(backend, tmp_path)
    yield started
    started.close()


@pytest.fixture(scope="session")
def dev(tmp_path_factory):
    """What `martlet dev` starts, on SQLite; for tests in which the storage engine plays no part."""
    started = start_tenant("sqlite", tmp_path_factory.mktemp("dev"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def chromium_process():
    pictures = pathlib.Path(os.environ.get("MARTLET_PICTURES", ROOT / ".build" / "pictures"))
    browser = Chromium(pictures)
    yield browser
    browser.close()


@pytest.fixture
def chromium(chromium_process):
    chromium_process.forget()
    return chromium_process


@pytest.fixture
def application():
    started = Application()
    yield started
    started.close()


@pytest.fixture
def foreign_application():
    """An application on another site than the tenant's."""
    started = Application("127.0.0.1")
    yield started
    started.close()
