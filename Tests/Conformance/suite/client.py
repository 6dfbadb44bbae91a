"""A client under test and how it proves itself at the server's endpoints."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import httpx

from . import keys
from .provider import Provider


@dataclass
class Client:
    """What a client knows of itself. `registered` is the registration response, or the record an operator made."""

    provider: Provider
    client_id: str
    redirect_uri: str
    auth_method: str = "client_secret_basic"
    secret: str | None = None
    key: keys.KeyPair | None = None
    response_type: str = "code"
    id_token_alg: str = "RS256"
    registered: dict[str, Any] = field(default_factory=dict)

    def post(self, endpoint: str, form: dict[str, str], headers: dict[str, str] | None = None, **proof: Any) -> httpx.Response:
        """POSTs a form to the endpoint of this metadata member with client authentication. `proof` goes to `authenticate`."""
        form, headers = dict(form), {"Accept": "application/json", **(headers or {})}
        self.authenticate(form, headers, **proof)
        return self.provider.http.post(self.provider.endpoint(endpoint), data=form, headers=headers)

    def authenticate(self, form: dict[str, str], headers: dict[str, str], **assertion: Any) -> None:
        """Adds what proves the client to a request. `assertion` changes claims of the client assertion."""
        if self.auth_method == "client_secret_basic":
            headers["Authorization"] = self.basic()
            return
        form["client_id"] = self.client_id
        if self.auth_method == "client_secret_post":
            form["client_secret"] = self.secret
        elif self.auth_method in ("client_secret_jwt", "private_key_jwt"):
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form["client_assertion"] = self.assertion(**assertion)

    def basic(self) -> str:
        """`Authorization: Basic` with both halves form-urlencoded (RFC 6749 section 2.3.1; conformance 1.5)."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def assertion(self, **changes: Any) -> str:
        """A client assertion for the token endpoint (conformance 3.8), with a fresh `jti`."""
        audience = changes.pop("aud", self.provider.metadata["token_endpoint"])
        claims = keys.assertion(self.client_id, audience, **changes)
        if self.auth_method == "client_secret_jwt":
            return keys.sign(claims, keys.hmac_key(self.secret), alg="HS256")
        return self.key.sign(claims)

    def request_object(self, parameters: dict[str, str], **claims: Any) -> str:
        """A request object signed with the client's key, with `iss` and `aud` (conformance 3.13)."""
        return self.key.sign({"iss": self.client_id, "aud": self.provider.issuer, **parameters, **claims})


def grant_types(response_type: str) -> list[str]:
    """The grant types that belong to a response type (OIDC Registration 2)."""
    parts = response_type.split()
    code = ["authorization_code"] if "code" in parts else []
    return code + (["implicit"] if set(parts) != {"code"} else [])


def random_value(length: int = 10) -> str:
    """A `state` or `nonce` of exactly this length."""
    return secrets.token_urlsafe(length)[:length]
