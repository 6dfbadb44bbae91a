"""The FAPI plans, their variants (conformance section 0), and the clients that each variant is seeded with."""

from __future__ import annotations

import functools
import itertools
import json
import secrets
import string
from dataclasses import dataclass, replace
from typing import Any

from suite.certificates import Authority, Certificate

from . import jws, mtls

#: The demo API: what tokens of plain OAuth and client credentials are for.
API = "https://api.example.com/fapi"
API_SCOPE = "read:items"

CIBA_GRANT = "urn:openid:params:grant-type:ciba"


@dataclass(frozen=True)
class Variant:
    """One configuration of one plan. The words are the suite's."""

    plan: str
    auth: str = "private_key_jwt"
    constraint: str = "mtls"
    openid: bool = True
    signed: bool = False
    jarm: bool = False
    pushed: bool = True
    delivery: str = ""
    dynamic: bool = False

    @property
    def id(self) -> str:
        words = [self.auth]
        if self.plan.startswith("fapi2"):
            words += [self.constraint] + ([] if self.plan == "fapi2_cc" else ["openid_connect" if self.openid else "plain_oauth"])
        if self.plan == "fapi2_ms":
            words.append("signed_non_repudiation" if self.signed else "unsigned")
        if self.plan == "fapi1":
            words.append("pushed" if self.pushed else "by_value")
        if self.plan in ("fapi2_ms", "fapi1"):
            words.append("jarm" if self.jarm else "plain_response")
        if self.plan == "ciba":
            words += [self.delivery, "dynamic_client" if self.dynamic else "static_client"]
        return "-".join(words)

    @property
    def dpop(self) -> bool:
        return self.constraint == "dpop"

    @property
    def mtls_auth(self) -> bool:
        return self.auth == "mtls"

    @property
    def uses_mtls(self) -> bool:
        """Requests go to the aliases, with a certificate."""
        return self.mtls_auth or not self.dpop

    @property
    def scripted(self) -> bool:
        """One variant has decisions made by the server's URL for test suites; in the others a person makes them."""
        return self.plan == "ciba" and self.mtls_auth and self.delivery == "ping" and not self.dynamic

    @property
    def profile(self) -> str:
        """The `wire_profile` of the variant's clients."""
        if self.plan == "fapi2_ms":
            return "fapi2_message_signing" if self.signed else "fapi2_security"
        return {"fapi1": "fapi1_advanced", "ciba": "fapi_ciba"}.get(self.plan, "fapi2_security")

    @property
    def response_type(self) -> str:
        return "code id_token" if self.plan == "fapi1" and not self.jarm else "code"

    @property
    def scope(self) -> str:
        """What the client asks for; `offline_access` so that there is a refresh token to test."""
        if self.plan == "fapi2_cc":
            return API_SCOPE
        return "openid profile offline_access" if self.openid else f"{API_SCOPE} offline_access"


AUTHS, CONSTRAINTS = ("private_key_jwt", "mtls"), ("dpop", "mtls")
BOOLEANS = (False, True)

FAPI2_SP = [Variant("fapi2_sp", a, c, openid=o) for a, c, o in itertools.product(AUTHS, CONSTRAINTS, (True, False))]
FAPI2_CC = [Variant("fapi2_cc", a, c, openid=False) for a, c in itertools.product(AUTHS, CONSTRAINTS)]
FAPI2_MS = [
    replace(v, plan="fapi2_ms", signed=s, jarm=j) for v, s, j in itertools.product(FAPI2_SP, (True, False), (True, False))]
CIBA = [
    Variant("ciba", a, signed=True, delivery=d, dynamic=r)
    for d, a, r in itertools.product(("poll", "ping"), AUTHS, BOOLEANS)]
FAPI1 = [Variant("fapi1", a, signed=True, pushed=p, jarm=j) for a, p, j in itertools.product(AUTHS, (True, False), BOOLEANS)]

ALL = FAPI2_SP + FAPI2_CC + FAPI2_MS + CIBA + FAPI1




@dataclass
class Identity:
    """One registered client: keys, certificate, redirect URIs and how it authenticates."""

    variant: Variant
    number: int
    client_id: str
    key: jws.SigningKey
    certificate: Certificate
    notification_endpoint: str = ""
    #: A further member of `proof` in place of the subject: a SAN form of `tls_client_auth`.
    subject_name: tuple[str, str] | None = None

    @property
    def auth_method(self) -> str:
        """mTLS clients: the first shows a certificate of its JWKS, the second one that the authority issued."""
        if not self.variant.mtls_auth:
            return "private_key_jwt"
        return "self_signed_tls_client_auth" if self.number == 1 else "tls_client_auth"

    @property
    def redirect_uri(self) -> str:
        return f"https://client{self.number}.example.org/test/{self.variant.plan}/callback"

    @property
    def redirect_uri_with_query(self) -> str:
        return f"{self.redirect_uri}?dummy1=lorem&dummy2=ipsum"

    @property
    def jwks(self) -> dict[str, Any]:
        """In some plans the keys name no algorithm: what forbids RS256 there is the profile alone."""
        keys = [self.key.public_jwk(alg=None) if self.variant.plan in ("fapi2_cc", "ciba") else self.key.public_jwk()]
        if self.auth_method == "self_signed_tls_client_auth":
            keys.append(mtls.jwk(self.certificate))
        return {"keys": keys}

    @property
    def grant_types(self) -> list[str]:
        return {
            "fapi2_cc": ["client_credentials"], "ciba": [CIBA_GRANT, "refresh_token"],
            "fapi1": ["authorization_code", "implicit", "refresh_token"],
        }.get(self.variant.plan, ["authorization_code", "refresh_token"])

    @property
    def record(self) -> dict[str, Any]:
        """The static client as `martlet import` takes it."""
        variant = self.variant
        return {
            "client_id": self.client_id, "name": f"FAPI client {self.number} {variant.plan} {variant.id}",
            "app_type": "regular_web", "wire_profile": variant.profile, "token_endpoint_auth_method": self.auth_method,
            "grant_types": self.grant_types, "callbacks": [] if variant.plan in ("fapi2_cc", "ciba") else [
                self.redirect_uri, self.redirect_uri_with_query],
            "jwt_configuration": {"alg": self.key.alg}, "proof": self._proof(), "requests": self._requests(),
            "responses": {"authorization_signed_response_alg": self.key.alg}, **self._ciba(),
        }

    def _proof(self) -> dict[str, Any]:
        proof: dict[str, Any] = {
            "jwks": json.dumps(self.jwks), "dpop_bound_access_tokens": self.variant.dpop,
            "tls_client_certificate_bound_access_tokens": not self.variant.dpop,
        }
        if self.auth_method == "tls_client_auth":
            name, value = self.subject_name or ("tls_client_auth_subject_dn", self.certificate.subject)
            proof[name] = value
        return proof

    def _requests(self) -> dict[str, Any]:
        variant = self.variant
        requests: dict[str, Any] = {
            "require_pushed_authorization_requests": variant.plan in ("fapi2_sp", "fapi2_ms", "fapi1") and variant.pushed,
            "require_signed_request_object": variant.signed,
        }
        if variant.signed:
            requests["request_object_signing_alg"] = self.key.alg
        if variant.plan != "ciba":
            requests["response_types"] = [variant.response_type]
        return requests

    def _ciba(self) -> dict[str, Any]:
        if self.variant.plan != "ciba":
            return {}
        ciba = {
            "backchannel_token_delivery_mode": self.variant.delivery,
            "backchannel_authentication_request_signing_alg": self.key.alg,
        }
        if self.variant.delivery == "ping":
            ciba["backchannel_client_notification_endpoint"] = self.notification_endpoint
        return {"ciba": ciba}


@functools.cache
def signing_key(number: int) -> jws.SigningKey:
    """Client 1 signs PS256, client 2 ES256, in every variant: RSA keys are slow to make."""
    return jws.SigningKey.generate("PS256" if number == 1 else "ES256")


class Population:
    """Two clients for each static variant, made once for the test run. `static` is false for a tenant whose clients register
    themselves."""

    def __init__(self, authority: Authority, notification_base: str, static: bool) -> None:
        self.authority, self.notification_base = authority, notification_base
        variants = [v for v in ALL if not v.dynamic] if static else []
        self.certificates = {1: authority.self_signed("fapi-one"), 2: authority.client("fapi-two")}
        self.identities = {(v, n): self.new(v, n) for v in variants for n in (1, 2)}
        #: Clients of `tls_client_auth` by each form of subject alternative name.
        self.named = {v: self._named(v) for v in variants if v.plan == "fapi2_cc" and v.mtls_auth}
        self.api_client = {"client_id": random_id(), "client_secret": secrets.token_urlsafe(32)}

    def new(self, variant: Variant, number: int) -> Identity:
        """A client that nobody registered yet."""
        endpoint = f"{self.notification_base}/ping/{secrets.token_hex(8)}"
        return Identity(variant, number, random_id(), signing_key(number), self.certificates[number], endpoint)

    def _named(self, variant: Variant) -> list[Identity]:
        made = []
        for form, (member, name, value) in mtls.subject_names().items():
            certificate = self.authority.client(f"fapi-{form}-{variant.constraint}", [name])
            made.append(replace(self.new(variant, 2), certificate=certificate, subject_name=(member, value)))
        return made

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """The part of the import file that is about clients and the demo API."""
        api = {
            "identifier": API, "name": "FAPI demo API", "signing_alg": "PS256", "allow_offline_access": True,
            "scopes": [{"value": API_SCOPE, "description": "Read items"}],
        }
        everyone = [*self.identities.values(), *itertools.chain(*self.named.values())]
        machines = [i for i in everyone if i.variant.plan == "fapi2_cc"]
        grants = [{"client_id": i.client_id, "audience": API, "scope": [API_SCOPE]} for i in machines]
        return {"resource_servers": [api], "clients": [i.record for i in everyone] + [self._api_record], "client_grants": grants}

    @property
    def _api_record(self) -> dict[str, Any]:
        """The demo API as a client of introspection (RFC 7662)."""
        return {
            **self.api_client, "name": "FAPI demo API", "app_type": "resource_server", "grant_types": [],
            "resource_server_identifier": API, "token_endpoint_auth_method": "client_secret_basic",
        }


def random_id() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))
