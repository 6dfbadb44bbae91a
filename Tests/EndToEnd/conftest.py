"""Fixtures: a tenant per storage engine for the whole run, an own tenant where a test changes what others rely on."""

import os
import pathlib

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.application import Application
from support.authority import Authority
from support.backends import BACKENDS, start_dev, start_tenant
from support.chromium import Chromium
from support.documents import DocumentServer
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
def authority(tmp_path_factory):
    """Who vouches for the applications that the server calls over https."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def documents(authority):
    """Where an application publishes what the server fetches."""
    started = DocumentServer(authority.localhost())
    yield started
    started.close()


@pytest.fixture(scope="session")
def open_tenant(authority, tmp_path_factory):
    """Like `dev`, where clients register themselves and applications of `authority` are called over https."""
    yield from _registering(tmp_path_factory.mktemp("open"), authority, {}, {"introspection": True})


@pytest.fixture(scope="session")
def standard_tenant(authority, tmp_path_factory):
    """The same for clients that go by the specifications alone: its profile is `standard`, and those that register themselves
    may do what others may."""
    permissive = {"thirdPartySecurityMode": "permissive", "grantTypes": [
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"]}
    yield from _registering(tmp_path_factory.mktemp("standard"), authority, permissive, {"defaultWireProfile": "standard"})


def _registering(directory, authority, registration, settings):
    started = start_dev(directory, environment={"MARTLET_EGRESS_CA": str(authority.path)})
    started.change_settings(
        {"registration": {"enabled": True, "metadataDocuments": True, **registration}, **settings},
        until=lambda metadata: "registration_endpoint" in metadata and "introspection_endpoint" in metadata)
    yield started
    started.close()


@pytest.fixture
def sdk(tenant, monkeypatch):
    """Makes an object of auth0-python for a client. `requests` reads the certificate authority from the environment."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tenant.certificate)
    monkeypatch.setenv("CURL_CA_BUNDLE", tenant.certificate)

    def make(kind, client, **options):
        return kind(tenant.domain_https, client["client_id"], client_secret=client.get("client_secret"), **options)

    return make


@pytest.fixture(scope="session")
def client_key():
    """The key of a client, as PEM, and its public JWK Set."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = jwt.algorithms.RSAAlgorithm.to_jwk(made.public_key(), as_dict=True)
    return pem.decode(), {"keys": [{**public, "use": "sig"}]}


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
