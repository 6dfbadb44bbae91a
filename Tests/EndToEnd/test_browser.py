"""A person in front of headless Chromium."""

import hashlib
import secrets

from support.tenant import Pkce, claims

REFUSED = "Wrong email or password"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def authorize_url(tenant, application, client, pkce=None, **parameters):
    pkce = pkce or Pkce()
    return tenant.authorize_url(client, redirect_uri=application.callback, scope="openid profile email", **{
        "code_challenge": pkce.challenge, "code_challenge_method": "S256", **parameters})


def exchange(tenant, application, client, pkce):
    path, parameters = application.received[-1]
    assert path == "/callback" and "code" in parameters, parameters
    answer = tenant.post_token(
        client, grant_type="authorization_code", code=parameters["code"], redirect_uri=application.callback, code_verifier=pkce.verifier)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_person_signs_in_after_a_wrong_password(dev, chromium, application):
    native, pkce, (email, password) = dev.clients["native"], Pkce(), dev.create_user()
    chromium.open(authorize_url(dev, application, native, pkce, state="a b"))
    assert chromium.element("html").get_attribute("lang")
    chromium.photograph("login")
    chromium.log_in(email, "wrong")
    assert REFUSED in chromium.text
    assert chromium.element("input[type=email], input[type=text]").get_attribute("value") == email
    chromium.photograph("login-refused")
    chromium.log_in(email, password)
    chromium.wait_for_url(application.callback)
    assert application.received[-1][1]["state"] == "a b"
    assert exchange(dev, application, native, pkce)["id_token"]
    assert chromium.console_errors() == []


def test_a_second_application_asks_for_no_password_until_logout(dev, chromium, application):
    native, spa, pkce = dev.clients["native"], dev.clients["spa"], Pkce()
    chromium.open(authorize_url(dev, application, native))
    chromium.log_in(dev.email, dev.password)
    chromium.wait_for_url(application.callback)
    chromium.open(authorize_url(dev, application, spa, pkce))
    chromium.wait_for_url(application.callback)
    assert exchange(dev, application, spa, pkce)["id_token"]

    chromium.open(f"{dev.issuer}v2/logout?client_id={spa['client_id']}&returnTo={application.origin}/bye")
    chromium.wait_for_url(f"{application.origin}/bye")
    chromium.open(authorize_url(dev, application, native))
    assert chromium.url.startswith(dev.issuer) and chromium.elements("input[type=password]")
    assert chromium.console_errors() == []


def test_a_foreign_application_needs_consent_and_a_refusal_reaches_it(dev, chromium, application):
    foreign = dev.create_client(
        "native", name="Foreign App", is_first_party=False, third_party_security_mode="permissive",
        callbacks=[application.callback])
    pkce = Pkce()
    chromium.open(authorize_url(dev, application, foreign, audience=dev.api))
    chromium.log_in(dev.email, dev.password)
    assert "Foreign App" in chromium.text
    chromium.photograph("consent")
    buttons = chromium.elements("form button")
    chromium.press(f"form button[value='{buttons[-1].get_attribute('value')}']")
    chromium.wait_for_url(application.callback)
    assert application.received[-1][1]["error"] == "access_denied"

    chromium.open(authorize_url(dev, application, foreign, pkce, audience=dev.api))
    buttons = chromium.elements("form button")
    chromium.press(f"form button[value='{buttons[0].get_attribute('value')}']")
    chromium.wait_for_url(application.callback)
    assert exchange(dev, application, foreign, pkce)["access_token"]

    chromium.open(authorize_url(dev, application, foreign, audience=dev.api))
    chromium.wait_for_url(application.callback)
    assert "code" in application.received[-1][1]
    assert chromium.console_errors() == []


def test_login_works_by_keyboard_alone(dev, chromium, application):
    from selenium.webdriver.common.keys import Keys

    chromium.open(authorize_url(dev, application, dev.clients["native"]))
    focused = chromium.driver.switch_to.active_element
    assert focused.tag_name == "input"
    focused.send_keys(dev.email, Keys.TAB)
    chromium.driver.switch_to.active_element.send_keys(dev.password, Keys.ENTER)
    chromium.wait_for_url(application.callback)
    assert "code" in application.received[-1][1]


def test_every_field_has_a_label(dev, chromium, application):
    chromium.open(authorize_url(dev, application, dev.clients["native"]))
    for field in chromium.elements("input:not([type=hidden])"):
        name = field.get_attribute("id")
        assert chromium.elements(f"label[for='{name}']") or field.get_attribute("aria-label"), name
        assert field.get_attribute("autocomplete")


def test_a_wrong_callback_is_explained_on_a_page(dev, chromium):
    chromium.open(dev.authorize_url(dev.clients["native"], redirect_uri="https://evil.example/callback"))
    assert "Callback URL mismatch" in chromium.text
    assert chromium.url.startswith(dev.issuer)
    chromium.photograph("error")
    assert chromium.console_errors() == []


def test_logout_without_a_hint_asks_first(dev, chromium, application):
    chromium.open(authorize_url(dev, application, dev.clients["native"]))
    chromium.log_in(dev.email, dev.password)
    chromium.wait_for_url(application.callback)
    chromium.open(f"{dev.issuer}oidc/logout?client_id={dev.clients['native']['client_id']}")
    assert chromium.elements("form button")
    chromium.photograph("logout")
    assert chromium.console_errors() == []


def test_a_mailed_link_sets_a_new_password(dev, chromium, application):
    email, _ = dev.create_user()
    sent = dev.http.post("/dbconnections/change_password", json={"email": email, "connection": "Username-Password-Authentication"})
    assert sent.status_code == 200
    chromium.open(dev.mailed_link(email))
    chromium.photograph("reset-password")
    for field in chromium.elements("input[type=password]"):
        field.send_keys("Another-Horse-10")
    chromium.press("form button[type=submit], form button:not([type])")
    chromium.photograph("reset-password-done")
    chromium.open(authorize_url(dev, application, dev.clients["native"]))
    chromium.log_in(email, "Another-Horse-10")
    chromium.wait_for_url(application.callback)
    assert chromium.console_errors() == []


def test_a_new_person_signs_up_and_arrives_signed_in(dev, chromium, application):
    native, pkce, email = dev.clients["native"], Pkce(), f"new-{secrets.token_hex(6)}@example.com"
    chromium.open(authorize_url(dev, application, native, pkce, screen_hint="signup"))
    chromium.photograph("signup")
    chromium.element("input[name=email]").send_keys(email)
    chromium.element("input[type=password]").send_keys("short")
    chromium.press("form button[type=submit]")
    assert chromium.url.startswith(dev.issuer)
    chromium.photograph("signup-refused")
    chromium.element("input[type=password]").send_keys("Correct-Horse-9")
    chromium.press("form button[type=submit]")
    chromium.wait_for_url(application.callback)
    assert claims(exchange(dev, application, native, pkce)["id_token"])["email"] == email
    assert chromium.console_errors() == []


def test_a_person_who_forgot_the_password_asks_for_a_link(dev, chromium, application):
    email, _ = dev.create_user()
    chromium.open(authorize_url(dev, application, dev.clients["native"]))
    chromium.driver.find_element("link text", "Forgot password?").click()
    chromium.wait(lambda: chromium.elements("input[name=email]"), "the page that asks for the address")
    chromium.photograph("forgot-password")
    chromium.element("input[name=email]").clear()
    chromium.element("input[name=email]").send_keys(email)
    chromium.press("form button[type=submit]")
    chromium.photograph("forgot-password-sent")
    assert dev.mailed_link(email).startswith(dev.issuer)
    assert chromium.console_errors() == []


def test_sign_in_over_https(dev, chromium, application):
    native, pkce = dev.clients["native"], Pkce()
    chromium.open(authorize_url(dev, application, native, pkce, https=True))
    chromium.log_in(dev.email, dev.password)
    chromium.wait_for_url(application.callback)
    assert "code" in application.received[-1][1]
    cookies = chromium.driver.execute_cdp_cmd("Network.getCookies", {"urls": [dev.issuer_https]})["cookies"]
    session = next(cookie for cookie in cookies if cookie["name"] == "auth0")
    assert session["secure"] and session["httpOnly"] and session["sameSite"] == "None"
    assert chromium.console_errors() == []


def test_a_person_who_cancels_the_login_returns_to_the_application(dev, chromium, application):
    branded = dev.create_client(
        "native", name="Branded App", callbacks=[application.callback],
        presentation={"policy_uri": f"{application.origin}/policy", "tos_uri": f"{application.origin}/terms", "contacts": []})
    chromium.open(authorize_url(dev, application, branded, state="a b"))
    assert chromium.element("#policy-link").get_attribute("href") == f"{application.origin}/policy"
    assert chromium.element("#terms-link").get_attribute("href") == f"{application.origin}/terms"
    chromium.photograph("login-branded")
    chromium.press("#login-cancel")
    chromium.wait_for_url(application.callback)
    answer = application.received[-1][1]
    assert (answer["error"], answer["state"]) == ("access_denied", "a b")
    assert chromium.console_errors() == []


def log_in_if_asked(dev, chromium):
    if chromium.elements("input[type=password]"):
        chromium.log_in(dev.email, dev.password)


def test_a_device_is_connected_with_its_code(dev, chromium):
    television = dev.create_client("native", name="Living Room TV", grant_types=[DEVICE_CODE])
    started = dev.http.post("/oauth/device/code", data={"client_id": television["client_id"], "scope": "openid profile"}).json()
    chromium.open(started["verification_uri"])
    log_in_if_asked(dev, chromium)
    chromium.photograph("activate")
    chromium.element("input[name=user_code]").send_keys("ZZZZ-ZZZZ")
    chromium.press("#activate-submit")
    assert "There is no such code" in chromium.text
    chromium.photograph("activate-refused")
    chromium.element("input[name=user_code]").clear()
    chromium.element("input[name=user_code]").send_keys(started["user_code"].lower())
    chromium.press("#activate-submit")
    log_in_if_asked(dev, chromium)
    assert chromium.element("#user-code").text == started["user_code"]
    assert "Living Room TV" in chromium.text
    chromium.photograph("device-confirm")
    chromium.press("#device-confirm")
    log_in_if_asked(dev, chromium)
    if chromium.elements("#consent-accept"):
        chromium.press("#consent-accept")
    assert "Your device is connected" in chromium.text
    chromium.photograph("device-connected")
    answer = dev.post_token(television, grant_type=DEVICE_CODE, device_code=started["device_code"])
    assert answer.status_code == 200 and "id_token" in answer.json(), answer.text
    assert chromium.console_errors() == []


def test_a_device_that_is_refused_is_told(dev, chromium):
    television = dev.create_client("native", name="Stranger's TV", grant_types=[DEVICE_CODE])
    started = dev.http.post("/oauth/device/code", data={"client_id": television["client_id"], "scope": "openid"}).json()
    chromium.open(started["verification_uri_complete"])
    log_in_if_asked(dev, chromium)
    if chromium.elements("#activate-submit"):
        chromium.press("#activate-submit")
        log_in_if_asked(dev, chromium)
    chromium.press("#device-deny")
    assert "Your device is not connected" in chromium.text
    chromium.photograph("device-refused")
    answer = dev.post_token(television, grant_type=DEVICE_CODE, device_code=started["device_code"])
    assert answer.json()["error"] == "access_denied", answer.text
    assert chromium.console_errors() == []


ASK_THE_SESSION_FRAME = """
    var source = arguments[0], messages = arguments[1], answered = arguments[2], answers = [], frame = document.createElement("iframe");
    window.addEventListener("message", function (event) {
        answers.push([event.data, event.origin]);
        if (answers.length === messages.length) answered(answers);
    });
    frame.onload = function () {
        messages.forEach(function (message) { frame.contentWindow.postMessage(message, new URL(source).origin); });
    };
    frame.src = source;
    document.body.appendChild(frame);
"""


def session_state(client_id, origin, browser_state, salt):
    return hashlib.sha256(f"{client_id} {origin} {browser_state} {salt}".encode()).hexdigest() + "." + salt


def test_the_session_frame_computes_what_the_server_does(dev, chromium, application):
    page = f"{dev.issuer}oidc/check-session"  # published by tenants whose default profile is not auth0
    # Of every length modulo the block of SHA-256, and beyond ASCII.
    clients = ["c" * length for length in range(1, 130, 3)] + ["h\u00e9 \u20ac\U0001f98a".replace(" ", "")]
    good = [f"{client} {session_state(client, application.origin, '', 'salt')}" for client in clients]
    changed = [
        f"a {session_state('a', application.origin, 'other', 'salt')}", f"a {session_state('a', 'https://other.example', '', 'salt')}",
        f"a {session_state('b', application.origin, '', 'salt')}",
    ]
    malformed = ["", "a", "a b", f"a {'0' * 64}", f"a {'0' * 63}.salt", f"a b {'0' * 64}.salt", "x" * 5000, None, {"a": 1}]
    chromium.open(application.origin)
    answers = chromium.driver.execute_async_script(ASK_THE_SESSION_FRAME, page, good + changed + malformed)
    assert {origin for _, origin in answers} == {dev.issuer.rstrip("/")}
    expected = ["unchanged"] * len(good) + ["changed"] * len(changed) + ["error"] * len(malformed)
    assert [answer for answer, _ in answers] == expected
    assert chromium.console_errors() == []
