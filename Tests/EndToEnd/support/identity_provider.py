"""An identity provider on `https://localhost`: it publishes a key, and takes each refresh token once."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer(200 if self.path == "/keys" else 404, self.server.provider.keys)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers.get("content-length", 0))).decode(), keep_blank_values=True)
        self._answer(*self.server.provider.token(form, self.headers.get("authorization", "")))

    def _answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class IdentityProvider:
    """The refresh token `refresh-N` is good for `access-(N+1)` and `refresh-(N+1)`."""

    client_id, client_secret = "our id", "s&cret:%"

    def __init__(self, certificate):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        self.keys = {"keys": [{**public, "use": "sig", "alg": "RS256", "kid": "idp"}]}
        self.number, self.refused = 1, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.provider = self
        self.server.socket = certificate.server_context().wrap_socket(self.server.socket, server_side=True)
        self.issuer = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def connection(self, name):
        """The record of a connection that names this provider."""
        return {"name": name, "strategy": "oidc", "options": {
            "issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "token_endpoint": f"{self.issuer}/token",
            "client_id": self.client_id, "client_secret": self.client_secret, "scope": "openid offline_access",
        }}

    def token(self, form, authorization):
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if [unquote(part) for part in pair.split(":")] != [self.client_id, self.client_secret]:
            return 401, {"error": "invalid_client"}
        presented = form["refresh_token"][0]
        if form["grant_type"] != ["refresh_token"] or presented != f"refresh-{self.number}":
            self.refused.append(presented)
            return 400, {"error": "invalid_grant"}
        self.number += 1
        return 200, {
            "access_token": f"access-{self.number}", "refresh_token": f"refresh-{self.number}", "token_type": "Bearer",
            "expires_in": 3600, "scope": "calendar.read",
        }

    def sign(self, claims, typ):
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"typ": typ, "kid": "idp"})

    def close(self):
        self.server.shutdown()
        self.server.server_close()
