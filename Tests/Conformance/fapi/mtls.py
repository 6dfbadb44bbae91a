"""Client certificates at FAPI endpoints (RFC 8705): how clients register them, and what binds a token to one."""

from __future__ import annotations

import base64
import ipaddress
import ssl
from typing import Any

import httpx
from cryptography import x509

from suite.certificates import Authority, Certificate

from . import jws


def thumbprint(certificate: Certificate) -> str:
    """`cnf.x5t#S256` (RFC 8705 section 3.1)."""
    return jws.b64(jws.sha256(certificate.der))


def jwk(certificate: Certificate) -> dict[str, Any]:
    """The entry of the client's JWKS by which `self_signed_tls_client_auth` finds it (RFC 8705 section 2.2.2)."""
    members = jws.public_members(certificate.key)
    x5c = base64.b64encode(certificate.der).decode()
    return {**members, "kid": f"tls-{thumbprint(certificate)[:8]}", "x5c": [x5c], "x5t#S256": thumbprint(certificate)}


def subject_names() -> dict[str, tuple[str, x509.GeneralName, str]]:
    """For each SAN form of `tls_client_auth`: registration member, name in the certificate, registered value."""
    return {
        "dns": ("tls_client_auth_san_dns", x509.DNSName("client.example.com"), "client.example.com"),
        "uri": ("tls_client_auth_san_uri", x509.UniformResourceIdentifier("https://client.example.com/id"),
                "https://client.example.com/id"),
        "ip": ("tls_client_auth_san_ip", x509.IPAddress(ipaddress.ip_address("192.0.2.7")), "192.0.2.7"),
        "email": ("tls_client_auth_san_email", x509.RFC822Name("client@example.com"), "client@example.com"),
    }


class Connections:
    """One HTTP client per certificate, kept open: each trusts the test run's authority and shows its certificate."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._open: dict[str, httpx.Client] = {}

    def showing(self, certificate: Certificate | None) -> httpx.Client:
        name = certificate.files[0] if certificate else ""
        if name not in self._open:
            context = ssl.create_default_context(cafile=str(self._authority.path))
            if certificate:
                context.load_cert_chain(*certificate.files)
            self._open[name] = httpx.Client(verify=context, timeout=20)
        return self._open[name]

    def close(self) -> None:
        for client in self._open.values():
            client.close()


def endpoints(metadata: dict[str, Any], uses_mtls: bool) -> dict[str, str]:
    """Every endpoint by its metadata name; with mutual TLS those of `mtls_endpoint_aliases` first (RFC 8705 section 5)."""
    found = {k: v for k, v in metadata.items() if k.endswith("_endpoint") and isinstance(v, str)}
    return {**found, **metadata.get("mtls_endpoint_aliases", {})} if uses_mtls else found
