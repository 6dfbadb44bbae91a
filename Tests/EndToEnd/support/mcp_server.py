"""An MCP server on loopback, built with the MCP SDK, whose authorization server is the tenant."""

import socket
import threading

import anyio.to_thread
import httpx
import jwt
import uvicorn
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.server.auth.middleware.auth_context import get_access_token

from .server import wait_until


class KeyVerifier:
    """Checks tokens itself, by the tenant's published keys (RFC 9068)."""

    def __init__(self, tenant, resource):
        self.issuer, self.resource = tenant.issuer_https, resource
        self.keys = jwt.PyJWKClient(f"{self.issuer}.well-known/jwks.json", ssl_context=tenant.trust)

    async def verify_token(self, token):
        try:
            claims = await anyio.to_thread.run_sync(self._claims, token)
        except jwt.PyJWTError:
            return None
        return access_token(token, claims, claims.get("client_id") or claims.get("azp"), self.resource)

    def _claims(self, token):
        key = self.keys.get_signing_key_from_jwt(token).key
        required = {"require": ["exp", "iss", "aud", "sub"]}
        return jwt.decode(token, key, algorithms=["RS256"], audience=self.resource, issuer=self.issuer, options=required)


class IntrospectionVerifier:
    """Asks the tenant about each token (RFC 7662), as the resource server that it is."""

    def __init__(self, tenant, resource, client):
        self.resource = resource
        self.endpoint = tenant.metadata(https=True)["introspection_endpoint"]
        self.http = httpx.AsyncClient(verify=tenant.trust, auth=(client["client_id"], client["client_secret"]))

    async def verify_token(self, token):
        answer = await self.http.post(self.endpoint, data={"token": token})
        claims = answer.raise_for_status().json()
        return access_token(token, claims, claims["client_id"], self.resource) if claims["active"] else None


def access_token(token, claims, client_id, resource):
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    return AccessToken(
        token=token, client_id=client_id, scopes=claims.get("scope", "").split(), expires_at=claims["exp"],
        resource=resource if resource in audiences else None, subject=claims["sub"], claims=claims)


class ProtectedServer:
    """`url` is the address of the server, and the identifier of its API at the tenant."""

    def __init__(self, issuer, scopes):
        self.issuer, self.scopes = issuer, scopes
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.url = f"{self.origin}/mcp"
        #: Replaces the SDK's own `WWW-Authenticate` and metadata when set.
        self.challenge = None
        self.server = self.thread = None

    def start(self, verifier):
        settings = AuthSettings(
            issuer_url=self.issuer, resource_server_url=self.url, required_scopes=self.scopes, validate_token_resource=True)
        server = MCPServer("notes", token_verifier=verifier, auth=settings)

        @server.tool()
        def whoami() -> dict:
            """Who calls, by the access token."""
            token = get_access_token()
            return {"subject": token.subject, "client": token.client_id, "scopes": token.scopes, "claims": token.claims}

        app = self._challenging(server.streamable_http_app(stateless_http=True, json_response=True))
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        wait_until(lambda: self.server.started, "the MCP server")
        return self

    def close(self):
        if self.server:
            self.server.should_exit = True
            self.thread.join(10)
        self.socket.close()

    def _challenging(self, app):
        async def wrapped(scope, receive, send):
            if self.challenge is None or scope["type"] != "http":
                return await app(scope, receive, send)
            if scope["path"].startswith("/.well-known/"):
                await send({"type": "http.response.start", "status": 404, "headers": []})
                return await send({"type": "http.response.body", "body": b""})

            async def challenging(message):
                if message["type"] == "http.response.start" and message["status"] == 401:
                    others = [pair for pair in message["headers"] if pair[0].lower() != b"www-authenticate"]
                    message = {**message, "headers": [*others, (b"www-authenticate", self.challenge.encode())]}
                await send(message)

            await app(scope, receive, challenging)

        return wrapped
