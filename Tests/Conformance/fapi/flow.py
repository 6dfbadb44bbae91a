"""One authorization, from its parameters to tokens at the resource; the same for pushed, signed and plain requests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from suite import checks
from suite.browser import Arrival, Browser
from suite.pages import Kind

from . import assertions, jws, verdicts
from .client import RIGHT, FapiClient, How
from .verdicts import Answer, Refusal


def random_value(length: int) -> str:
    return secrets.token_urlsafe(length)[:length]


@dataclass
class Flow:
    """`parameters` are what the client asks for: edit them before `start`. `query` is added to the browser's request."""

    client: FapiClient
    browser: Browser
    parameters: dict[str, Any]
    verifier: str | None
    #: Changes of the request object's claims, and how it is signed.
    object_claims: dict[str, Any] = field(default_factory=dict)
    object_alg: str | None = None
    #: What to do with the finished request object: spoil its signature, replace it.
    spoil_object: Any = None
    #: A DPoP proof goes with the pushed request.
    proves_key_at_par: bool = False
    query: dict[str, Any] = field(default_factory=dict)
    request_uri: str | None = None
    lifetime: float = 0

    @classmethod
    def of(cls, client: FapiClient, browser: Browser, **changes: Any) -> Flow:
        """What every module starts from; a change given as `None` leaves a parameter out."""
        variant, verifier = client.variant, secrets.token_urlsafe(48)
        parameters: dict[str, Any] = {
            "response_type": variant.response_type, "redirect_uri": client.identity.redirect_uri, "scope": variant.scope,
            "state": random_value(10),
        }
        if variant.openid:
            parameters["nonce"] = random_value(10)
        if variant.jarm:
            parameters["response_mode"] = "jwt"
        if variant.pushed:
            challenge = jws.b64(jws.sha256(verifier.encode()))
            parameters |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        parameters |= changes
        return cls(client, browser, {k: v for k, v in parameters.items() if v is not None}, verifier if variant.pushed else None)

    @property
    def redirect_uri(self) -> str:
        return self.parameters.get("redirect_uri", self.client.identity.redirect_uri)

    # Asking

    def request_object(self) -> str:
        """The parameters as a signed object (RFC 9101), spoilt when the module says so."""
        identity = self.client.identity
        claims = assertions.request_object(identity.client_id, self.client.world.issuer, self.parameters, **self.object_claims)
        signed = identity.key.sign(claims, alg=self.object_alg, typ="oauth-authz-req+jwt")
        return self.spoil_object(signed) if self.spoil_object else signed

    def push(self, how: How = RIGHT, **more: Any) -> httpx.Response:
        """The pushed authorization request; `more` are further form parameters."""
        form = {"request": self.request_object()} if self.client.variant.signed else dict(self.parameters)
        return self.client.par({**form, **more}, how, proves_key=self.proves_key_at_par)

    def pushed(self, how: How = RIGHT) -> Flow:
        """Pushes, and asserts what a good answer is (conformance 9, first paragraph)."""
        return self.accept_push(self.push(how))

    def accept_push(self, answer: httpx.Response) -> Flow:
        self.request_uri, self.lifetime = verdicts.check_par_success(answer)
        return self

    def url(self) -> str:
        """Where the browser is sent. Copies of the pushed parameters are there to be ignored (conformance 9)."""
        copies = ("response_type", "scope", "redirect_uri")
        sent: dict[str, Any] = {k: v for k, v in self.parameters.items() if k in copies}
        sent["client_id"] = self.client.identity.client_id
        if self.request_uri:
            sent["request_uri"] = self.request_uri
        elif self.client.variant.signed:
            sent["request"] = self.request_object()
        else:
            sent |= self.parameters
        sent |= self.query
        address = self.client.world.metadata["authorization_endpoint"]
        return f"{address}?{urlencode({k: v for k, v in sent.items() if v is not None})}"

    # Answering

    def visit(self, url: str | None = None) -> Arrival:
        """The browser goes to the authorization endpoint; the user logs in and agrees when asked."""
        arrival = self.browser.open(url or self.url())
        if arrival.left_to is None and arrival.page.kind is Kind.LOGIN:
            user = self.client.world.user
            arrival = self.browser.press(arrival.page, "login-submit", username=user["email"], password=user["password"])
        if arrival.left_to is None and arrival.page.kind is Kind.CONSENT:
            arrival = self.browser.press(arrival.page, "consent-accept")
        return arrival

    def reject(self) -> Arrival:
        """The user presses cancel on the first page that offers it (conformance 9, `user-rejects-authentication`)."""
        arrival = self.browser.open(self.url())
        assert arrival.left_to is None, f"no page was shown, but the browser sent to {arrival.left_to}"
        for button in ("login-cancel", "consent-deny"):
            if button in arrival.page.buttons:
                return self.browser.press(arrival.page, button)
        raise AssertionError(f"no button id=login-cancel or id=consent-deny on the {arrival.page}")

    def start(self) -> Flow:
        """Pushes the request where the variant pushes."""
        return self.pushed() if self.client.variant.pushed else self

    def answer(self) -> Answer:
        """The response at the redirect URI, whatever it is."""
        return verdicts.received(self, self.visit())

    def code(self) -> str:
        """Asserts that the authorization succeeds; returns the code."""
        return verdicts.check_authorized(self, self.start().answer())

    def redeem(self, code: str, how: How = RIGHT, **more: Any) -> httpx.Response:
        return self.client.exchange(code, self.redirect_uri, self.verifier, how, **more)

    def tokens(self, how: How = RIGHT) -> dict[str, Any]:
        """The whole flow; asserts that each step is right and returns the token response."""
        return verdicts.check_tokens(self, self.redeem(self.code(), how))

    def finish(self) -> dict[str, Any]:
        """The whole flow and a call of the resource with the token."""
        tokens = self.tokens()
        verdicts.check_resource(self.client, self.client.resource(tokens["access_token"]))
        return tokens

    # Being refused

    def refusal(self, errors: list[str], how: How = RIGHT) -> Refusal:
        """Asserts that the request is refused, by the PAR endpoint, a redirected error or an error page (conformance 9):
        whichever comes first must have one of `errors`."""
        if self.client.variant.pushed:
            answer = self.push(how)
            if answer.status_code >= 400:
                return Refusal("par", checks.check_json_error(answer, errors)["error"])
            self.accept_push(answer)
        return verdicts.check_refused_in_browser(self, self.visit(), errors)
