"""auth0-python: logins without a password, and with more than one."""

import base64
import hmac
import json
import re
import struct
import time

import pytest
from auth0.authentication import GetToken, Passwordless
from auth0.authentication.exceptions import Auth0Error

from support.auth0_sdk import GRANTS, message, refused
from support.tenant import CALLBACK, CONNECTION, claims

# MARK: Passwordless


@pytest.fixture
def passwordless(tenant):
    """A client of the connections `email` and `sms`, which the tenant then has."""
    connections = [{"name": name, "strategy": name} for name in ("email", "sms")]
    tenant.command("import", "-", input=json.dumps({"connections": connections}))
    return tenant.create_client(
        "regular_web", grant_types=[f"{GRANTS}/passwordless/otp", "authorization_code", "refresh_token"])


def one_time_code(text):
    return re.search(r"\b\d{6}\b", text.split("\n\n", 1)[-1]).group(0)


def test_passwordless_by_a_mailed_code(tenant, sdk, passwordless):
    email, start, token = "ada.code@example.com", sdk(Passwordless, passwordless), sdk(GetToken, passwordless)
    answer = start.email(email, send="code")
    assert answer["email"] == email and answer["email_verified"] is False and answer["_id"]
    right = one_time_code(message(tenant, email))
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    asked = {"realm": "email", "scope": "openid email offline_access", "audience": tenant.api}
    assert refused(token.passwordless_login, email, wrong, **asked) == (
        403, "invalid_grant", "Wrong email or verification code.")
    body = token.passwordless_login(email, right, **asked)
    identity = claims(body["id_token"])
    assert identity["sub"].startswith("email|") and identity["email"] == email and identity["email_verified"] is True
    assert token.refresh_token(body["refresh_token"])["access_token"]
    assert refused(token.passwordless_login, email, right, **asked)[:2] == (403, "invalid_grant"), "of one use"


def test_passwordless_by_a_text_message(tenant, sdk, passwordless):
    number, token = "+15555550123", sdk(GetToken, passwordless)
    answer = sdk(Passwordless, passwordless).sms(number)
    assert answer["phone_number"] == number and answer["phone_verified"] is False
    body = token.passwordless_login(
        number, one_time_code(message(tenant, number, "sms.txt")), realm="sms", scope="openid phone", audience=tenant.api)
    assert claims(body["id_token"])["sub"].startswith("sms|")
    assert refused(token.passwordless_login, number, "000000", realm="sms", scope="openid", audience=tenant.api) == (
        403, "invalid_grant", "Wrong phone number or verification code.")


def test_passwordless_by_a_mailed_link(tenant, sdk, passwordless):
    email = "ada.link@example.com"
    sdk(Passwordless, passwordless).email(email, auth_params={
        "scope": "openid email", "redirect_uri": CALLBACK, "response_type": "code", "state": "s"})
    message(tenant, email)
    page = tenant.browser(https=True).open(tenant.mailed_link(email))
    assert page.answer["state"] == "s"
    body = sdk(GetToken, passwordless).authorization_code(page.answer["code"], CALLBACK)
    assert claims(body["id_token"])["email"] == email


# MARK: Multi-factor


def totp(secret, step=0):
    """RFC 6238 for the time step that is `step` after this one."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, "sha1")
    value = struct.unpack(">I", digest[digest[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06}"


def test_multi_factor_login(tenant, sdk):
    """The SDK hands out the `mfa_token` with its error, and leaves the calls that follow to the application."""
    client = tenant.create_client("regular_web", grant_types=[
        f"{GRANTS}/password-realm", f"{GRANTS}/mfa-otp", f"{GRANTS}/mfa-recovery-code"])
    token, (email, password) = sdk(GetToken, client), tenant.create_user()
    root = f"https://{tenant.domain_https}"

    def mfa_token():
        with pytest.raises(Auth0Error) as caught:
            token.login(email, password, realm=CONNECTION, scope="openid read:authenticators", audience=f"{root}/mfa/")
        assert (caught.value.status_code, caught.value.error_code) == (403, "mfa_required")
        return caught.value.content["mfa_token"]

    def finish(grant, **parameters):
        return token.authenticated_post(f"{root}/oauth/token", {
            "client_id": client["client_id"], "grant_type": f"{GRANTS}/{grant}", **parameters})

    first = mfa_token()
    enrolled = token.post(
        f"{root}/mfa/associate", {"authenticator_types": ["otp"]}, headers={"Authorization": f"Bearer {first}"})
    assert enrolled["authenticator_type"] == "otp" and enrolled["barcode_uri"].startswith("otpauth://totp/")
    used = totp(enrolled["secret"])
    assert finish("mfa-otp", mfa_token=first, otp=used)["access_token"]

    second = mfa_token()
    assert token.authenticated_post(f"{root}/mfa/challenge", {
        "client_id": client["client_id"], "mfa_token": second, "challenge_type": "otp"}) == {"challenge_type": "otp"}
    assert refused(finish, "mfa-otp", mfa_token=second, otp=used) == (403, "invalid_grant", "Invalid otp_code."), "of one use"
    assert finish("mfa-otp", mfa_token=second, otp=totp(enrolled["secret"], step=1))["id_token"]

    recovered = finish("mfa-recovery-code", mfa_token=mfa_token(), recovery_code=enrolled["recovery_codes"][0])
    assert recovered["recovery_code"] not in enrolled["recovery_codes"]
    assert refused(finish, "mfa-otp", mfa_token="nonsense", otp="123456") == (401, "invalid_grant", "Malformed mfa_token")
