"""A person in front of headless Chromium."""

import secrets

from support.tenant import Pkce, claims

REFUSED = "Wrong email or password"


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
    foreign = dev.create_client("native", name="Foreign App", is_first_party=False, callbacks=[application.callback])
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
