"""Authorization responses: where their parameters travel and which there are (conformance 1.6)."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from .browser import Arrival
from .checks import check_error_members, check_unique

#: Nothing else may be in a redirected error [W].
ERROR_MEMBERS = {"error", "error_description", "error_uri", "state", "session_state", "iss"}
SUCCESS_MEMBERS = {"code", "access_token", "token_type", "expires_in", "scope", "id_token", "state", "session_state", "iss"}


def expected_mode(response_type: str | None, response_mode: str | None) -> str:
    """`query`, `fragment` or `form_post`: what was asked for, or what the response type implies."""
    if response_mode:
        return response_mode
    return "fragment" if response_type and response_type.split() != ["code"] else "query"


@dataclass
class Response:
    """An authorization response as it arrived at the redirect URI."""

    redirect_uri: str
    mode: str
    parameters: dict[str, str]
    arrival: Arrival

    @property
    def is_error(self) -> bool:
        return "error" in self.parameters


def receive(arrival: Arrival, redirect_uri: str, mode: str) -> Response:
    """Takes the response from where `mode` says it is. Anything in another place, or at another URI, fails (conformance 1.6)."""
    assert arrival.left_to, f"no answer to the client, but the {arrival.page}"
    got, wanted = urlsplit(arrival.left_to), urlsplit(redirect_uri)
    assert got._replace(query="", fragment="") == wanted._replace(query="", fragment=""), f"sent to {arrival.left_to}"
    own, query = parse_qsl(wanted.query, keep_blank_values=True), parse_qsl(got.query, keep_blank_values=True)
    assert query[:len(own)] == own, f"the query of the registered redirect URI is not preserved: {arrival.left_to}"
    query, fragment = query[len(own):], parse_qsl(got.fragment, keep_blank_values=True)
    places = {"query": query, "fragment": fragment, "form_post": list((arrival.posted or {}).items())}
    stray = {place: values for place, values in places.items() if values and place != mode}
    assert not stray, f"expected the response in the {mode} only, but there is {stray}"
    assert (arrival.posted is not None) == (mode == "form_post"), f"response mode is not {mode}: {arrival.left_to}"
    return Response(redirect_uri, mode, check_unique(places[mode]), arrival)


def check_success(response: Response, response_type: str, state: str | None, issuer: str) -> None:
    """The parameters of a successful response are those of its type, with the exact `state`."""
    parameters = response.parameters
    assert not response.is_error, f"refused: {parameters}"
    expected = {"code": "code", "token": "access_token", "id_token": "id_token"}
    for part, member in expected.items():
        is_asked = part in response_type.split()
        assert (member in parameters) == is_asked, f"response_type={response_type}, but got {sorted(parameters)}"
    if "access_token" in parameters:
        assert parameters.get("token_type", "").lower() == "bearer", f"token_type is {parameters.get('token_type')}"
        assert parameters.get("expires_in", "").isdigit(), "warning: expires_in is missing beside a front-channel access token"
    _check_shared(response, SUCCESS_MEMBERS, state, issuer)


def check_error(response: Response, errors: list[str], state: str | None, issuer: str) -> None:
    """A redirected error is one of `errors` and carries nothing that it must not (conformance 1.6)."""
    assert response.is_error, f"expected one of {errors}, got {response.parameters}"
    assert "code" not in response.parameters, "a code beside an error"
    check_error_members(response.parameters)
    assert response.parameters["error"] in errors, f"expected one of {errors}, got {response.parameters}"
    _check_shared(response, ERROR_MEMBERS, state, issuer)


def _check_shared(response: Response, known: set[str], state: str | None, issuer: str) -> None:
    parameters = response.parameters
    unknown = set(parameters) - known
    assert not unknown, f"warning: unexpected parameters in the authorization response: {sorted(unknown)}"
    assert parameters.get("state") == state, f"state is {parameters.get('state')!r}, sent was {state!r}"
    assert parameters.get("iss", issuer) == issuer, f"iss is {parameters['iss']}, the issuer is {issuer}"
