"""What the server's TLS accepts (conformance 1.8), tried with handshakes."""

import socket
import ssl
import warnings
from urllib.parse import urlsplit

#: The only TLS 1.2 suites that every plan allows.
ALLOWED = ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384")
CURRENT = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


def check_tls(url: str) -> None:
    """Old versions are refused, 1.3 is offered and preferred, and 1.2 has the suites of the strictest plan only."""
    for version in OLD:
        assert handshake(url, version, version) is None, f"{url} accepts {version.name}"
    assert handshake(url, ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3), f"warning: {url} does not offer TLS 1.3"
    preferred = handshake(url, *CURRENT)
    assert preferred and preferred[0] == "TLSv1.3", f"{url} prefers {preferred}"
    accepted = [suite for suite in _tls12_suites() if handshake(url, *[ssl.TLSVersion.TLSv1_2] * 2, suite)]
    assert accepted, f"{url} accepts no suite of TLS 1.2"
    forbidden = [suite for suite in accepted if suite not in ALLOWED]
    assert not forbidden, f"{url} accepts {forbidden} under TLS 1.2"


def handshake(
    url: str, minimum: ssl.TLSVersion, maximum: ssl.TLSVersion, suites: str = "ALL:COMPLEMENTOFALL",
) -> tuple[str, str] | None:
    """The version and cipher suite that a client with these limits gets; `None` when the server refuses."""
    parts = urlsplit(url)
    context = _context(minimum, maximum, suites)
    try:
        with socket.create_connection((parts.hostname, parts.port or 443), 10) as plain:
            with context.wrap_socket(plain, server_hostname=parts.hostname) as secured:
                return secured.version(), secured.cipher()[0]
    except (ssl.SSLError, ConnectionError):
        return None


def _context(minimum: ssl.TLSVersion, maximum: ssl.TLSVersion, suites: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    # Security level 0 lets OpenSSL offer what it would not on its own.
    context.set_ciphers(f"{suites}:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = minimum, maximum
    return context


def _tls12_suites() -> list[str]:
    """Every suite for TLS 1.2 and older that our OpenSSL can offer."""
    context = _context(*[ssl.TLSVersion.TLSv1_2] * 2, "ALL:COMPLEMENTOFALL")
    return [suite["name"] for suite in context.get_ciphers() if not suite["name"].startswith("TLS_")]
