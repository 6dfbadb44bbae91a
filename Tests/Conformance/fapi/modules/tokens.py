"""Codes and refresh tokens: reuse, theft between clients, and what a refresh must prove; client credentials."""

from __future__ import annotations

import time
from typing import Any

from suite import checks, tokens

from .. import dpop, jws, verdicts
from ..ciba import Backchannel
from ..client import RIGHT, FapiClient, How
from ..party import Party
from ..registry import module, with_mtls_auth
from .binding import unbound_errors
from .flows import check_resource_manners, check_token_of_another


@module("ensure-client-id-in-token-endpoint", "fapi2_sp", "fapi2_ms", "fapi1")
def another_client_id(party: Party) -> None:
    """Client 1's code and credentials with client 2's `client_id`."""
    flow = party.flow()
    answer = flow.redeem(flow.code(), client_id=party.client(2).identity.client_id)
    checks.check_json_error(answer, ["invalid_client", "invalid_grant"])


@module("attempt-reuse-authorization-code-after-one-second", "fapi2_sp", "fapi2_ms", "fapi1")
def code_reuse(party: Party) -> None:
    """Second use: 400 `invalid_grant`; the first access token should then be refused by the resource."""
    flow, client = party.flow(), party.client()
    code = flow.code()
    token = verdicts.check_tokens(flow, flow.redeem(code))["access_token"]
    verdicts.check_resource(client, client.resource(token))
    time.sleep(1)
    checks.check_json_error(flow.redeem(code), ["invalid_grant"], [400])
    status = client.resource(token).status_code
    assert 400 <= status < 500, f"warning: the access token of a code that was used twice is still good ({status})"


@module("refresh-token", "fapi2_sp", "fapi2_ms", "fapi1", "fapi_ciba")
def refresh_token(party: Party) -> None:
    """Refresh works, with a new DPoP key too; the previous token stays good; it takes the client and its key."""
    client, first = party.client(), _first_tokens(party)
    # `iat` has whole seconds, and must be new.
    time.sleep(1.1)
    renewed = check_refresh(client, first, first["refresh_token"], How(key=dpop.DPoPKey()))
    current = renewed.get("refresh_token", first["refresh_token"])
    check_refresh(client, first, current)
    if current != first["refresh_token"]:
        time.sleep(30)
        check_refresh(client, first, first["refresh_token"])
    check_refresh_refusals(party, current)


def _first_tokens(party: Party, number: int = 1) -> dict[str, Any]:
    if party.variant.plan == "ciba":
        made = Backchannel(party.client(number)).tokens()
    else:
        made = party.flow(number).finish()
    assert "refresh_token" in made, f"no refresh token although offline_access was asked for: {sorted(made)}"
    return made


def check_refresh(client: FapiClient, first: dict[str, Any], token: str, how: How = RIGHT) -> dict[str, Any]:
    """The refresh succeeds; the new token works; an ID token is of the same user, client and login as the first (section 2)."""
    body = verdicts.check_token_response(client, client.refresh(token, how))
    assert body["access_token"] != first["access_token"], "the refreshed access token is the old one"
    verdicts.check_resource(client, client.resource(body["access_token"], how))
    if "id_token" in body:
        _check_id_tokens(client, first["id_token"], body["id_token"])
    return body


def _check_id_tokens(client: FapiClient, before: str, after: str) -> None:
    old = jws.claims_of(before)
    new = tokens.verify(after, client.world.provider.jwks(), client.identity.key.alg)
    tokens.check_required(new, verdicts.as_client(client))
    for name in ("iss", "sub", "aud"):
        assert new[name] == old[name], f"{name} of the refreshed ID token is {new[name]}, was {old[name]}"
    assert ("azp" in new.claims) == ("azp" in old), "azp is in one of the ID tokens only"
    if "auth_time" in new.claims and "auth_time" in old:
        assert new["auth_time"] == old["auth_time"], f"auth_time is {new['auth_time']}, was {old['auth_time']}"
    assert new["iat"] > old["iat"], f"iat of the refreshed ID token is {new['iat']}, was {old['iat']}"


def check_refresh_refusals(party: Party, token: str) -> None:
    """Without client authentication, without proof or certificate, by another client."""
    client = party.client()
    checks.check_json_error(client.refresh(token, How(authenticated=False)), ["invalid_client", "invalid_request"], [400, 401])
    unbound = client.refresh(token, How(constrained=False))
    checks.check_json_error(unbound, *unbound_errors(client))
    checks.check_json_error(client.refresh(_first_tokens(party, 2)["refresh_token"]), ["invalid_grant"], [400])
    assert client.refresh(token).status_code == 200, "the refresh token is gone after refused requests"


@module("happy-flow", "fapi2_cc")
def client_credentials(party: Party) -> None:
    """Both clients get a token for the API; a refresh token is a warning; the resource as with a user."""
    for number in (1, 2):
        client = party.client(number)
        body = verdicts.check_token_response(client, client.client_credentials())
        assert "refresh_token" not in body, "warning: a refresh token by client_credentials"
        assert "id_token" not in body, "an ID token by client_credentials"
        verdicts.check_resource(client, client.resource(body["access_token"]))
    check_resource_manners(client, body["access_token"])
    check_token_of_another(party.client(1), client, body["access_token"])
    party.check_tls()


@module("tls-client-auth-forms", "fapi2_cc", only=with_mtls_auth)
def tls_client_auth_forms(party: Party) -> None:
    """`tls_client_auth` by each form of subject alternative name, and not by another's (conformance 9, last paragraph)."""
    for identity in party.world.population.named[party.variant]:
        client = FapiClient(party.world, identity)
        verdicts.check_token_response(client, client.client_credentials())
        other = client.client_credentials(How(certificate=party.client(2).identity.certificate))
        checks.check_json_error(other, ["invalid_client"])
