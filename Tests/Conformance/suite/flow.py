"""One module's conversation: authorization requests by a browser, codes for tokens, userinfo; every answer checked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import httpx

from . import checks, claims, tokens
from .browser import Arrival, Browser
from .client import Client, random_value
from .pages import Kind
from .provider import media_type
from .registration import Registrar
from .responses import Response, check_error, check_success, expected_mode, receive
from .tokens import Expectation, Token
from .variants import Variant


@dataclass
class Outcome:
    """What a successful round gave the client."""

    request: dict[str, str]
    response: Response
    front_id_token: Token | None = None
    front_access_token: str | None = None
    #: From the token endpoint.
    id_token: Token | None = None
    access_token: str | None = None
    refresh_token: str | None = None

    @property
    def any_id_token(self) -> Token:
        token = self.id_token or self.front_id_token
        assert token, "no ID token was issued"
        return token

    @property
    def any_access_token(self) -> str | None:
        return self.access_token or self.front_access_token

    @property
    def pages(self) -> list[Kind]:
        """The pages that the person saw."""
        return self.response.arrival.kinds


class Flow:
    """A module in one variant: its client, its browser with an empty cookie jar, its provider."""

    def __init__(self, registrar: Registrar, variant: Variant):
        self.registrar, self.variant, self.provider = registrar, variant, registrar.provider
        self.browser = Browser(self.provider)
        self.user = registrar.server.user
        self._client: Client | None = None

    def close(self) -> None:
        self.browser.close()
        self.registrar.close()

    # Clients

    @property
    def client(self) -> Client:
        """The module's client, registered as the variant says when first asked for."""
        if self._client is None:
            self._client = self.make_client()
        return self._client

    def use_client(self, **members: Any) -> Client:
        """Makes the module's client with further registration members."""
        self._client = self.make_client(**members)
        return self._client

    def make_client(self, name: str = "first", auth_method: str | None = None, **members: Any) -> Client:
        """Another client of the variant's kind; `None` leaves a registration member out."""
        make = self.registrar.dynamic if self.variant.registration == "dynamic" else self.registrar.static
        return make(self.variant.response_type, auth_method or self.variant.auth_method, name, **members)

    # Authorization requests

    def request(self, client: Client | None = None, **changes: str | None) -> dict[str, str]:
        """The parameters of an authorization request: what every module sends, and `changes`; `None` leaves one out."""
        client = client or self.client
        parameters = {
            "client_id": client.client_id, "redirect_uri": client.redirect_uri, "response_type": client.response_type,
            "scope": "openid", "state": random_value(), "nonce": random_value(),
            "response_mode": self.variant.response_mode, **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def open(self, request: dict[str, str]) -> Arrival:
        """Opens the request in the browser and touches nothing."""
        return self.browser.open(f"{self.provider.endpoint('authorization_endpoint')}?{urlencode(request)}")

    def pass_pages(self, arrival: Arrival, user: dict[str, Any] | None = None) -> Arrival:
        """Logs in when asked and agrees when asked, until the browser leaves the server."""
        user, pages = user or self.user, list(arrival.pages)
        while arrival.left_to is None:
            kind = arrival.page.kind
            assert pages.count(arrival.page) <= 1 and len(pages) < 5, f"the pages do not end: {[page.kind for page in pages]}"
            if kind is Kind.LOGIN:
                arrival = self.browser.press(arrival.page, "login-submit", username=user["email"], password=user["password"])
            elif kind is Kind.CONSENT:
                arrival = self.browser.press(arrival.page, "consent-accept")
            else:
                raise AssertionError(f"expected to go on to the client, got the {arrival.page}")
            pages += arrival.pages
        return replace(arrival, pages=pages)

    def receive(self, arrival: Arrival, request: dict[str, str]) -> Response:
        """The response, from where the request's response mode puts it."""
        mode = expected_mode(request.get("response_type"), request.get("response_mode"))
        return receive(arrival, request["redirect_uri"], mode)

    def expect_error(self, arrival: Arrival, request: dict[str, str], errors: list[str]) -> Response:
        """A redirected error, in the right place and shape (conformance 1.6)."""
        response = self.receive(arrival, request)
        check_error(response, errors, request.get("state"), self.provider.issuer)
        return response

    def expect_error_or_page(self, arrival: Arrival, request: dict[str, str], errors: list[str]) -> None:
        """A redirected error or an error page: both are allowed."""
        if arrival.left_to is None:
            checks.check_error_page(arrival.page, errors)
        else:
            self.expect_error(arrival, request, errors)

    def check_not_logged_in(self, client: Client | None = None) -> None:
        """`prompt=none` must fail: the session is gone (conformance 5)."""
        request = self.request(client, prompt="none", state=random_value(128))
        self.expect_error(self.open(request), request, ["login_required"])

    # Whole rounds

    def complete(self, client: Client | None = None, user: dict[str, Any] | None = None, **changes: str | None) -> Outcome:
        """A whole round: request, pages, response, tokens. Everything in it is checked."""
        client = client or self.client
        request = self.request(client, **changes)
        return self.finish(client, request, self.pass_pages(self.open(request), user))

    def silently(self, client: Client | None = None, **changes: str | None) -> Outcome:
        """A whole round in which no page may be shown."""
        client = client or self.client
        request = self.request(client, **changes)
        arrival = self.open(request)
        assert arrival.left_to and not arrival.kinds, f"expected no page, got {[str(page) for page in arrival.pages]}"
        return self.finish(client, request, arrival)

    def finish(self, client: Client, request: dict[str, str], arrival: Arrival, **token_form: str) -> Outcome:
        """Takes the response apart and trades the code, when there is one. `request` holds the values that count."""
        response = self.receive(arrival, request)
        check_success(response, request["response_type"], request.get("state"), self.provider.issuer)
        outcome = self.check_front(client, request, response)
        if "code" in response.parameters:
            self.exchange(client, outcome, **token_form)
        return outcome

    def check_front(self, client: Client, request: dict[str, str], response: Response) -> Outcome:
        """What came by the front channel: a hard-to-guess code, an ID token with its hashes, an access token."""
        got = response.parameters
        outcome = Outcome(request, response, front_access_token=got.get("access_token"))
        for name in {"code", "access_token"} & set(got):
            checks.check_unguessable(got[name], name)
        if "id_token" in got:
            expected = replace(
                self.expectation(request), is_front_channel=True, code=got.get("code"),
                access_token=got.get("access_token"), has_scope_claims=request["response_type"] == "id_token")
            outcome.front_id_token = tokens.check_id_token(got["id_token"], client, expected)
        return outcome

    def exchange(self, client: Client, outcome: Outcome, **form: str) -> None:
        """Trades the code; checks the answer (conformance 1.5) and that both ID tokens agree (section 2, `oidcc-server`)."""
        answer = client.post("token_endpoint", self.code_form(outcome, **form))
        body = check_token_response(answer)
        outcome.access_token, outcome.refresh_token = body["access_token"], body.get("refresh_token")
        code, access_token = outcome.response.parameters["code"], body["access_token"]
        expected = replace(self.expectation(outcome.request), code=code, access_token=access_token)
        assert "id_token" in body, f"no ID token from the token endpoint: {sorted(body)}"
        outcome.id_token = tokens.check_id_token(body["id_token"], client, expected)
        if outcome.front_id_token:
            for name in ("iss", "sub"):
                assert outcome.id_token[name] == outcome.front_id_token[name], f"the two ID tokens disagree on {name}"

    def code_form(self, outcome: Outcome, **form: str) -> dict[str, str]:
        """The parameters that trade the round's code."""
        return {
            "grant_type": "authorization_code", "code": outcome.response.parameters["code"],
            "redirect_uri": outcome.request["redirect_uri"], **form,
        }

    def expectation(self, request: dict[str, str]) -> Expectation:
        asked = json.loads(request["claims"]).get("id_token", {}) if "claims" in request else {}
        return Expectation(request.get("nonce"), request["scope"], frozenset(asked))

    # Userinfo

    def userinfo(self, outcome: Outcome) -> dict[str, Any]:
        """Userinfo for the round's access token, by `GET` with a bearer header (section 2, `oidcc-userinfo-get`)."""
        answer = self.ask_userinfo(outcome.any_access_token)
        assert answer.status_code == 200, f"userinfo: {answer.status_code} {answer.text[:500]}"
        assert media_type(answer) == "application/json", f"userinfo: {answer.headers.get('content-type')}"
        return check_userinfo(answer.json(), outcome)

    def ask_userinfo(self, access_token: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {access_token}"}
        return self.provider.http.get(self.provider.endpoint("userinfo_endpoint"), headers=bearer)

    def user_claims(self, outcome: Outcome) -> dict[str, Any]:
        """Where the claims of scopes belong: userinfo, or the ID token when that is all there is."""
        return self.userinfo(outcome) if outcome.any_access_token else outcome.any_id_token.claims


def check_token_response(answer: httpx.Response) -> dict[str, Any]:
    """200, JSON, not stored, a bearer token that lives for a stated time (conformance 1.5)."""
    assert answer.status_code == 200, f"token endpoint: {answer.status_code} {answer.text[:1000]}"
    assert media_type(answer) == "application/json", f"token endpoint: {answer.headers.get('content-type')}"
    checks.check_no_store(answer)
    body = answer.json()
    assert body.get("token_type", "").lower() == "bearer", f"token_type is {body.get('token_type')}"
    lifetime = body.get("expires_in")
    assert isinstance(lifetime, int) and lifetime > 0, f"warning: expires_in is {lifetime!r}"
    checks.check_token_characters(body["access_token"])
    checks.check_unguessable(body["access_token"], "access_token")
    if "refresh_token" in body:
        assert checks.VISIBLE.fullmatch(body["refresh_token"]), f"refresh_token is {body['refresh_token']!r}"
        checks.check_unguessable(body["refresh_token"], "refresh_token")
    return body


def check_userinfo(body: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """`sub` of the ID token, and claim types as in 1.4."""
    token = outcome.id_token or outcome.front_id_token
    assert isinstance(body.get("sub"), str) and body["sub"], f"no sub in userinfo: {body}"
    assert token is None or body["sub"] == token["sub"], "sub of userinfo is not the ID token's"
    claims.check_types(body)
    return body


def check_present(body: dict[str, Any], wanted: Iterable[str]) -> None:
    """A claim of a requested scope that is missing is a warning (conformance 1.9)."""
    missing = sorted(set(wanted) - set(body))
    assert not missing, f"warning: missing claims {missing} in {body}"
