"""One module's run: the variant's two clients and one browser with an empty cookie jar."""

from __future__ import annotations

from typing import Any

import httpx

from suite import tls
from suite.browser import Browser

from .client import RIGHT, FapiClient, How
from .flow import Flow
from .plans import Identity, Variant
from .registration import Registrar
from .world import World


class Party:
    """`prepared` is what the module's own preparation returned, when it has one."""

    def __init__(self, world: World, variant: Variant) -> None:
        self.world, self.variant = world, variant
        self.browser = Browser(world.provider)
        self.prepared: Any = None
        self._clients: dict[int, FapiClient] = {}
        self._registrar = Registrar(world)

    def client(self, number: int = 1) -> FapiClient:
        if number not in self._clients:
            self._clients[number] = FapiClient(self.world, self._identity(number))
        return self._clients[number]

    def _identity(self, number: int) -> Identity:
        """The seeded client, or one that registers itself now."""
        if not self.variant.dynamic:
            return self.world.population.identities[self.variant, number]
        return self._registrar.register(self.world.population.new(self.variant, number))

    def flow(self, number: int = 1, **changes: Any) -> Flow:
        """An authorization of one of the clients; `changes` replace parameters, `None` leaves one out."""
        return Flow.of(self.client(number), self.browser, **changes)

    def authenticated(self, how: How = RIGHT) -> list[httpx.Response]:
        """The answers of every endpoint of the plan that authenticates the client, asked in this way."""
        if self.variant.plan == "fapi2_cc":
            return [self.client().client_credentials(how)]
        pushed = [self.flow().push(how)] if self.variant.pushed else []
        flow = self.flow()
        return [*pushed, flow.redeem(flow.code(), how)]

    def check_tls(self) -> None:
        """TLS of every endpoint that the plan talks to (conformance 1.8)."""
        client = self.client()
        members = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "registration_endpoint")
        urls = [self.world.metadata[name] for name in members if name in self.world.metadata] + [client.resource_url]
        if self.variant.uses_mtls:
            urls.append(client.endpoints["token_endpoint"])
        if self.variant.plan == "ciba":
            urls.append(client.endpoints["backchannel_authentication_endpoint"])
        for url in urls:
            self.world.check_once(tls.check_tls, url)

    def close(self) -> None:
        self.browser.close()
        self._registrar.close()
