"""Session management in Chromium, the one module that cannot do without a script engine (conformance section 8)."""

from urllib.parse import urlsplit

from support.chromium import Chromium

from suite.chromium import log_in, log_out
from suite.client import random_value
from suite.flow import Flow
from suite.variants import module

#: The relying party's page: two frames, the provider's and one that asks it after 500 ms (OIDC Session Management 3.1).
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>waiting</title><link rel="icon" href="data:,"></head><body>
<iframe id="op" src="{op}"></iframe><iframe id="rp" src="{rp}"></iframe></body></html>"""
ASKING = """<!doctype html><html><head><meta charset="utf-8"></head><body><script>
window.addEventListener("message", function (event) {{
  if (event.origin === "{origin}") {{ parent.document.title = event.data; }}
}}, false);
setTimeout(function () {{ parent.document.getElementById("op").contentWindow.postMessage("{message}", "{origin}"); }}, 500);
</script></body></html>"""


@module(["session-management"])
def test_oidcc_session_management_rp_initiated_logout(flow: Flow, chromium: Chromium) -> None:
    """`session_state` gives `unchanged` from the provider's frame, and `changed` after the logout."""
    back = flow.registrar.listener.url("/test/post_logout_redirect")
    flow.use_client(post_logout_redirect_uris=[back])
    # The provider's page for an old script engine: `open` reads its scripts.
    flow.browser.open(frame(flow))
    answer = log_in(flow, chromium)
    session_state = answer.get("session_state", "")
    assert session_state and " " not in session_state, f"session_state is {session_state!r}"
    assert ask(flow, chromium, session_state) == "unchanged"
    log_out(flow, chromium, answer["id_token"], back, random_value())
    assert ask(flow, chromium, session_state) == "changed"


def frame(flow: Flow) -> str:
    return flow.provider.metadata["check_session_iframe"]


def ask(flow: Flow, chromium: Chromium, session_state: str) -> str:
    """What the provider's frame answers about the session, by a message whose origin is the issuer's."""
    parts = urlsplit(flow.provider.issuer)
    origin, listener, name = f"{parts.scheme}://{parts.netloc}", flow.registrar.listener, random_value()
    message = f"{flow.client.client_id} {session_state}"
    rp = listener.serve(f"/session/{name}/rp.html", ASKING.format(origin=origin, message=message), "text/html")
    page = listener.serve(f"/session/{name}/page.html", PAGE.format(op=frame(flow), rp=rp), "text/html")
    chromium.open(page)
    chromium.wait(lambda: chromium.driver.title != "waiting", "an answer of the provider's frame")
    return chromium.driver.title
