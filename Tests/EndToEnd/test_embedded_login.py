"""What auth0.js does with a password that is typed on the application's own page, or on a page of the tenant's host."""

import json
from urllib.parse import parse_qs, urlsplit

from support.server import run_command
from support.tenant import CONNECTION
from test_spa import IFRAME

AUTHENTICATE = """
const [url, body, done] = arguments;
fetch(url, {method: 'POST', credentials: 'include', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}})
    .then(async answer => done({status: answer.status, body: await answer.json()})).catch(error => done({failure: String(error)}));
"""

SEND_FORM = """
const [action, fields] = arguments;
const form = document.createElement('form');
[form.method, form.action] = ['post', action];
for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input');
    [input.type, input.name, input.value] = ['hidden', name, value];
    form.append(input);
}
document.body.append(form);
form.submit();
"""


def embedding(dev, application):
    """A client whose own page asks for passwords."""
    return dev.create_client("spa", callbacks=[application.callback], cross_origin_authentication=True)


def authenticate(chromium, base, client, **changes):
    body = {"client_id": client["client_id"], "realm": CONNECTION,
            "credential_type": "http://auth0.com/oauth/grant-type/password-realm", **changes}
    return chromium.driver.execute_async_script(AUTHENTICATE, f"{base}co/authenticate", body)


def test_a_page_of_another_site_signs_its_user_in(dev, chromium, foreign_application):
    """Over https the verifier's cookie is `SameSite=None`: the page's call sets it, and the hidden iframe sends it back."""
    application = foreign_application
    client = embedding(dev, application)
    chromium.open(application.origin)
    made = authenticate(chromium, dev.issuer_https, client, username=dev.email, password=dev.password)
    assert made["status"] == 200 and set(made["body"]) == {"login_ticket", "co_verifier", "co_id"}, made
    asked = {
        "redirect_uri": application.callback, "response_type": "token id_token", "response_mode": "web_message", "prompt": "none",
        "scope": "openid email", "nonce": "n", "login_ticket": made["body"]["login_ticket"], "realm": CONNECTION,
    }
    url = dev.authorize_url(client, https=True, **asked)
    message = chromium.driver.execute_async_script(IFRAME, url)
    assert message.get("origin") == dev.issuer_https.rstrip("/"), message
    assert "access_token" in message["data"]["response"], message
    again = chromium.driver.execute_async_script(IFRAME, url)
    assert again["data"]["response"]["error"] == "invalid_request", again


def test_a_ticket_is_worth_nothing_in_another_browser(dev, chromium, application):
    client = embedding(dev, application)
    chromium.open(application.origin)
    ticket = authenticate(chromium, dev.issuer, client, username=dev.email, password=dev.password)["body"]["login_ticket"]
    url = dev.authorize_url(
        client, redirect_uri=application.callback, response_type="id_token", scope="openid", nonce="n", login_ticket=ticket)
    chromium.forget()
    chromium.open(url)
    chromium.wait_for_url(application.callback)
    assert parse_qs(urlsplit(chromium.url).fragment)["error"] == ["invalid_request"]


def test_a_page_can_read_why_it_was_refused_and_a_page_of_nobody_cannot(dev, chromium, application):
    chromium.open(application.origin)
    refused = authenticate(chromium, dev.issuer, embedding(dev, application), username=dev.email, password="wrong")
    assert (refused["status"], refused["body"]) == (
        403, {"error": "access_denied", "error_description": "Wrong email or password."})
    elsewhere = dev.create_client("spa", callbacks=["https://elsewhere.example/callback"], cross_origin_authentication=True)
    assert "failure" in authenticate(chromium, dev.issuer, elsewhere, username=dev.email, password=dev.password)


def test_the_form_of_a_hosted_page_sends_itself(dev, chromium, application):
    client = embedding(dev, application)
    chromium.open(dev.authorize_url(
        client, redirect_uri=application.callback, response_type="id_token", response_mode="form_post", scope="openid", nonce="n",
        state="st"))
    chromium.driver.execute_script(SEND_FORM, f"{dev.issuer}usernamepassword/login", {
        "client_id": client["client_id"], "username": dev.email, "password": dev.password, "connection": CONNECTION,
        "state": parse_qs(urlsplit(chromium.url).query)["state"][0], "tenant": "default",
    })
    chromium.wait_for_url(application.callback)
    assert application.received[-1][1]["state"] == "st" and "id_token" in application.received[-1][1]
    assert chromium.console_errors() == []


def test_a_third_party_may_not_ask_for_passwords(dev):
    record = {"name": "stranger", "is_first_party": False, "cross_origin_authentication": True}
    refused = run_command("clients", "create", *dev.place, "--json", json.dumps(record), check=False)
    assert refused.returncode != 0 and "cross_origin_authentication" in refused.stderr
