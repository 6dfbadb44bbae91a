"""The server under test with every FAPI client of every variant in it, and what surrounds it: demo API, listener, mail."""

from __future__ import annotations

import functools
import pathlib
import re
import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

import httpx
from support.server import free_port, wait_until

from suite.certificates import Authority, Certificate
from suite.listener import Listener
from suite.provider import Provider
from suite.seed import REGISTRATION, Seed
from suite.server import Server

from .mtls import Connections
from .plans import API, Population
from .resource import Judge, ResourceServer

#: The tenant of the FAPI plans: PS256 and ES256 sign; a request that names no API is for the demo API.
SETTINGS: dict[str, Any] = {
    "signingAlgorithms": ["RS256", "PS256", "ES256"], "defaultAudience": API,
    "registration": {**REGISTRATION, "defaultAudiences": [API]},
}


class World:
    """One running server for the whole test run; modules change nothing that others rely on. `static`: its clients are seeded;
    otherwise they register themselves, and are judged by the tenant's profile."""

    def __init__(self, directory: pathlib.Path, static: bool) -> None:
        self.directory = directory
        self.authority = Authority(directory / "certificates")
        self.listener = Listener(self.authority.server("listener"))
        self.population = Population(self.authority, self.listener.base, static)
        self.connections = Connections(self.authority)
        self._checked: dict[str, AssertionError | None] = {}
        mutual_tls = free_port()
        environment = {
            "MARTLET_MTLS_PORT": str(mutual_tls), "MARTLET_TLS_CLIENT_AUTHORITIES": str(self.authority.path),
            "MARTLET_EGRESS_ALLOW": "localhost", "MARTLET_EGRESS_CA": str(self.authority.path),
            "MARTLET_MAIL_INBOX": str(directory / "inbox"), "MARTLET_DEVELOPMENT_SCRIPTS_APPROVALS": "true",
        }
        # Decisions by URL are for development tenants.
        settings = {**SETTINGS, "isDevelopment": True} if static else {**SETTINGS, "defaultWireProfile": "fapi_ciba"}
        seed = Seed(settings=settings, environment=environment, records=self.population.records())
        self.server = Server(directory, self.authority, seed)
        wait_until(lambda: accepts(mutual_tls), f"the mutual TLS port {mutual_tls}")
        self.provider = Provider(self.server.issuer, self.authority)
        self.user = self.server.user

    @property
    def issuer(self) -> str:
        return self.server.issuer

    @functools.cached_property
    def metadata(self) -> dict[str, Any]:
        return self.provider.metadata

    @property
    def oauth_metadata_url(self) -> str:
        """RFC 8414 section 3.1."""
        return self.issuer.rstrip("/") + "/.well-known/oauth-authorization-server"

    @functools.cached_property
    def resource(self) -> ResourceServer:
        """The demo API; trusts every client certificate of the run."""
        judge = Judge(self.issuer, API, self.provider.jwks, self._is_active)
        clients: list[Certificate] = list(self.population.certificates.values())
        return ResourceServer(self.authority, judge, clients)

    def _is_active(self, token: str) -> bool:
        """RFC 7662, as the API: one of the server's own resource servers."""
        url = self.metadata.get("introspection_endpoint")
        if not url:
            return True
        api = self.population.api_client
        credentials = (api["client_id"], api["client_secret"])
        answer = self.connections.showing(None).post(url, data={"token": token}, auth=credentials)
        assert answer.status_code == 200, f"introspection: {answer.status_code} {answer.text}"
        return answer.json()["active"] is True

    # Mail

    def mails(self, address: str) -> list[pathlib.Path]:
        """The mails to this address so far, oldest first."""
        return sorted((self.directory / "inbox").glob(f"*-{address}-*.eml"))

    def next_mail_link(self, address: str, seen: set[pathlib.Path]) -> str:
        """The link in the mail to this address that is not among `seen`."""
        new = wait_until(lambda: [m for m in self.mails(address) if m not in seen], f"a mail to {address}")[-1]
        body = message_from_bytes(new.read_bytes(), policy=policy.default).get_body(("plain", "html"))
        assert body, f"no text in {new}"
        link = re.search(r"https?://[^\s\"<>]+", body.get_content())
        assert link, f"no link in the mail:\n{body.get_content()}"
        return link.group(0)

    def check_once(self, check: Callable[[str], None], url: str) -> None:
        """Checks an origin the first time it is asked about; later its outcome is remembered."""
        parts = urlsplit(url)
        if parts.netloc not in self._checked:
            try:
                check(url)
                self._checked[parts.netloc] = None
            except AssertionError as found:
                self._checked[parts.netloc] = found
        failure = self._checked[parts.netloc]
        if failure:
            raise failure

    def get(self, url: str) -> httpx.Response:
        return self.connections.showing(None).get(url)

    def close(self) -> None:
        self.connections.close()
        if "resource" in self.__dict__:
            self.resource.close()
        self.listener.close()
        self.server.close()


def accepts(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
