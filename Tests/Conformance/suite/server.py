"""The real executable, over https, with a fresh SQLite database and a seeded tenant."""

import json
import pathlib
from typing import Any

from support.server import Process, free_port, run_command

from .certificates import Authority
from .seed import USER, Seed


class Server:
    """A running server. `issuer` is the URL in every token, `authority` the certificate authority that it is trusted by."""

    def __init__(self, directory: pathlib.Path, authority: Authority, seed: Seed):
        self.authority, self.user = authority, USER
        self._place = ["--data", str(directory / "data")]
        self._process = Process([], directory / "server.log")
        self.port = free_port()
        self.issuer = f"https://localhost:{self.port}/"
        self._import(directory, seed)
        self._start(directory, seed)

    def command(self, *arguments: str, **options: Any) -> str:
        """Runs a `martlet` command on the server's database and returns what it prints."""
        return run_command(*arguments, *self._place, **options).stdout

    def create(self, kind: str, record: dict[str, Any]) -> dict[str, Any]:
        """`martlet KIND create` with the record as JSON; returns what was made."""
        return json.loads(self.command(kind, "create", "--json", json.dumps(record)))

    def rotate_keys(self) -> None:
        """What an operator does to sign with another key from now on."""
        self.command("keys", "rotate")

    @property
    def log(self) -> str:
        return self._process.printed

    def close(self) -> None:
        self._process.stop()

    def _import(self, directory: pathlib.Path, seed: Seed) -> None:
        path = directory / "seed.json"
        path.write_text(json.dumps(seed.document))
        self.command("migrate")
        self.command("import", str(path))

    def _start(self, directory: pathlib.Path, seed: Seed) -> None:
        certificate, key = self.authority.server("server").files
        environment = {
            "MARTLET_HTTP_PORT": str(self.port), "MARTLET_DOMAINS": self.issuer.rstrip("/"),
            "MARTLET_TLS_CERTIFICATE": certificate, "MARTLET_TLS_KEY": key,
            "MARTLET_MTLS_PORT": str(free_port()), "MARTLET_TLS_CLIENT_AUTHORITIES": str(self.authority.path),
            "MARTLET_EGRESS_ALLOW": "localhost", "MARTLET_EGRESS_CA": str(self.authority.path), **seed.environment,
        }
        self._process.arguments, self._process.environment = ["serve", *self._place], environment
        self._process.start()
        self._process.wait_for_port(self.port)
