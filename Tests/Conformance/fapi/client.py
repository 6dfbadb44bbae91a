"""A FAPI client: how it proves itself and its key at each endpoint, rightly or, when a module asks for it, wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from suite.certificates import Certificate

from . import assertions, dpop, mtls
from .plans import Identity
from .world import World


@dataclass(frozen=True)
class How:
    """How one request proves the client and its key. Each field spoils one thing; left alone, all is right."""

    #: Changes of the client assertion's claims; `assertions.ABSENT` removes one.
    assertion: dict[str, Any] = field(default_factory=dict)
    assertion_alg: str | None = None
    #: No client authentication: neither assertion nor, where it is what authenticates, certificate.
    authenticated: bool = True
    #: Neither proof nor certificate to bind the token to.
    constrained: bool = True
    #: Another key than the client's, and what to spoil in its proof.
    key: dpop.DPoPKey | None = None
    proof: dpop.Change | None = None
    certificate: Certificate | None = None


RIGHT = How()


class FapiClient:
    """One registered client with its keys. A DPoP key lives as long as this object."""

    def __init__(self, world: World, identity: Identity) -> None:
        self.world, self.identity, self.variant = world, identity, identity.variant
        self.dpop = dpop.DPoPKey()
        self._nonces: dict[str, str] = {}

    @property
    def endpoints(self) -> dict[str, str]:
        """With mutual TLS those of `mtls_endpoint_aliases` (conformance 9, last paragraph)."""
        return mtls.endpoints(self.world.metadata, self.variant.uses_mtls)

    @property
    def resource_url(self) -> str:
        return self.endpoints["userinfo_endpoint"] if self.variant.openid else self.world.resource.url

    # Requests with client authentication

    def par(self, form: dict[str, Any], how: How = RIGHT, *, proves_key: bool = False) -> httpx.Response:
        """The pushed authorization request; `proves_key` sends a DPoP proof with it, which binds the code (RFC 9449 10.1)."""
        name = "pushed_authorization_request_endpoint"
        return self.post(name, form, how, audience=self.world.issuer, proves_key=proves_key and self.variant.dpop)

    def token(self, form: dict[str, Any], how: How = RIGHT) -> httpx.Response:
        return self.post("token_endpoint", form, how, proves_key=self.variant.dpop)

    def exchange(self, code: str, redirect_uri: str, verifier: str | None, how: How = RIGHT, **more: Any) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier, **more}
        return self.token(form, how)

    def refresh(self, token: str, how: How = RIGHT, **more: Any) -> httpx.Response:
        return self.token({"grant_type": "refresh_token", "refresh_token": token, **more}, how)

    def client_credentials(self, how: How = RIGHT, **more: Any) -> httpx.Response:
        return self.token({"grant_type": "client_credentials", "scope": self.variant.scope, **more}, how)

    def post(
        self, endpoint: str, form: dict[str, Any], how: How = RIGHT, *, audience: Any = None, proves_key: bool = False,
    ) -> httpx.Response:
        """POSTs a form with client authentication; retries once, with all proofs made anew, when a nonce is demanded."""
        url = self.endpoints[endpoint]
        answer = self._post_once(url, form, how, audience, proves_key)
        if proves_key and how.constrained and dpop.wanted_nonce(answer):
            self._remember_nonce(url, answer)
            answer = self._post_once(url, form, how, audience, proves_key)
        self._remember_nonce(url, answer)
        return answer

    def _post_once(self, url: str, form: dict[str, Any], how: How, audience: Any, proves_key: bool) -> httpx.Response:
        data = {"client_id": self.identity.client_id, **form, **self.authentication(how, audience)}
        headers = {"Accept": "application/json"}
        if proves_key and how.constrained:
            headers["DPoP"] = self._proof("POST", url, how)
        sent = {k: v for k, v in data.items() if v is not None}
        return self.world.connections.showing(self.shown(how)).post(url, data=sent, headers=headers)

    def authentication(self, how: How, audience: Any = None) -> dict[str, str]:
        """The parameters of `private_key_jwt`; none for mutual TLS."""
        if self.variant.mtls_auth or not how.authenticated:
            return {}
        claims = assertions.client_assertion(self.identity.client_id, audience or self.default_audience, **how.assertion)
        return {
            "client_assertion_type": assertions.ASSERTION_TYPE,
            "client_assertion": self.identity.key.sign(claims, alg=how.assertion_alg),
        }

    @property
    def default_audience(self) -> str:
        """FAPI 2 knows the issuer alone. The older plans send the token endpoint: client 1 by its plain URL, client 2 by the
        alias that it calls (conformance 1.1; RFC 8705 section 5)."""
        if self.variant.plan.startswith("fapi2"):
            return self.world.issuer
        return (self.world.metadata if self.identity.number == 1 else self.endpoints)["token_endpoint"]

    def shown(self, how: How = RIGHT) -> Certificate | None:
        """The certificate of the TLS connection, as far as the variant needs one and `how` leaves it."""
        needed = self.variant.mtls_auth and how.authenticated or not self.variant.dpop and how.constrained
        withheld = self.variant.mtls_auth and not how.authenticated or not self.variant.dpop and not how.constrained
        return (how.certificate or self.identity.certificate) if needed and not withheld else None

    def _proof(self, method: str, url: str, how: How, token: str | None = None) -> str:
        key = how.key or self.dpop
        return key.proof(method, url, token=token, nonce=self._nonces.get(place(url)), change=how.proof)

    def _remember_nonce(self, url: str, answer: httpx.Response) -> None:
        offered = dpop.offered_nonce(answer)
        if offered:
            self._nonces[place(url)] = offered

    # The protected resource

    @property
    def uses_nonces_at_resource(self) -> bool:
        """Known once the resource was called."""
        return place(self.resource_url) in self._nonces

    def resource(
        self, token: str, how: How = RIGHT, *, headers: list[tuple[str, str]] | None = None, query: str = "",
    ) -> httpx.Response:
        """`GET` of the resource with the token; retries once when a nonce is demanded."""
        answer = self._resource_once(token, how, headers, query)
        if self.variant.dpop and how.constrained and dpop.wanted_nonce(answer):
            self._remember_nonce(self.resource_url, answer)
            answer = self._resource_once(token, how, headers, query)
        self._remember_nonce(self.resource_url, answer)
        return answer

    def _resource_once(
        self, token: str, how: How, headers: list[tuple[str, str]] | None, query: str,
    ) -> httpx.Response:
        sent = [("Authorization", f"{'DPoP' if self.variant.dpop else 'Bearer'} {token}"), ("Accept", "application/json")]
        if self.variant.dpop and how.constrained:
            sent.append(("DPoP", self._proof("GET", self.resource_url, how, token)))
        if headers:
            replaced = {name.lower() for name, _ in headers}
            sent = [pair for pair in sent if pair[0].lower() not in replaced] + headers
        return self.call_resource(sent, how, query)

    def call_resource(self, headers: list[tuple[str, str]], how: How = RIGHT, query: str = "") -> httpx.Response:
        """`GET` of the resource with exactly these headers."""
        return self.world.connections.showing(self.shown(how)).get(self.resource_url + query, headers=headers)

    def resource_proof(self, token: str, change: dpop.Change | None = None) -> str:
        """A proof for the resource, to be sent by hand."""
        return self._proof("GET", self.resource_url, How(proof=change), token)


def place(url: str) -> str:
    """Nonces belong to an origin (RFC 9449 section 8.2)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
