"""A web server on `https://localhost` that publishes documents for the server under test to fetch."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.fetched.append(self.path)
        kind, text = self.server.documents.get(self.path, ("text/plain", ""))
        body = text.encode()
        self.send_response(200 if text else 404)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class DocumentServer:
    def __init__(self, certificate):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.documents, self.server.fetched = {}, []
        self.server.socket = certificate.server_context().wrap_socket(self.server.socket, server_side=True)
        self.origin = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def fetched(self):
        """The path of each request so far."""
        return self.server.fetched

    def publish(self, path, document, kind="application/json"):
        """Serves the document, as JSON unless it is text, at this path, and returns its address."""
        self.server.documents[path] = (kind, document if isinstance(document, str) else json.dumps(document))
        return self.origin + path

    def close(self):
        self.server.shutdown()
        self.server.server_close()
