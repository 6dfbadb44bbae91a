"""The `claims` parameter with every standard claim (conformance 9, `test-claims-parameter-identity-claims`)."""

from __future__ import annotations

import json
from typing import Any

from suite import claims as standard

from .. import jws, verdicts
from ..party import Party
from ..registry import module, with_openid

UNKNOWN = ("urn:example:unknown", "favourite_colour")


@module("test-claims-parameter-identity-claims", "fapi2_sp", "fapi2_ms", only=with_openid)
def identity_claims(party: Party) -> None:
    """Every standard claim for ID token and userinfo, as null, essential and by value, and unknown ones: all known come back."""
    metadata, user = party.world.metadata, party.world.user
    assert metadata.get("claims_parameter_supported") is True, "the claims parameter is not supported"
    known = set().union(*standard.SCOPES.values()) & set(metadata["claims_supported"])
    values = {**user["profile"], "email": user["email"], "email_verified": user["email_verified"]}
    asked = request(sorted(known), values)
    flow = party.flow(claims=json.dumps(asked), scope="openid")
    if party.variant.signed:
        flow.parameters["claims"] = asked
    body = verdicts.check_tokens(flow, flow.redeem(flow.code()), frozenset(known))
    answer = party.client().resource(body["access_token"])
    verdicts.check_resource(party.client(), answer)
    in_token, in_userinfo = jws.claims_of(body["id_token"]), answer.json()
    missing = known - set(in_token) - set(in_userinfo)
    assert not missing, f"warning: asked for, but in neither ID token nor userinfo: {sorted(missing)}"
    strangers = {name for name in UNKNOWN if name in in_token or name in in_userinfo}
    assert not strangers, f"warning: unknown claims came back: {strangers}"


def request(names: list[str], values: dict[str, Any]) -> dict[str, Any]:
    """Half of the claims in each place and half in both, in turn as null, essential, voluntary and by value."""
    asked: dict[str, dict[str, Any]] = {"id_token": {}, "userinfo": {}}
    for index, name in enumerate(names):
        forms: list[Any] = [None, {"essential": True}, {"essential": False}]
        if name in values and not isinstance(values[name], dict):
            forms.append({"value": values[name]})
        form = forms[index % len(forms)]
        for place in (("id_token",), ("userinfo",), ("id_token", "userinfo"))[index % 3]:
            asked[place][name] = form
    for claims in asked.values():
        claims |= {UNKNOWN[0]: None, UNKNOWN[1]: {"essential": True}}
    return asked
