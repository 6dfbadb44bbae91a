"""A running tenant as an application's developer knows it: issuer, clients, an API, a user."""

import base64
import dataclasses
import hashlib
import json
import pathlib
import re
import secrets
import ssl
from urllib.parse import urlencode, urlsplit

import httpx

from .browser import Browser
from .server import run_command, wait_until

CALLBACK = "http://127.0.0.1:49152/callback"
AFTER_LOGOUT = "http://127.0.0.1:49152/bye"
CONNECTION = "Username-Password-Authentication"


@dataclasses.dataclass
class Pkce:
    verifier: str = dataclasses.field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self):
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Tenant:
    """`document` is what `martlet dev` writes to `dev.json`; `place` is the command line's way to the same database."""

    def __init__(self, document, place, processes, cleanup=None):
        self.document, self.place, self.processes, self.cleanup = document, place, processes, cleanup
        self.issuer = document["issuer"]
        self.issuer_https = document.get("issuer_https")
        self.certificate = document.get("ca_certificate")
        self.clients = document["clients"]
        self.api = document["api"]["identifier"]
        self.email, self.password = document["user"]["email"], document["user"]["password"]
        self.http = httpx.Client(base_url=self.issuer, timeout=20)
        self.browsers = []

    @property
    def process(self):
        """The process that answers by http."""
        return self.processes[0]

    @property
    def port(self):
        return urlsplit(self.issuer).port

    @property
    def domain_https(self):
        return self.issuer_https.removeprefix("https://").rstrip("/")

    @property
    def trust(self):
        """Trusts the development tenant's own certificate authority, and nothing else."""
        return ssl.create_default_context(cafile=self.certificate)

    def close(self):
        for connected in [self.http, *self.browsers]:
            connected.close()
        try:
            for process in self.processes:
                process.stop()
        finally:
            if self.cleanup:
                self.cleanup()

    # The command line

    def command(self, *arguments, **options):
        return run_command(*arguments, *self.place, **options)

    def create(self, kind, record, *arguments):
        """`martlet KIND create` with the record as JSON; returns what was made."""
        made = self.command(kind, "create", *arguments, "--json", json.dumps(record))
        return json.loads(made.stdout)

    def create_client(self, app_type, **record):
        """A new client that accepts our callback. `app_type` decides the defaults, `record` overrides them."""
        return self.create("clients", {"name": f"test {app_type}", "app_type": app_type, "callbacks": [CALLBACK], **record})

    def create_api(self, **record):
        identifier = f"https://api.example/{secrets.token_hex(6)}"
        return self.create("apis", {"identifier": identifier, "name": "test API", **record})

    def change_settings(self, settings, until):
        """Changes settings of the tenant, and returns when the running server's metadata pass `until`."""
        self.command("tenants", "update", "default", "--json", json.dumps({"settings": settings}))
        wait_until(lambda: until(self.metadata()), f"the server to follow {settings}")

    def grant(self, client, api, scopes):
        """Lets the client ask for the API in its own name."""
        return self.create("client-grants", {"client_id": client["client_id"], "audience": api["identifier"], "scope": scopes})

    def mailed_link(self, email):
        """The link in the newest mail to this address in the inbox."""
        inbox = pathlib.Path(self.document["inbox"])
        mail = wait_until(lambda: sorted(inbox.glob(f"*-{email}-*.eml"))[-1:], f"a mail to {email}")[0].read_text()
        return re.search(r"https?://\S+", mail).group(0)

    def create_user(self, password="Correct-Horse-9"):
        """A new user of the database connection, made by the public signup call. Returns email and password."""
        email = f"user-{secrets.token_hex(6)}@example.com"
        answer = self.http.post("/dbconnections/signup", json={
            "client_id": self.clients["regular_web"]["client_id"], "connection": CONNECTION, "email": email, "password": password,
        })
        assert answer.status_code == 200, answer.text
        return email, password

    # The protocol

    def browser(self, https=False):
        made = Browser(self.issuer_https, verify=self.trust) if https else Browser(self.issuer)
        self.browsers.append(made)
        return made

    def authorize_url(self, client, https=False, **parameters):
        """An authorization request with what every client sends; a parameter given as `None` is left out."""
        base = self.issuer_https if https else self.issuer
        sent = {
            "client_id": client["client_id"], "response_type": "code", "redirect_uri": CALLBACK,
            "state": secrets.token_urlsafe(12), **parameters,
        }
        return f"{base}authorize?{urlencode({k: v for k, v in sent.items() if v is not None})}"

    def code(self, client, browser=None, pkce=None, user=None, **parameters):
        """Goes through the authorization request as the user and returns the code."""
        browser = browser or self.browser()
        if pkce:
            parameters |= {"code_challenge": pkce.challenge, "code_challenge_method": "S256"}
        state = parameters.setdefault("state", secrets.token_urlsafe(12))
        answer = browser.authorize(self.authorize_url(client, **parameters), *(user or (self.email, self.password))).answer
        assert "code" in answer, answer
        assert answer["state"] == state
        return answer["code"]

    def post_token(self, client, form=False, **parameters):
        """POST /oauth/token with the client's id and, for confidential clients, its secret in the body."""
        body = {"client_id": client["client_id"], **parameters}
        if client.get("client_secret") and "client_secret" not in parameters:
            body["client_secret"] = client["client_secret"]
        body = {k: v for k, v in body.items() if v is not None}
        return self.http.post("/oauth/token", data=body) if form else self.http.post("/oauth/token", json=body)

    def exchange(self, client, code, pkce=None, form=False, **parameters):
        verifier = {"code_verifier": pkce.verifier} if pkce else {}
        return self.post_token(
            client, form, grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **verifier, **parameters)

    def tokens(self, client, browser=None, user=None, **parameters):
        """The whole code flow with PKCE; asserts that it succeeds and returns the token response."""
        pkce = Pkce()
        answer = self.exchange(client, self.code(client, browser, pkce, user, **parameters), pkce)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, client, token, form=False, **parameters):
        return self.post_token(client, form, grant_type="refresh_token", refresh_token=token, **parameters)

    def metadata(self, https=False):
        if https:
            return httpx.get(f"{self.issuer_https}.well-known/openid-configuration", verify=self.trust).json()
        return self.http.get("/.well-known/openid-configuration").json()


def claims(token):
    """The claims of a compact JWT, unverified."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def assert_refused(answer, status, error, description=None):
    """The shape of every token-endpoint error (contract 1.2, 26.10)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    assert "www-authenticate" not in answer.headers
    body = answer.json()
    assert body["error"] == error
    if description is not None:
        assert body["error_description"] == description


REFUSED_REFRESH = (403, "invalid_grant", "Unknown or invalid refresh token.")
