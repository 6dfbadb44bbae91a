"""Starts a tenant on each storage engine.

SQLite: `martlet dev`, as a newcomer starts it. PostgreSQL: two `martlet serve` nodes on one database, one by http and one by
https, with clients, API and user made by the command line, as an operator would.
"""

import json
import os
import pathlib
import secrets
import subprocess

from .server import Process, free_port, run_command, wait_for_json
from .tenant import AFTER_LOGOUT, CALLBACK, Tenant

POSTGRES = os.environ.get("MARTLET_TEST_POSTGRES")
BACKENDS = ["sqlite"] + (["postgresql"] if POSTGRES else [])
API = "https://api.example.com/"


def start_tenant(backend, directory: pathlib.Path, port=None):
    """`port` is where http answers; a free one when left out."""
    return start_dev(directory, port or 0) if backend == "sqlite" else start_nodes(directory, port or free_port())


def start_dev(directory, port=0, environment=None, arguments=()):
    data = directory / "data"
    arguments = ["dev", "--data", data, "--port", port, "--https-port", 0, *arguments]
    process = Process(arguments, directory / "server.log", environment).start()
    return Tenant(wait_for_json(process, data / "dev.json"), ["--data", data], [process])


def start_nodes(directory, port):
    database = Database()
    try:
        place = ["--data", directory / "data", "--database", database.url]
        run_command("migrate", *place)
        issuers = [f"http://localhost:{port}/", f"https://localhost:{free_port()}/"]
        document = seed(place, directory) | {"issuer": issuers[0], "issuer_https": issuers[1]}
        certificate, key = make_certificate(directory)
        nodes = [
            node(place, directory, issuers, issuers[0], {}),
            node(place, directory, issuers, issuers[1], {"MARTLET_TLS_CERTIFICATE": certificate, "MARTLET_TLS_KEY": key}),
        ]
        return Tenant(document | {"ca_certificate": certificate}, place, nodes, cleanup=database.drop)
    except BaseException:
        database.drop()
        raise


def node(place, directory, issuers, issuer, environment):
    port = int(issuer.rsplit(":", 1)[1].rstrip("/"))
    settings = {"MARTLET_HTTP_PORT": str(port), "MARTLET_DOMAINS": ",".join(i.rstrip("/") for i in issuers), **environment}
    process = Process(["serve", *place], directory / f"node-{port}.log", settings).start()
    process.wait_for_port(port)
    return process


def seed(place, directory):
    """What `martlet dev` would have made, by the commands."""
    def create(kind, record):
        return json.loads(run_command(kind, "create", *place, "--json", json.dumps(record)).stdout)

    # Loopback callbacks cannot be verified; a development tenant does not ask about them.
    run_command("tenants", "update", "default", *place, "--json", json.dumps({"settings": {"confirmNonVerifiableCallbacks": False}}))
    urls = {"callbacks": [CALLBACK], "allowed_logout_urls": [AFTER_LOGOUT]}
    clients = {kind: create("clients", {"name": kind, "app_type": kind, **urls}) for kind in ("spa", "native", "regular_web")}
    clients["machine_to_machine"] = create("clients", {"name": "machine", "app_type": "non_interactive"})
    scopes = ["read:items", "write:items"]
    api = create("apis", {"identifier": API, "name": "Items", "allow_offline_access": True, "scopes": [{"value": s} for s in scopes]})
    create("client-grants", {"client_id": clients["machine_to_machine"]["client_id"], "audience": API, "scope": scopes})
    user = {"email": "user@example.com", "password": secrets.token_urlsafe(12) + "-aA1"}
    run_command("users", "create", *place, "--email", user["email"], "--password-stdin", input=user["password"] + "\n")
    return {"clients": clients, "api": {"identifier": api["identifier"], "scopes": scopes}, "user": user, "inbox": str(directory / "data" / "inbox")}


def make_certificate(directory):
    """A certificate for `localhost` that signs itself, so that it is its own authority."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subprocess.run([
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate),
    ], check=True, capture_output=True)
    return str(certificate), str(key)


class Database:
    """A database of one tenant's own on the PostgreSQL that scripts/test started."""

    def __init__(self):
        self.name = f"e2e_{secrets.token_hex(6)}"
        self._sql(f'CREATE DATABASE "{self.name}"')
        self.url = POSTGRES.rsplit("/", 1)[0] + "/" + self.name

    def drop(self):
        self._sql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @staticmethod
    def _sql(statement):
        subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, POSTGRES], check=True, capture_output=True, text=True)
