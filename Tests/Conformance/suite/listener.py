"""The client's own https server: keys, request objects, sector documents, callbacks and logout notices."""

import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.server import wait_until

from .certificates import Certificate

Response = tuple[int, str, bytes]


@dataclass(frozen=True)
class Received:
    """A request that the server under test, or a browser, sent to the listener."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    tls_version: str

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Listener:
    """`https://localhost:PORT`: answers with what was put on a path, 200 and an empty page elsewhere; remembers every request."""

    def __init__(self, certificate: Certificate):
        self._server = _Server(certificate)
        self.base = f"https://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        return f"{self.base}{path}"

    def serve(self, path: str, body: bytes | str, content_type: str, status: int = 200) -> str:
        """Answers requests for `path` with this from now on; returns the URL."""
        self._server.pages[path] = (status, content_type, body.encode() if isinstance(body, str) else body)
        return self.url(path)

    def serve_json(self, path: str, value: Any, status: int = 200) -> str:
        return self.serve(path, json.dumps(value), "application/json", status)

    def received(self, path: str) -> list[Received]:
        """The requests for `path` so far, in order."""
        return [request for request in self._server.received if request.path == path]

    def wait_for(self, path: str, count: int = 1, deadline: float = 10) -> list[Received]:
        """The requests for `path` as soon as there are `count`."""
        return wait_until(lambda: len(self.received(path)) >= count and self.received(path), f"a request for {path}", deadline)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate: Certificate):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Response] = {}
        self.received: list[Received] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate.files)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # The handshake runs in the connection's own thread: a silent peer must not stop the others.
        try:
            request = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        super().finish_request(request, client_address)
        request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that goes away in the middle is no concern of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        tls_version = self.connection.version()
        self.server.received.append(Received(self.command, parts.path, parts.query, headers, body, tls_version))
        status, content_type, content = self.server.pages.get(parts.path, (200, "text/html; charset=utf-8", b""))
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass
