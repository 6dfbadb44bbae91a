"""Load from one process over a few keep-alive connections."""

import dataclasses
import http.client
import json
import os
import pathlib
import threading

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@dataclasses.dataclass
class Request:
    method: str
    path: str
    headers: dict = dataclasses.field(default_factory=dict)
    body: str | None = None
    status: int = 200

    @staticmethod
    def token(body):
        return Request("POST", "/oauth/token", {"Content-Type": "application/json"}, json.dumps(body))


class Load:
    """Every answer must have the status that the request expects."""

    def __init__(self, port, connections=8):
        self.port, self.connections = port, connections

    def run(self, chains):
        """`chains` are generators that yield a request and are sent the answer's JSON; each runs on one connection."""
        failures = []

        def work(mine):
            connection = http.client.HTTPConnection("localhost", self.port, timeout=30)
            try:
                for chain in mine:
                    self._follow(connection, chain)
            except Exception as failure:
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(chains[i::self.connections],)) for i in range(self.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _follow(self, connection, chain):
        request = next(chain, None)
        while request is not None:
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != request.status:
                raise RuntimeError(f"{request.path}: {answer.status} {text[:200]}")
            try:
                request = chain.send(json.loads(text) if text.startswith(b"{") else None)
            except StopIteration:
                return
