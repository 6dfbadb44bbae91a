"""Debian's oidc-agent with a socket and a directory of its own."""

import pathlib
import subprocess

from .installed import program
from .server import wait_until

PACKAGE = "oidc-agent-cli"


class OidcAgent:
    def __init__(self, directory: pathlib.Path, certificate):
        self.directory, self.certificate = directory, certificate
        self.socket, self.password = directory / "agent.sock", directory / "password"
        self.password.write_text("not a secret\n")
        (directory / "home" / "accounts").mkdir(parents=True)
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(directory / "home"), "TMPDIR": str(directory), "LC_ALL": "C.UTF-8",
            "OIDC_CONFIG_DIR": str(directory / "home" / "accounts"), "OIDC_SOCK": str(self.socket),
        }
        log = (directory / "agent.log").open("wb")
        self.process = subprocess.Popen(
            [
                program("oidc-agent", PACKAGE), "--console", f"--socket-path={self.socket}", "--no-autoload", "--no-scheme",
                "--always-allow-idtoken",
            ],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.generations = []
        wait_until(self.socket.exists, "oidc-agent's socket")

    def close(self):
        for generation in self.generations:
            generation.close()
        self.process.terminate()
        self.process.wait(10)

    def generate(self, name, issuer, *options):
        """Starts `oidc-gen`, which registers a client and waits for a person to approve it."""
        command = [
            program("oidc-gen", PACKAGE), name, f"--iss={issuer}", f"--pw-file={self.password}", f"--cp={self.certificate}",
            "--no-url-call", "--prompt=none", "--confirm-default", "--no-scheme", *options,
        ]
        self.generations.append(Generation(command, self.environment, self.directory / f"{name}.log"))
        return self.generations[-1]

    def token(self, name, *options):
        """The access token, or what the options ask for."""
        done = self._run("oidc-token", *options, name)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def account(self, name):
        """The stored account, decrypted."""
        done = self._run("oidc-gen", f"--print={name}", f"--pw-file={self.password}")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, name, *arguments):
        return subprocess.run(
            [program(name, PACKAGE), *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=30)


class Generation:
    """A running `oidc-gen`."""

    def __init__(self, command, environment, output):
        self.output = output
        with output.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    @property
    def printed(self):
        return self.output.read_text(errors="replace")

    def wait_for(self, pattern):
        """The match of a compiled pattern in what it prints; fails when it ends without."""
        def found():
            match = pattern.search(self.printed)
            assert match or self.process.poll() is None, f"oidc-gen ended with {self.process.returncode}:\n{self.printed}"
            return match

        return wait_until(found, f"oidc-gen to print {pattern.pattern}")

    def finish(self):
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.close()
            raise AssertionError(f"oidc-gen did not end:\n{self.printed}") from None
        assert code == 0, self.printed

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
