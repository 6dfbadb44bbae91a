"""What the tenant under test holds before the first module (conformance 1.9)."""

from dataclasses import dataclass, field
from typing import Any

#: Every standard claim is filled, so that a claim of a scope that is missing is the server's fault.
USER: dict[str, Any] = {
    "email": "user@example.com", "email_verified": True, "password": "Correct-Horse-9",
    "profile": {
        "name": "Zoë Maria Example", "given_name": "Zoë", "family_name": "Example", "middle_name": "Maria", "nickname": "zoe",
        "preferred_username": "zoe.example", "profile": "https://example.com/zoe", "picture": "https://example.com/zoe.png",
        "website": "https://zoe.example.com/", "gender": "female", "birthdate": "1990-02-28", "zoneinfo": "Europe/Berlin",
        "locale": "de-DE", "phone_number": "+49 30 1234567", "phone_number_verified": True,
        "address": {
            "formatted": "Example Street 1\n10115 Berlin\nGermany", "street_address": "Example Street 1", "locality": "Berlin",
            "region": "Berlin", "postal_code": "10115", "country": "Germany",
        },
    },
}

#: What a login by password reaches.
ACR_VALUES = ["urn:example:password"]
#: A bucket that no test empties: the tests come from one address.
PLENTY = {"capacity": 1_000_000, "refillInterval": 1}

#: Certification tests what a server can do, with clients that register themselves: here they may do all of it.
REGISTRATION: dict[str, Any] = {
    "enabled": True, "perAddress": PLENTY, "thirdPartySecurityMode": "permissive",
    "grantTypes": [
        "authorization_code", "implicit", "refresh_token", "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"],
}

TENANT: dict[str, Any] = {
    "friendlyName": "Conformance",
    "defaultWireProfile": "standard",
    "signingAlgorithms": ["RS256", "PS256", "ES256"],
    "registration": REGISTRATION,
    "backchannel": {"requestsPerAddress": PLENTY, "messagesPerUserAndClient": PLENTY, "pendingPerUser": 1_000_000},
    "authenticationContexts": [{"acr": value, "methods": ["pwd"]} for value in ACR_VALUES],
    # A run of all variants makes several thousand requests of each kind.
    "rateLimits": {name: PLENTY for name in ("authentication_api", "token", "userinfo", "unproven_token", "registration", "pages")},
    # The comprehensive plan has public clients that send no challenge.
    "requirePKCEForPublicClients": False,
    # The callbacks of the tests are on localhost, which belongs to nobody; a certifier's are not.
    "confirmNonVerifiableCallbacks": False,
}


@dataclass
class Seed:
    """A tenant to start with. `settings` are changes of the tenant's, `environment` of the process's."""

    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    #: Further records of the import file: `clients`, `resource_servers`, `client_grants`…
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The file for `martlet import`."""
        return {"tenant": {"settings": {**TENANT, **self.settings}}, "users": [USER], **self.records}
