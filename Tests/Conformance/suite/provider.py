"""The provider as a client knows it: metadata, by discovery or as it was told, and keys."""

import ssl
from functools import cached_property
from typing import Any

import httpx

from .certificates import Authority
from .seed import ACR_VALUES

#: What a client of this server is told when it cannot discover: the endpoint's member and its path under the issuer.
PATHS = {
    "authorization_endpoint": "authorize", "token_endpoint": "oauth/token", "userinfo_endpoint": "userinfo",
    "jwks_uri": ".well-known/jwks.json", "registration_endpoint": "oidc/register", "end_session_endpoint": "oidc/logout",
    "revocation_endpoint": "oauth/revoke", "pushed_authorization_request_endpoint": "oauth/par",
}


class Provider:
    """`metadata` is the discovery document, or what `configured` says. `http` trusts the test run's authority alone."""

    def __init__(self, issuer: str, authority: Authority, metadata: dict[str, Any] | None = None):
        self.issuer, self.authority = issuer, authority
        self.trust = ssl.create_default_context(cafile=str(authority.path))
        self.http = httpx.Client(verify=self.trust, timeout=20)
        if metadata is not None:
            self.metadata = metadata

    @classmethod
    def configured(cls, issuer: str, authority: Authority) -> "Provider":
        """The variant `server_metadata=static`: nothing is discovered, all is told."""
        told = {member: issuer + path for member, path in PATHS.items()}
        return cls(issuer, authority, {"issuer": issuer, "acr_values_supported": ACR_VALUES, **told})

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The discovery document (conformance 1.2: status 200, `application/json`)."""
        return self.fetch_json(self.discovery_url)

    @property
    def discovery_url(self) -> str:
        return self.issuer.rstrip("/") + "/.well-known/openid-configuration"

    def fetch_json(self, url: str) -> Any:
        answer = self.http.get(url)
        assert answer.status_code == 200, f"GET {url}: {answer.status_code} {answer.text[:500]}"
        assert media_type(answer) == "application/json", f"GET {url}: {answer.headers.get('content-type')}"
        return answer.json()

    def endpoint(self, member: str) -> str:
        """The URL of an endpoint."""
        assert member in self.metadata, f"the metadata has no {member}"
        return self.metadata[member]

    def jwks(self) -> dict[str, Any]:
        """The keys as they are published now."""
        return self.fetch_json(self.metadata["jwks_uri"])


def media_type(answer: httpx.Response) -> str:
    """The content type without parameters, lower case."""
    return answer.headers.get("content-type", "").split(";")[0].strip().lower()
