"""Clients that register themselves (RFC 7591): the `dynamic_client` variants of FAPI-CIBA (conformance 11, last paragraph)."""

from __future__ import annotations

from typing import Any

from suite.provider import media_type
from suite.registration import check_registration

from .plans import Identity
from .world import World


class Registrar:
    """Registers a module's clients and removes them when it is over."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._registered: list[dict[str, Any]] = []

    def register(self, identity: Identity) -> Identity:
        """The same client with the id that the server gave it."""
        sent = metadata(identity)
        answer = self.world.connections.showing(None).post(self.world.metadata["registration_endpoint"], json=sent)
        made = check_registration(answer, sent)
        assert media_type(answer) == "application/json"
        self._registered.append(made)
        identity.client_id = made["client_id"]
        return identity

    def close(self) -> None:
        """`DELETE registration_client_uri` gives 204 (conformance 3.0)."""
        statuses = [self._delete(made) for made in self._registered]
        assert all(status == 204 for status in statuses), f"warning: deleting the registrations gave {statuses}"

    def _delete(self, made: dict[str, Any]) -> int:
        headers = {"Authorization": f"Bearer {made['registration_access_token']}"}
        return self.world.connections.showing(None).delete(made["registration_client_uri"], headers=headers).status_code


def metadata(identity: Identity) -> dict[str, Any]:
    """What a CIBA client registers: no redirect URIs, an empty `response_types`, the CIBA grant (conformance 11)."""
    sent: dict[str, Any] = {
        "client_name": f"FAPI-CIBA client {identity.number}", "grant_types": identity.grant_types, "response_types": [],
        "token_endpoint_auth_method": identity.auth_method, "jwks": identity.jwks, "scope": identity.variant.scope,
        "id_token_signed_response_alg": identity.key.alg, "tls_client_certificate_bound_access_tokens": True,
        "backchannel_token_delivery_mode": identity.variant.delivery,
        "backchannel_authentication_request_signing_alg": identity.key.alg, "backchannel_user_code_parameter": False,
    }
    if identity.variant.delivery == "ping":
        sent["backchannel_client_notification_endpoint"] = identity.notification_endpoint
    if identity.auth_method == "private_key_jwt":
        sent["token_endpoint_auth_signing_alg"] = identity.key.alg
    if identity.auth_method == "tls_client_auth":
        sent["tls_client_auth_subject_dn"] = identity.certificate.subject
    return sent
