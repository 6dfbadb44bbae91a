"""Starts a tenant on each storage engine.

SQLite: `martlet dev`, as a newcomer starts it. PostgreSQL: two `martlet serve` nodes on one database, one by http and one by
https, with clients, API and user made by the command line, as an operator would.
"""

import os
import pathlib
import secrets
import subprocess

from .server import Process, free_port, run_command, wait_for_json
from .tenant import CALLBACK, CONNECTION, Tenant

POSTGRES = os.environ.get("MARTLET_TEST_POSTGRES")
BACKENDS = ["sqlite"] + (["postgresql"] if POSTGRES else [])


def start_tenant(backend, directory: pathlib.Path):
    return start_dev(directory) if backend == "sqlite" else start_nodes(directory)


def start_dev(directory):
    data = directory / "data"
    process = Process(["dev", "--data", data, "--port", "0", "--https-port", "0"], directory / "server.log").start()
    document = wait_for_json(process, data / "dev.json")
    return Tenant(document, ["--data", data], [process])


class Database:
    """A database of one test's own on the PostgreSQL that scripts/test started."""

    def __init__(self):
        self.name = f"e2e_{secrets.token_hex(6)}"
        self._sql(f'CREATE DATABASE "{self.name}"')
        self.url = POSTGRES.rsplit("/", 1)[0] + "/" + self.name

    def drop(self):
        self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @staticmethod
    def _sql(statement):
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, POSTGRES], check=True, capture_output=True, text=True)
