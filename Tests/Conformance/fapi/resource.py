"""A demo API on loopback: checks JWT access tokens with their DPoP proofs or certificates, as an API behind the server would.

It is what plain OAuth and client-credentials tokens are used at. With OpenID Connect the server's own userinfo is asked instead,
so that nothing said here stands in for the server's verdict there.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from suite.certificates import Authority, Certificate

from . import jws

PROOF_AGE = 60.0
ALGORITHMS = ["PS256", "ES256", "EdDSA"]


class Refusal(Exception):
    """Why a call is refused: status and error code (RFC 6750 section 3.1, RFC 9449 section 7.1)."""

    def __init__(self, error: str, why: str, status: int = 401) -> None:
        super().__init__(why)
        self.error, self.why, self.status = error, why, status


class Judge:
    """Decides about one call. `jwks` returns the issuer's keys, `is_active` asks the issuer whether a token was revoked."""

    def __init__(
        self, issuer: str, audience: str, jwks: Callable[[], dict[str, Any]], is_active: Callable[[str], bool],
    ) -> None:
        self.issuer, self.audience, self.jwks, self.is_active = issuer, audience, jwks, is_active
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def admit(self, method: str, url: str, headers: dict[str, list[str]], certificate: bytes | None) -> dict[str, Any]:
        """The claims of the token, when it may be used in this call. Throws `Refusal`."""
        scheme, token = self._credentials(headers)
        claims = self._claims(token)
        bound = claims.get("cnf", {})
        if "jkt" in bound:
            self._require_proof(scheme, token, bound["jkt"], (method, url), headers.get("dpop", []))
        elif scheme != "bearer":
            raise Refusal("invalid_token", "a token without a key cannot be used with the DPoP scheme")
        if "x5t#S256" in bound and (certificate is None or jws.b64(jws.sha256(certificate)) != bound["x5t#S256"]):
            raise Refusal("invalid_token", "the token is bound to another certificate")
        return claims

    @staticmethod
    def _credentials(headers: dict[str, list[str]]) -> tuple[str, str]:
        values = headers.get("authorization", [])
        if len(values) != 1 or values[0].count(" ") != 1:
            raise Refusal("invalid_request", "exactly one Authorization header is needed")
        scheme, token = values[0].split(" ")
        if scheme.lower() not in ("bearer", "dpop"):
            raise Refusal("invalid_request", "unknown scheme")
        return scheme.lower(), token

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            keys = KeySet([JWKRegistry.import_key(jwk) for jwk in self.jwks()["keys"]])
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError) as problem:
            raise Refusal("invalid_token", f"not a token of the issuer: {problem}") from problem
        claims = decoded.claims
        audience = claims.get("aud")
        if claims.get("iss") != self.issuer or self.audience not in (audience if isinstance(audience, list) else [audience]):
            raise Refusal("invalid_token", "another issuer or another audience")
        if claims.get("exp", 0) < time.time() or not self.is_active(token):
            raise Refusal("invalid_token", "expired or revoked")
        return claims

    def _require_proof(self, scheme: str, token: str, jkt: str, call: tuple[str, str], proofs: list[str]) -> None:
        """RFC 9449 section 4.3, in its order."""
        if scheme != "dpop" or len(proofs) != 1:
            raise Refusal("invalid_dpop_proof", "exactly one proof and the DPoP scheme are needed")
        claims = verified_proof(proofs[0], jkt)
        method, url = call
        if claims.get("htm") != method or normal(str(claims.get("htu"))) != normal(url):
            raise Refusal("invalid_dpop_proof", "the proof is for another call")
        issued = claims.get("iat")
        if not isinstance(issued, (int, float)) or abs(time.time() - issued) > PROOF_AGE:
            raise Refusal("invalid_dpop_proof", "the proof is too old or from the future")
        if claims.get("ath") != jws.b64(jws.sha256(token.encode())):
            raise Refusal("invalid_dpop_proof", "the proof is for another token")
        self._use_once(claims.get("jti"))

    def _use_once(self, name: Any) -> None:
        with self._lock:
            if not isinstance(name, str) or not name or name in self._seen:
                raise Refusal("invalid_dpop_proof", "the proof has no jti or was used before")
            self._seen.add(name)


def verified_proof(proof: str, jkt: str) -> dict[str, Any]:
    """The claims of a proof that is signed by the key with this thumbprint. Throws `Refusal`."""
    try:
        header = jws.header_of(proof)
        jwk = header["jwk"]
        if header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS or "d" in jwk or jws.thumbprint(jwk) != jkt:
            raise Refusal("invalid_dpop_proof", "the proof's header is wrong")
        registry = JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
        return jwt.decode(proof, JWKRegistry.import_key(jwk), registry=registry).claims
    except (JoseError, ValueError, KeyError, TypeError, IndexError) as problem:
        raise Refusal("invalid_dpop_proof", f"the proof cannot be verified: {problem}") from problem


def normal(url: str) -> str:
    """Syntax-based and scheme-based normalisation without query and fragment (RFC 9449 section 4.3, point 9)."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme.lower())
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}{port}{parts.path or '/'}"


class ResourceServer:
    """`url` answers `GET` over https; client certificates are optional."""

    def __init__(self, authority: Authority, judge: Judge, clients: list[Certificate]) -> None:
        self.judge = judge
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.resource = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384")
        context.load_cert_chain(*authority.server("resource").files)
        # Python's TLS has no "any certificate": the test run's own are its trust anchors.
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(cadata="".join(c.pem for c in clients))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self._server.server_address[1]}/items"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    resource: ResourceServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A handshake that is refused, or a peer that goes away, is no concern of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        resource = self.server.resource
        headers: dict[str, list[str]] = {}
        for name, value in self.headers.items():
            headers.setdefault(name.lower(), []).append(value)
        parts = urlsplit(self.path)
        url = resource.url.removesuffix("/items") + parts.path
        try:
            if "access_token" in parse_qs(parts.query):
                raise Refusal("invalid_request", "a token must not travel in the query", 400)
            claims = resource.judge.admit("GET", url, headers, self.connection.getpeercert(binary_form=True))
            self._answer(200, {"items": [], "client_id": claims.get("azp") or claims.get("client_id")}, headers)
        except Refusal as refusal:
            challenge = {"www-authenticate": f'DPoP error="{refusal.error}", Bearer error="{refusal.error}"'}
            self._answer(refusal.status, {"error": refusal.error, "error_description": refusal.why}, headers, challenge)

    def _answer(
        self, status: int, body: dict[str, Any], asked: dict[str, list[str]], more: dict[str, str] | None = None,
    ) -> None:
        content = json.dumps(body).encode()
        self.send_response_only(status)
        fields = {"date": formatdate(usegmt=True), "content-type": "application/json", "content-length": str(len(content))}
        if asked.get("x-fapi-interaction-id"):
            fields["x-fapi-interaction-id"] = asked["x-fapi-interaction-id"][0]
        for name, value in {**fields, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass
