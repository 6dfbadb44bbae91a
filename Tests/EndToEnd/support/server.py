"""Starts the real executable and tells how to reach it."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("MARTLET_BIN", ROOT / ".build" / "debug" / "martlet"))
DEADLINE = 30.0


def free_port():
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, deadline=DEADLINE, interval=0.01):
    """Returns the first true value of `condition()`; fails, saying `what` was awaited, after `deadline` seconds."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline:.0f} s in vain for {what}")
        time.sleep(interval)


def run_command(*arguments, input=None, check=True, environment=None):
    """Runs `martlet ARGUMENTS` to its end and returns the completed process with text output."""
    done = subprocess.run(
        [str(BINARY), *map(str, arguments)], input=input, capture_output=True, text=True, timeout=60,
        env={**clean_environment(), **(environment or {})},
    )
    if check and done.returncode != 0:
        raise AssertionError(f"martlet {' '.join(map(str, arguments))} exited {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def clean_environment():
    """Our environment without the settings of a server that the person at the keyboard may have."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MARTLET_")}


class Process:
    """One server process. `output` collects what it prints, for the message of a failing test."""

    def __init__(self, arguments, output: pathlib.Path, environment=None):
        self.arguments, self.output, self.environment = [str(a) for a in arguments], output, environment or {}
        self.child = None

    def start(self):
        with self.output.open("ab") as log:
            self.child = subprocess.Popen(
                [str(BINARY), *self.arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**clean_environment(), **self.environment},
            )
        return self

    @property
    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def require_running(self):
        if not self.is_running:
            raise AssertionError(f"the server stopped with {self.child.returncode}:\n{self.printed}")

    @property
    def printed(self):
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def kill(self):
        """kill -9: nothing that the process still wanted to do happens."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait(10)

    def stop(self):
        if self.is_running:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait(10)
                raise AssertionError("the server did not stop within 20 s of SIGTERM")

    def wait_for_port(self, port):
        """Returns once the port accepts connections; fails at once when the process dies."""
        def answers():
            self.require_running()
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                return False

        wait_until(answers, f"port {port}", interval=0.002)


def wait_for_json(process, path: pathlib.Path):
    """The JSON document that the server writes once it listens."""
    def document():
        process.require_running()
        try:
            return json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    return wait_until(document, str(path))
