"""A round in Chromium, for the rules that only a script engine shows: frames, messages and pages that go on by themselves."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from support.chromium import Chromium

from .flow import Flow
from .responses import expected_mode


def log_in(flow: Flow, chromium: Chromium) -> dict[str, str]:
    """Logs in for the flow's client. Returns the response's parameters, the ID token among them."""
    request = flow.request()
    chromium.open(f"{flow.provider.endpoint('authorization_endpoint')}?{urlencode(request)}")
    chromium.log_in(flow.user["email"], flow.user["password"])
    if chromium.elements("#consent-accept"):
        chromium.press("#consent-accept")
    chromium.wait_for_url(request["redirect_uri"])
    parts = urlsplit(chromium.url)
    place = expected_mode(request["response_type"], None)
    answer = dict(parse_qsl(parts.query if place == "query" else parts.fragment))
    assert "error" not in answer, answer
    if "id_token" not in answer:
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": request["redirect_uri"]}
        answer |= flow.client.post("token_endpoint", form).json()
    return answer


def log_out(flow: Flow, chromium: Chromium, id_token: str, back: str, state: str) -> None:
    """Logs out at the end-session endpoint, and returns when the browser has come to `back`, with `state`."""
    query = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": state})
    chromium.open(f"{flow.provider.endpoint('end_session_endpoint')}?{query}")
    if chromium.elements("#logout-confirm"):
        chromium.press("#logout-confirm")
    chromium.wait_for_url(f"{back}?state={state}")
