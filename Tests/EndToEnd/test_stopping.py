"""SIGTERM: what is idle is closed at once, what is under way is answered, what never ends is cut off after the time to drain."""

import contextlib
import socket
import ssl
import time
from urllib.parse import urlencode, urlsplit

import pytest

from support.backends import start_dev
from support.server import wait_until
from support.wire import form_request, read_answer, request

#: A stop takes some hundredths of a second here; a build machine may have other things to do.
SOON = 3.0
ANSWER_LIMIT = 20.0


@pytest.fixture
def start(tmp_path):
    """Starts a server of the test's own with these settings."""
    started = []

    def make(**environment):
        started.append(start_dev(tmp_path, environment=environment))
        return started[-1]

    yield make
    for server in started:
        server.close()


@pytest.fixture
def server(start):
    return start()


@pytest.fixture
def connected(server):
    """Opens connections that stay open to the end of the test, by http or https."""
    with contextlib.ExitStack() as opened:
        yield lambda scheme: opened.enter_context(connect(server, scheme))


def address(server, scheme):
    parts = urlsplit(server.issuer_https if scheme == "https" else server.issuer)
    return parts.netloc, ("127.0.0.1", parts.port)


def connect(server, scheme):
    raw = socket.create_connection(address(server, scheme)[1], ANSWER_LIMIT)
    return secured(raw, server.trust) if scheme == "https" else raw


def secured(raw, context):
    """With an end that fails when the other one left without a good-bye."""
    return context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)


def head(server, scheme, line="GET /.well-known/jwks.json", *fields):
    return request(line, address(server, scheme)[0], *fields)


def stop(server, within):
    """SIGTERM; asserts that the process is gone in time and says that all is well."""
    begin = time.monotonic()
    server.process.child.terminate()
    wait_until(lambda: not server.process.is_running, "the process to end", deadline=within)
    assert server.process.child.returncode == 0, server.process.printed
    return time.monotonic() - begin


def used(server, connection, scheme):
    connection.sendall(head(server, scheme))
    assert read_answer(connection)[0] == 200
    return connection


def is_closed(connection):
    """Whether the server said good-bye and nothing else. Without a good-bye, TLS fails here."""
    return connection.recv(65536) == b""


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_idle_connection_does_not_hold_the_stop_up(server, connected, scheme):
    idle = [used(server, connected(scheme), scheme) for _ in range(3)]
    stop(server, within=SOON)
    assert all(is_closed(connection) for connection in idle)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_connection_on_which_nothing_was_asked_does_not_hold_the_stop_up(server, connected, scheme):
    connected(scheme)
    connected(scheme).sendall(head(server, scheme)[:20])
    stop(server, within=SOON)


def test_a_connection_without_its_handshake_does_not_hold_the_stop_up(server):
    with socket.create_connection(address(server, "https")[1], ANSWER_LIMIT):
        with socket.create_connection(address(server, "https")[1], ANSWER_LIMIT) as garbled:
            garbled.sendall(b"\x16\x03\x01\x02\x00\x01")
            used(server, connect(server, "https"), "https").close()
            stop(server, within=SOON)


def test_an_answered_connection_that_its_client_keeps_does_not_hold_the_stop_up(server, connected):
    kept = connected("https")
    kept.sendall(head(server, "https", "GET /.well-known/jwks.json", "Connection: close"))
    assert read_answer(kept)[0] == 200
    stop(server, within=SOON)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_under_way_is_still_answered(server, connected, scheme):
    client = server.clients["machine_to_machine"]
    body = urlencode({
        "grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"],
        "audience": server.api,
    }).encode()
    whole = form_request("/oauth/token", address(server, scheme)[0], body)
    asking, idle = connected(scheme), used(server, connected(scheme), scheme)
    asking.sendall(whole[:-10])
    # An answer on another connection that was asked later: the server has read what was sent before.
    used(server, idle, scheme)
    server.process.child.terminate()
    wait_until(lambda: not accepts(server, scheme), "the server to accept no more")
    assert server.process.is_running
    asking.sendall(whole[-10:])
    status, answer = read_answer(asking)
    assert status == 200 and b"access_token" in answer
    wait_until(lambda: not server.process.is_running, "the process to end", deadline=SOON)
    assert server.process.child.returncode == 0, server.process.printed


def accepts(server, scheme):
    try:
        socket.create_connection(address(server, scheme)[1], ANSWER_LIMIT).close()
        return True
    except OSError:
        return False


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_that_never_ends_is_cut_off_when_the_time_to_drain_is_over(start, scheme):
    server = start(MARTLET_HTTP_DRAIN_SECONDS="1")
    with connect(server, scheme) as asking:
        fields = ["Content-Type: application/json", "Content-Length: 1000"]
        asking.sendall(head(server, scheme, "POST /oauth/token", *fields) + b"{")
        with connect(server, scheme) as other:
            used(server, other, scheme)
        assert stop(server, within=1 + SOON) >= 0.9


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
def test_an_idle_client_of_each_tls_version_is_told_good_bye(server, version):
    context = server.trust
    context.minimum_version = context.maximum_version = version
    with socket.create_connection(address(server, "https")[1], ANSWER_LIMIT) as raw:
        with secured(raw, context) as idle:
            used(server, idle, "https")
            stop(server, within=SOON)
            assert is_closed(idle)
