"""A web application on another loopback port: it receives callbacks and serves pages for scripts to run in."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Application</title><link rel="icon" href="data:,">
</head><body><h1 id="where">application</h1></body></html>"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        self._answer(dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True)))

    def _answer(self, body):
        parts = urlsplit(self.path)
        if parts.path != "/favicon.ico":
            self.server.received.append((parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)) | body))
        page = PAGE.encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments):
        pass


class Application:
    """`http://localhost:PORT`: the same site as the tenant, another origin."""

    def __init__(self, host="localhost"):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.received = []
        self.origin = f"http://{host}:{self.server.server_address[1]}"
        self.callback = f"{self.origin}/callback"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def received(self):
        """(path, parameters) of each request so far, in order."""
        return self.server.received

    def close(self):
        self.server.shutdown()
        self.server.server_close()
