"""Second factors that a tenant demands, and passkeys, by plain HTTP: what auth0-python does not speak."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import struct
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from support.auth0_sdk import message
from support.server import wait_until
from support.tenant import claims

GRANTS = [
    "password", "refresh_token", "http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-oob",
    "urn:okta:params:oauth:grant-type:webauthn",
]


def totp(secret, shift=0):
    """RFC 6238 by hand: SHA-1, 30 seconds, six digits."""
    counter = struct.pack(">Q", int(time.time()) // 30 + shift)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset:offset + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


class Login:
    """A user of a tenant that always asks for a second factor."""

    def __init__(self, tenant):
        self.tenant, self.client = tenant, tenant.create_client("regular_web", grant_types=GRANTS)
        self.email, self.password = tenant.create_user()

    def start(self, **parameters):
        """The answer to the password alone."""
        return self.tenant.post_token(
            self.client, grant_type="password", username=self.email, password=self.password, **parameters)

    def waiting(self, **parameters):
        """The `mfa_token` of a login."""
        answer = self.start(**parameters)
        assert (answer.status_code, answer.json()["error"]) == (403, "mfa_required"), answer.text
        return answer.json()["mfa_token"]

    def finish(self, kind, token, **proof):
        return self.tenant.post_token(
            self.client, grant_type=f"http://auth0.com/oauth/grant-type/mfa-{kind}", mfa_token=token, **proof)

    def call(self, method, path, bearer, **options):
        return self.tenant.http.request(method, path, headers={"authorization": f"Bearer {bearer}"}, **options)


@pytest.fixture
def login(own_tenant):
    settings = json.loads(own_tenant.command("tenants", "show", "default", "--json").stdout)["settings"]
    settings["multifactor"]["policy"] = "always"
    own_tenant.command("tenants", "update", "default", "--json", json.dumps({"settings": settings}))
    login = Login(own_tenant)
    wait_until(lambda: login.start().status_code == 403, "the new policy")
    return login


def test_a_user_enrols_two_factors_and_removes_one(login):
    first = login.waiting(scope="openid offline_access")
    made = login.call("POST", "/mfa/associate", first, json={"authenticator_types": ["otp"]}).json()
    # The step before the present one, so that the present one is left for the next login.
    done = login.finish("otp", first, otp=totp(made["secret"], -1))
    assert done.status_code == 200, done.text
    assert claims(done.json()["id_token"])["amr"] == ["mfa", "pwd", "otp"] and done.json()["refresh_token"]

    audience = f"{login.tenant.issuer}mfa/"
    second = login.waiting(audience=audience, scope="enroll read:authenticators remove:authenticators")
    assert login.call("POST", "/mfa/associate", second, json={"authenticator_types": ["otp"]}).status_code == 403
    bearer = login.finish("otp", second, otp=totp(made["secret"])).json()["access_token"]
    request = {"authenticator_types": ["oob"], "oob_channels": ["email"]}
    enrolled = login.call("POST", "/mfa/associate", bearer, json=request).json()
    code = re.search(r"\b\d{6}\b", message(login.tenant, login.email).split("\n\n", 1)[-1]).group(0)
    done = login.finish("oob", login.waiting(), oob_code=enrolled["oob_code"], binding_code=code)
    assert done.status_code == 200, done.text

    listed = login.call("GET", "/mfa/authenticators", bearer).json()
    assert {entry["type"]: entry["active"] for entry in listed} == {"otp": True, "recovery-code": True, "email": True}
    mailed = next(entry for entry in listed if entry["type"] == "email")["id"]
    path = f"/mfa/authenticators/{mailed.replace('|', '%7C')}"
    assert login.call("DELETE", path, bearer).status_code == 204
    assert login.call("DELETE", path, bearer).status_code == 404


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cbor(value):
    """As much of RFC 8949 as an authenticator writes: integers, bytes, text and maps."""
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        return bytes([major << 5 | 24, number]) if number < 256 else bytes([major << 5 | 25]) + number.to_bytes(2, "big")

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    return head(5, len(value)) + b"".join(cbor(name) + cbor(item) for name, item in value.items())


class Passkey:
    """An authenticator made with another program's cryptography and none of the server's code."""

    def __init__(self, origin):
        self.origin, self.key, self.id = origin, ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(32)

    def client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def answer(self, **response):
        response = {name: encoded(value) for name, value in response.items()}
        return {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "response": response}

    def create(self, parameters):
        self.handle = base64.urlsafe_b64decode(parameters["user"]["id"] + "==")
        numbers = self.key.public_key().public_numbers()
        point = cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = hashlib.sha256(parameters["rp"]["id"].encode()).digest() + b"\x45" + bytes(4)
        data += bytes(16) + len(self.id).to_bytes(2, "big") + self.id + point
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self.answer(
            clientDataJSON=self.client_data("webauthn.create", parameters["challenge"]), attestationObject=attestation)

    def get(self, parameters):
        client_data = self.client_data("webauthn.get", parameters["challenge"])
        data = hashlib.sha256(parameters["rpId"].encode()).digest() + b"\x05" + bytes(4)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self.answer(clientDataJSON=client_data, authenticatorData=data, signature=signature, userHandle=self.handle)


def test_a_passkey_signs_up_and_in(own_tenant):
    client = own_tenant.create_client("regular_web", grant_types=GRANTS)
    credentials = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    passkey, email = Passkey(own_tenant.issuer.rstrip("/")), f"user-{secrets.token_hex(4)}@example.com"

    def end(begun, response):
        return own_tenant.post_token(
            client, grant_type="urn:okta:params:oauth:grant-type:webauthn", auth_session=begun["auth_session"],
            authn_response=response, scope="openid")

    begun = own_tenant.http.post("/passkey/register", json={**credentials, "user_profile": {"email": email}}).json()
    made = end(begun, passkey.create(begun["authn_params_public_key"]))
    assert made.status_code == 200, made.text
    login = own_tenant.http.post("/passkey/challenge", json=credentials).json()
    response = passkey.get(login["authn_params_public_key"])
    done = end(login, response)
    assert done.status_code == 200, done.text
    assert claims(done.json()["id_token"])["sub"] == claims(made.json()["id_token"])["sub"]
    assert end(login, response).status_code == 400
