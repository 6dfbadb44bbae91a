"""What auth0-spa-js does, from a page of another origin in a real browser: CORS and the hidden iframe."""

from support.tenant import Pkce

TOKEN_CALL = """
const [url, body, done] = arguments;
fetch(url, {method: 'POST', body: new URLSearchParams(body), headers: {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Auth0-Client': btoa(JSON.stringify({name: 'auth0-spa-js', version: '2.3.0'})),
}}).then(async answer => done({status: answer.status, body: await answer.json()})).catch(error => done({failure: String(error)}));
"""

IFRAME = """
const [url, done] = arguments;
const frame = document.createElement('iframe');
frame.style.display = 'none';
const timer = setTimeout(() => done({failure: 'no message'}), 10000);
window.addEventListener('message', function answer(event) {
    if (!event.data || event.data.type !== 'authorization_response') return;
    clearTimeout(timer);
    window.removeEventListener('message', answer);
    frame.remove();
    done({origin: event.origin, data: event.data});
});
frame.src = url;
document.body.appendChild(frame);
"""

USERINFO_CALL = """
const [url, token, done] = arguments;
fetch(url, {headers: {Authorization: 'Bearer ' + token}})
    .then(async answer => done({status: answer.status, body: await answer.json()})).catch(error => done({failure: String(error)}));
"""


def sign_in(dev, chromium, application):
    """Signs in by redirect and returns the first token response, fetched by the page itself."""
    spa, pkce = dev.clients["spa"], Pkce()
    chromium.open(dev.authorize_url(
        spa, redirect_uri=application.callback, scope="openid profile email offline_access", audience=dev.api, nonce="n",
        response_mode="query", code_challenge=pkce.challenge, code_challenge_method="S256"))
    chromium.log_in(dev.email, dev.password)
    chromium.wait_for_url(application.callback)
    return token_call(dev, chromium, {
        "grant_type": "authorization_code", "client_id": spa["client_id"], "code": application.received[-1][1]["code"],
        "code_verifier": pkce.verifier, "redirect_uri": application.callback,
    })


def token_call(dev, chromium, body):
    return chromium.driver.execute_async_script(TOKEN_CALL, f"{dev.issuer}oauth/token", body)


def silent(dev, chromium, application, pkce, https=False, **parameters):
    url = dev.authorize_url(
        dev.clients["spa"], https=https, redirect_uri=application.origin, scope="openid profile email", response_mode="web_message",
        prompt="none", nonce="n", code_challenge=pkce.challenge, code_challenge_method="S256", **parameters)
    return chromium.driver.execute_async_script(IFRAME, url)


def test_a_page_exchanges_a_code_refreshes_and_reads_userinfo_across_origins(dev, chromium, application):
    first = sign_in(dev, chromium, application)
    assert first["status"] == 200, first
    second = token_call(dev, chromium, {
        "grant_type": "refresh_token", "client_id": dev.clients["spa"]["client_id"],
        "refresh_token": first["body"]["refresh_token"], "redirect_uri": application.origin,
    })
    assert second["status"] == 200 and second["body"]["refresh_token"] != first["body"]["refresh_token"]
    answer = chromium.driver.execute_async_script(USERINFO_CALL, f"{dev.issuer}userinfo", second["body"]["access_token"])
    assert answer["body"]["email"] == dev.email
    assert chromium.console_errors() == []


def test_a_page_can_read_the_error_of_a_refused_refresh(dev, chromium, application):
    chromium.open(application.origin)
    answer = token_call(dev, chromium, {
        "grant_type": "refresh_token", "client_id": dev.clients["spa"]["client_id"], "refresh_token": "nonsense"})
    assert (answer["status"], answer["body"]["error_description"]) == (403, "Unknown or invalid refresh token.")


def test_an_origin_that_no_client_allows_cannot_read_tokens(dev, chromium, application):
    spa = dev.create_client("spa", callbacks=["https://elsewhere.example/callback"])
    chromium.open(application.origin)
    answer = token_call(dev, chromium, {"grant_type": "refresh_token", "client_id": spa["client_id"], "refresh_token": "nonsense"})
    assert "failure" in answer


def test_silent_authentication_in_a_hidden_iframe(dev, chromium, application):
    sign_in(dev, chromium, application)
    chromium.open(application.origin)
    pkce = Pkce()
    message = silent(dev, chromium, application, pkce, state="st=ate+/")
    assert message.get("origin") == dev.issuer.rstrip("/"), message
    response = message["data"]["response"]
    assert response["state"] == "st=ate+/"
    answer = token_call(dev, chromium, {
        "grant_type": "authorization_code", "client_id": dev.clients["spa"]["client_id"], "code": response["code"],
        "code_verifier": pkce.verifier, "redirect_uri": application.origin,
    })
    assert answer["status"] == 200 and answer["body"]["id_token"]
    assert chromium.console_errors() == []


def test_silent_authentication_without_a_session_says_login_required(dev, chromium, application):
    chromium.open(application.origin)
    message = silent(dev, chromium, application, Pkce(), state="s")
    assert message["data"]["response"] == {"error": "login_required", "error_description": "Login required", "state": "s"}


def test_silent_authentication_over_https_from_another_site(dev, chromium, foreign_application):
    """The session cookie over https is `SameSite=None`, so the iframe carries it although the page is of another site."""
    application = foreign_application
    chromium.open(dev.authorize_url(
        dev.clients["regular_web"], https=True, redirect_uri=application.callback, scope="openid"))
    chromium.log_in(dev.email, dev.password)
    chromium.wait_for_url(application.callback)
    chromium.open(application.origin)
    message = silent(dev, chromium, application, Pkce(), https=True)
    assert message.get("origin") == dev.issuer_https.rstrip("/"), message
    assert "code" in message["data"]["response"], message
