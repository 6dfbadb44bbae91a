"""One backchannel authentication (CIBA), from the signed request to tokens: polled for, or pinged about."""

from __future__ import annotations

import pathlib
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import httpx

from suite import checks, tokens
from suite.browser import Arrival, Browser
from suite.listener import Received
from suite.pages import Kind
from suite.provider import media_type

from . import assertions, jws, verdicts
from .client import RIGHT, FapiClient, How
from .plans import CIBA_GRANT

PENDING = ["authorization_pending", "slow_down"]
AUTH_REQ_ID_CLAIM = "urn:openid:params:jwt:claim:auth_req_id"


class Backchannel:
    """`parameters` are what the client asks for; edit them before `start`. `object_claims` change the signed object."""

    def __init__(self, client: FapiClient, **changes: Any) -> None:
        self.client, self.world = client, client.world
        asked: dict[str, Any] = {
            "scope": client.variant.scope, "login_hint": self.world.user["email"], "binding_message": "1234",
        }
        if client.variant.delivery == "ping":
            asked["client_notification_token"] = secrets.token_urlsafe(32)
        self.parameters = {k: v for k, v in {**asked, **changes}.items() if v is not None}
        self.object_claims: dict[str, Any] = {}
        self.object_alg: str | None = None
        self.spoil_object: Any = None
        self.auth_req_id, self.interval, self.lifetime = "", 5.0, 0.0
        self._mails: set[pathlib.Path] = set()
        self._pings, self._polled_at = 0, 0.0

    # The request

    def request_object(self) -> str:
        """The signed request (CIBA 7.1.1)."""
        identity = self.client.identity
        claims = assertions.backchannel_object(identity.client_id, self.world.issuer, self.parameters, **self.object_claims)
        signed = identity.key.sign(claims, alg=self.object_alg)
        return self.spoil_object(signed) if self.spoil_object else signed

    def send(self, how: How = RIGHT, **form: Any) -> httpx.Response:
        """The backchannel authentication request, whatever comes of it."""
        self._mails, self._pings = set(self.world.mails(self.world.user["email"])), len(self.pings)
        return self.client.post("backchannel_authentication_endpoint", {"request": self.request_object(), **form}, how)

    def start(self, how: How = RIGHT) -> Backchannel:
        """Asserts that the request succeeds (conformance 11, first paragraph)."""
        return self.accept(self.send(how))

    def accept(self, answer: httpx.Response) -> Backchannel:
        assert answer.status_code == 200, f"backchannel authentication: {answer.status_code} {answer.text[:1000]}"
        assert media_type(answer) == "application/json", f"content type {answer.headers.get('content-type')}"
        body = answer.json()
        assert isinstance(body.get("auth_req_id"), str), f"no auth_req_id in {body}"
        assert isinstance(body.get("expires_in"), int) and body["expires_in"] > 0, f"expires_in is {body.get('expires_in')!r}"
        interval = body.get("interval", 5)
        assert isinstance(interval, int) and interval > 0, f"interval is {interval!r}"
        checks.check_unguessable(body["auth_req_id"], "auth_req_id")
        bits = checks.entropy(body["auth_req_id"])
        assert bits > 160, f"warning: auth_req_id has only {bits:.0f} bits of entropy"
        self.auth_req_id, self.interval, self.lifetime = body["auth_req_id"], float(interval), float(body["expires_in"])
        return self

    # The user

    def decide(self, allow: bool) -> Arrival:
        """The user opens the mailed link, logs in, sees the request and presses a button."""
        link = self.world.next_mail_link(self.world.user["email"], self._mails)
        browser = Browser(self.world.provider)
        try:
            arrival = browser.open(link)
            if arrival.page.kind is Kind.LOGIN:
                user = self.world.user
                arrival = browser.press(arrival.page, "login-submit", username=user["email"], password=user["password"])
            assert arrival.left_to is None, f"the approval page sent the browser to {arrival.left_to}"
            self.shown = arrival.page
            return browser.press(arrival.page, "ciba-approve" if allow else "ciba-deny")
        finally:
            browser.close()

    def script(self, allow: bool) -> None:
        """What the suite does where nobody is at hand: it calls the server's URL for automated decisions (conformance 11)."""
        query = urlencode({"auth_req_id": self.auth_req_id, "action": "allow" if allow else "deny"})
        answer = self.world.connections.showing(None).post(f"{self.world.issuer}dev/backchannel?{query}")
        assert answer.is_success, f"the automated decision: {answer.status_code} {answer.text[:1000]}"

    # The tokens

    def poll(self, how: How = RIGHT, **form: Any) -> httpx.Response:
        """One token request, at once."""
        self._polled_at = time.monotonic()
        return self.client.token({"grant_type": CIBA_GRANT, "auth_req_id": self.auth_req_id, **form}, how)

    def poll_in_time(self, how: How = RIGHT) -> httpx.Response:
        """One token request, not before `interval` seconds after the one before; once more when the server slows us down."""
        answer = self._waited(how)
        if answer.status_code == 400 and answer.json().get("error") == "slow_down":
            self.interval += 5
            answer = self._waited(how)
        return answer

    def _waited(self, how: How) -> httpx.Response:
        time.sleep(max(0.0, self._polled_at + self.interval - time.monotonic()) if self._polled_at else 0.0)
        return self.poll(how)

    def pending(self) -> None:
        """The token endpoint says that the user has not decided yet."""
        checks.check_json_error(self.poll(), PENDING, [400])

    def check_ping(self) -> Received:
        """The one ping: POST, JSON with `auth_req_id` alone, the notification token as bearer (CIBA 10.2)."""
        ping = self.world.listener.wait_for(self.ping_path, self._pings + 1)[self._pings]
        assert ping.method == "POST", f"the ping is a {ping.method}"
        content_type = ping.headers.get("content-type", "").split(";")[0].strip()
        assert content_type == "application/json", f"the ping's content type is {content_type}"
        expected = f"Bearer {self.parameters['client_notification_token']}"
        assert ping.headers.get("authorization") == expected, f"Authorization of the ping is {ping.headers.get('authorization')}"
        assert ping.json == {"auth_req_id": self.auth_req_id}, f"the ping says {ping.json}"
        return ping

    @property
    def pings(self) -> list[Received]:
        """The pings to this client so far, also those of earlier modules."""
        return self.world.listener.received(self.ping_path)

    @property
    def ping_path(self) -> str:
        """Where pings of this client arrive; each seeded or registered client has a path of its own."""
        return self.client.identity.notification_endpoint.removeprefix(self.world.listener.base)

    def tokens(self) -> dict[str, Any]:
        """From the request to tokens, approved at once; every step asserted."""
        self.start()
        return self.approved()

    def approved(self, scripted: bool = False) -> dict[str, Any]:
        """The user agrees, or the suite in their place; a client in ping mode waits for the ping."""
        if scripted:
            self.script(allow=True)
        else:
            self.decide(allow=True)
        if self.client.variant.delivery == "ping":
            self.check_ping()
        return self.check_tokens(self.poll_in_time())

    def check_tokens(self, answer: httpx.Response) -> dict[str, Any]:
        """Tokens as usual; the ID token's hashes and `auth_req_id` right where they are (conformance 11, base module)."""
        body = verdicts.check_token_response(self.client, answer)
        assert "id_token" in body, f"no ID token in {sorted(body)}"
        token = tokens.verify(body["id_token"], self.world.provider.jwks(), self.client.identity.key.alg)
        tokens.check_required(token, verdicts.as_client(self.client))
        assert token.alg in ("PS256", "ES256"), f"the ID token is signed with {token.alg}"
        assert token.get("nonce") is None, f"nonce is {token.get('nonce')}"
        assert token.get(AUTH_REQ_ID_CLAIM) in (None, self.auth_req_id), "the ID token is of another auth_req_id"
        hashes = {"at_hash": body["access_token"], "urn:openid:params:jwt:claim:rt_hash": body.get("refresh_token")}
        for name, value in hashes.items():
            if name in token.claims:
                assert value and token[name] == jws.left_half_hash(value), f"{name} is wrong: {token[name]}"
        strange = {"c_hash", "s_hash"} & set(token.claims)
        assert not strange, f"warning: {strange} in an ID token without code and state"
        return body
