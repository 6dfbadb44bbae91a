"""HTTP on a bare connection, for what libraries do not let a test do: half a request, a resumed session, an idle end."""


def request(line, host, *fields):
    """The head of a request."""
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode()


def form_request(path, host, body):
    """A whole request with a form."""
    fields = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return request(f"POST {path}", host, *fields) + body


def read_answer(connection):
    """Status and body of one answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _received(connection)
    top, body = data.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in top.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += _received(connection)
    return int(top.split()[1]), body


def _received(connection):
    data = connection.recv(65536)
    assert data, "the server closed the connection before its answer was whole"
    return data
