"""A server that is killed and started again on the same data and port."""

from .backends import start_tenant
from .server import free_port
from .tenant import Pkce

SETTINGS = {
    # What new rotating clients get, with a leeway longer than any restart.
    "leeway": {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 600},
    # Auth0's default: no leeway.
    "strict": {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0},
    "fixed": {"rotation_type": "non-rotating", "expiration_type": "non-expiring"},
}


class CrashingServer:
    def __init__(self, backend, directory):
        self.tenant = start_tenant(backend, directory, port=free_port())
        self.clients = {kind: self.tenant.create_client("native", refresh_token=settings) for kind, settings in SETTINGS.items()}
        self.browser = self.tenant.browser()

    @property
    def port(self):
        return self.tenant.port

    def new_family(self, make, kind):
        """A new login in the one browser session; `make(kind, client, refresh token)`."""
        client, pkce = self.clients[kind], Pkce()
        answer = self.tenant.exchange(
            client, self.tenant.code(client, self.browser, pkce, audience=self.tenant.api, scope="offline_access"), pkce)
        assert answer.status_code == 200, answer.text
        return make(kind, client, answer.json()["refresh_token"])

    def crash(self):
        self.tenant.process.kill()

    def restart(self):
        self.tenant.process.start().wait_for_port(self.port)

    def stop(self):
        self.tenant.close()
