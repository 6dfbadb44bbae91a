"""What makes an answer right in the FAPI plans: pushed requests, authorization responses, tokens, resources."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from suite import checks, responses, tokens
from suite.browser import Arrival
from suite.client import Client
from suite.provider import media_type

from . import jws

if TYPE_CHECKING:
    from .client import FapiClient
    from .flow import Flow

#: RFC 9126 section 2.2 and FAPI 2 section 5.3.2.2: shorter than this; conformance 9: at least five seconds.
PAR_LIFETIME = range(5, 600)
STRONG = {"PS256", "ES256", "EdDSA"}


@dataclass(frozen=True)
class Answer:
    """An authorization response, taken out of its JWT where it came in one."""

    parameters: dict[str, Any]
    arrival: Arrival

    @property
    def is_error(self) -> bool:
        return "error" in self.parameters


@dataclass(frozen=True)
class Refusal:
    """Where a request was refused, and with which error: `par`, `redirect` or `page`."""

    place: str
    error: str


def check_par_success(answer: httpx.Response) -> tuple[str, float]:
    """201, JSON, an unguessable `request_uri` and a sensible lifetime; returns both (RFC 9126 section 2.2)."""
    assert answer.status_code == 201, f"PAR: {answer.status_code} {answer.text[:1000]}"
    assert media_type(answer) == "application/json", f"PAR: {answer.headers.get('content-type')}"
    body = answer.json()
    uri, lifetime = body.get("request_uri"), body.get("expires_in")
    assert isinstance(uri, str) and urlsplit(uri).scheme, f"request_uri is {uri!r}"
    assert isinstance(lifetime, (int, float)) and not isinstance(lifetime, bool), f"expires_in is {lifetime!r}"
    assert int(lifetime) in PAR_LIFETIME, f"expires_in is {lifetime}"
    checks.check_unguessable(uri.rsplit(":", 1)[-1], "request_uri")
    return uri, lifetime


def received(flow: Flow, arrival: Arrival) -> Answer:
    """The response from where the variant says it is: query, fragment, or a JWT in the query (JARM)."""
    variant = flow.client.variant
    asked = flow.parameters.get("response_type", variant.response_type).split()
    response = responses.receive(arrival, flow.redirect_uri, "fragment" if "id_token" in asked and not variant.jarm else "query")
    if not variant.jarm:
        return Answer(dict(response.parameters), arrival)
    assert set(response.parameters) == {"response"}, f"JARM: response and nothing else, but got {sorted(response.parameters)}"
    return Answer(check_jarm(flow.client, response.parameters["response"]), arrival)


def check_jarm(client: FapiClient, compact: str) -> dict[str, Any]:
    """The JWT of a JARM response (conformance 10); returns the response parameters in it."""
    token = tokens.verify(compact, client.world.provider.jwks(), client.identity.key.alg)
    audience = token["aud"] if isinstance(token["aud"], list) else [token["aud"]]
    assert token["iss"] == client.world.issuer, f"iss of the JARM response is {token['iss']}"
    assert audience == [client.identity.client_id], f"aud of the JARM response is {token['aud']}"
    assert token.alg in STRONG, f"the JARM response is signed with {token.alg}"
    remaining = token["exp"] - time.time()
    assert remaining > 0, f"the JARM response expired {-remaining:.0f} s ago"
    assert 10 <= remaining <= 600, f"warning: the JARM response expires in {remaining:.0f} s, not in 10 s to 10 min"
    return {"iss": token["iss"], **{k: v for k, v in token.claims.items() if k not in ("iss", "aud", "exp", "iat", "nbf", "jti")}}


def check_authorized(flow: Flow, answer: Answer) -> str:
    """A successful response: the parameters of its type, the exact state, the right `iss`; returns the code."""
    client, variant = flow.client, flow.client.variant
    assert not answer.is_error, f"refused: {answer.parameters}"
    response = responses.Response(flow.redirect_uri, "", answer.parameters, answer.arrival)
    responses.check_success(response, variant.response_type, flow.parameters.get("state"), client.world.issuer)
    if variant.plan.startswith("fapi2"):
        assert answer.parameters.get("iss") == client.world.issuer, f"iss is {answer.parameters.get('iss')!r} (RFC 9207)"
    code = answer.parameters["code"]
    checks.check_unguessable(code, "code")
    if "id_token" in answer.parameters:
        check_detached_signature(flow, answer.parameters)
    return code


def check_detached_signature(flow: Flow, parameters: dict[str, Any]) -> None:
    """FAPI 1 Advanced: the front-channel ID token signs code and state (`c_hash`, `s_hash`)."""
    expected = tokens.Expectation(
        nonce=flow.parameters.get("nonce"), scope=flow.parameters["scope"], code=parameters["code"], is_front_channel=True)
    token = tokens.check_id_token(parameters["id_token"], as_client(flow.client), expected)
    if "state" in flow.parameters:
        assert token["s_hash"] == jws.left_half_hash(flow.parameters["state"]), f"s_hash is {token['s_hash']}"
    else:
        assert "s_hash" not in token.claims, "s_hash although there is no state"
    hidden = {"email", "phone_number", "address", "name", "birthdate"} & set(token.claims)
    assert not hidden, f"warning: personal data in the front-channel ID token: {sorted(hidden)}"


def as_client(client: FapiClient) -> Client:
    """The view of a client that the checks of OpenID Connect have."""
    identity = client.identity
    return Client(client.world.provider, identity.client_id, identity.redirect_uri, id_token_alg=identity.key.alg)


def check_tokens(flow: Flow, answer: httpx.Response, asked: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A token response of the code grant (conformance 9, `happy-flow`). `asked`: claims asked for in the ID token."""
    body = check_token_response(flow.client, answer)
    if not flow.client.variant.openid:
        assert "id_token" not in body, "an ID token although openid was not asked for"
        return body
    assert "id_token" in body, f"no ID token in {sorted(body)}"
    expected = tokens.Expectation(
        nonce=flow.parameters.get("nonce"), scope=flow.parameters["scope"], access_token=body["access_token"], asked=asked)
    token = tokens.check_id_token(body["id_token"], as_client(flow.client), expected)
    assert token.alg in STRONG, f"the ID token is signed with {token.alg}"
    return body


def check_token_response(client: FapiClient, answer: httpx.Response) -> dict[str, Any]:
    """What every successful token response has (conformance 1.5), whatever the grant."""
    assert answer.status_code == 200, f"token endpoint: {answer.status_code} {answer.text[:1000]}"
    assert media_type(answer) == "application/json", f"token endpoint: {answer.headers.get('content-type')}"
    checks.check_no_store(answer)
    body = answer.json()
    scheme = "dpop" if client.variant.dpop else "bearer"
    assert str(body.get("token_type")).lower() == scheme, f"token_type is {body.get('token_type')!r}"
    assert isinstance(body.get("access_token"), str), f"no access token in {sorted(body)}"
    checks.check_token_characters(body["access_token"])
    checks.check_unguessable(body["access_token"], "access_token")
    assert isinstance(body.get("expires_in"), int), f"warning: expires_in is {body.get('expires_in')!r}"
    if "refresh_token" in body:
        assert checks.VISIBLE.fullmatch(body["refresh_token"]), f"characters of the refresh token: {body['refresh_token']}"
        checks.check_unguessable(body["refresh_token"], "refresh_token")
    return body


def check_refused_in_browser(flow: Flow, arrival: Arrival, errors: list[str]) -> Refusal:
    """An error page, or a redirected error with the request's state and one of `errors`. What a page says is for a reviewer's
    eye: of the error codes any that fits a bad request will do (conformance 1.6)."""
    if arrival.left_to is None:
        checks.check_error_page(arrival.page, [*errors, "invalid_request", "unauthorized_client", "invalid_client"])
        return Refusal("page", arrival.page.document.texts["error-page"].strip())
    answer = received(flow, arrival)
    check_redirected_error(flow, answer, errors)
    return Refusal("redirect", answer.parameters["error"])


def check_redirected_error(flow: Flow, answer: Answer, errors: list[str]) -> None:
    """One of `errors`, the exact state, the right `iss`, and nothing else (conformance 1.6, 9)."""
    issuer = flow.client.world.issuer
    response = responses.Response(flow.redirect_uri, "", answer.parameters, answer.arrival)
    responses.check_error(response, errors, flow.parameters.get("state"), issuer)
    if flow.client.variant.plan.startswith("fapi2"):
        assert answer.parameters.get("iss") == issuer, f"iss is {answer.parameters.get('iss')!r} (RFC 9207)"


def check_resource(client: FapiClient, answer: httpx.Response, interaction: str | None = None) -> None:
    """A protected resource answers: 200 or 201, a current `Date`, the interaction id echoed if there is one."""
    challenge = answer.headers.get("www-authenticate")
    assert answer.status_code in (200, 201), f"resource: {answer.status_code} {challenge} {answer.text[:500]}"
    assert "date" in answer.headers, "the resource sends no Date header"
    age = abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time())
    assert age < 300, f"the resource's Date is {age:.0f} s off"
    echoed = answer.headers.get("x-fapi-interaction-id")
    assert interaction is None or echoed in (None, interaction), f"x-fapi-interaction-id is {echoed}, sent was {interaction}"
    if client.variant.openid:
        assert media_type(answer) == "application/json", f"resource: {answer.headers.get('content-type')}"


def check_refused_at_resource(answer: httpx.Response, why: str, statuses: tuple[int, ...] = (400, 401)) -> None:
    assert answer.status_code in statuses, f"{why}: the resource answered {answer.status_code} {answer.text[:300]}"
