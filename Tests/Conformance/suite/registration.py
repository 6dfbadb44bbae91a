"""Gets clients for the modules: made by an operator (static) or by themselves (dynamic)."""

import json
from typing import Any

import httpx

from . import keys
from .checks import check_json_error
from .client import Client, grant_types
from .listener import Listener
from .metadata import is_https
from .provider import Provider, media_type
from .server import Server

#: Members of RFC 7591 and the object of our client record that holds them under the same name.
NESTED = {
    "proof": ["jwks_uri"],
    "requests": ["request_object_signing_alg", "request_uris"],
    "responses": ["userinfo_signed_response_alg", "subject_type", "sector_identifier_uri"],
    "logout": ["backchannel_logout_session_required", "frontchannel_logout_uri", "frontchannel_logout_session_required"],
    "presentation": ["policy_uri", "tos_uri"],
}


class Registrar:
    """Makes clients for one provider, and forgets them when the module is over."""

    def __init__(self, server: Server, provider: Provider, listener: Listener, operator: "Operator"):
        self.server, self.provider, self.listener, self.operator = server, provider, listener, operator
        self._registered: list[Client] = []

    @property
    def callback(self) -> str:
        return self.listener.url("/test/callback")

    def static(self, response_type: str, auth_method: str, name: str = "first", **members: Any) -> Client:
        """The client of this name and these RFC 7591 members, made by an operator when it is first needed."""
        metadata = self.metadata(response_type, auth_method, name, **members)
        return self._client(self.operator.client(metadata), metadata, auth_method, name)

    def dynamic(self, response_type: str, auth_method: str, name: str = "first", **members: Any) -> Client:
        """A client that registered itself a moment ago (conformance 3.0)."""
        metadata = self.metadata(response_type, auth_method, name, **members)
        client = self._client(check_registration(self.register(metadata), metadata), metadata, auth_method, name)
        self._registered.append(client)
        return client

    def metadata(self, response_type: str, auth_method: str, name: str, **members: Any) -> dict[str, Any]:
        """What every dynamic run registers (conformance 3.0) and `members`; `None` leaves one out."""
        metadata = {
            "client_name": f"Conformance {name}", "redirect_uris": [self.callback], "response_types": [response_type],
            "grant_types": grant_types(response_type), "token_endpoint_auth_method": auth_method,
            "jwks": keys.jwks(keys.shared("RS256", name)), "contacts": ["certification@example.com"], **members,
        }
        return {member: value for member, value in metadata.items() if value is not None}

    def register(self, metadata: dict[str, Any]) -> httpx.Response:
        """Registers, with a member that the server cannot know and must not mind (conformance 3.0)."""
        endpoint, body = self.provider.endpoint("registration_endpoint"), {**metadata, "conformance_extension": {"a": [1]}}
        return self.provider.http.post(endpoint, json=body, headers={"Accept": "application/json"})

    def refused(self, metadata: dict[str, Any], errors: list[str]) -> None:
        """The registration is refused with 400 JSON and one of `errors` (conformance 3.0)."""
        check_json_error(self.register(metadata), errors, [400])

    def close(self) -> None:
        """`DELETE registration_client_uri` gives 204 (conformance 3.0) [W]."""
        answers = [self._delete(client) for client in self._registered]
        assert all(status == 204 for status in answers), f"warning: deleting the registrations gave {answers}"

    def _delete(self, client: Client) -> int:
        bearer = {"Authorization": f"Bearer {client.registered['registration_access_token']}"}
        return self.provider.http.delete(client.registered["registration_client_uri"], headers=bearer).status_code

    def _client(self, made: dict[str, Any], metadata: dict[str, Any], auth_method: str, name: str) -> Client:
        return Client(
            self.provider, made["client_id"], metadata["redirect_uris"][0], auth_method, made.get("client_secret"),
            keys.shared("RS256", name), metadata["response_types"][0],
            metadata.get("id_token_signed_response_alg", "RS256"), made)


class Operator:
    """Makes static clients by the command line, each configuration once in the test run."""

    def __init__(self, server: Server):
        self.server = server
        self._made: dict[str, dict[str, Any]] = {}

    def client(self, metadata: dict[str, Any]) -> dict[str, Any]:
        record = client_record(metadata)
        name = json.dumps(record, sort_keys=True)
        if name not in self._made:
            self._made[name] = self.server.create("clients", record)
        return self._made[name]


def client_record(metadata: dict[str, Any]) -> dict[str, Any]:
    """The record for `martlet clients create --json` of a client with these RFC 7591 members."""
    record: dict[str, Any] = {
        "name": metadata["client_name"], "app_type": "regular_web", "callbacks": metadata["redirect_uris"],
        "grant_types": metadata["grant_types"], "token_endpoint_auth_method": metadata["token_endpoint_auth_method"],
        "allowed_logout_urls": metadata.get("post_logout_redirect_uris", []), "oidc_conformant": True,
    }
    for group, names in NESTED.items():
        values = {name: metadata[name] for name in names if name in metadata}
        if values:
            record[group] = values
    if metadata["token_endpoint_auth_method"] == "private_key_jwt" or "request_object_signing_alg" in metadata:
        record.setdefault("proof", {})["jwks"] = json.dumps(metadata["jwks"])
    if "backchannel_logout_uri" in metadata:
        record.setdefault("logout", {})["backchannel_logout_uris"] = [metadata["backchannel_logout_uri"]]
    if "id_token_signed_response_alg" in metadata:
        record["jwt_configuration"] = {"alg": metadata["id_token_signed_response_alg"]}
    return record


def check_registration(answer: httpx.Response, metadata: dict[str, Any]) -> dict[str, Any]:
    """201, JSON, a client id, secrets with an expiry, management both or neither, everything echoed (conformance 3.0)."""
    assert answer.status_code == 201, f"registration: {answer.status_code} {answer.text[:1000]}"
    assert media_type(answer) == "application/json", f"registration: {answer.headers.get('content-type')}"
    made = answer.json()
    assert isinstance(made.get("client_id"), str) and made["client_id"], f"no client_id in {made}"
    if "client_secret" in made:
        expires = made.get("client_secret_expires_at")
        assert isinstance(expires, int), f"client_secret_expires_at is {expires!r}"
    management = {"registration_client_uri", "registration_access_token"} & set(made)
    assert len(management) in (0, 2), f"only {management} is there"
    assert management, "registration management (RFC 7592) is not offered, so the client cannot be removed"
    assert is_https(made["registration_client_uri"]), f"registration_client_uri is {made['registration_client_uri']}"
    changed = {name: made.get(name) for name, value in metadata.items() if _differs(value, made.get(name))}
    assert not changed, f"registered {({name: metadata[name] for name in changed})}, but the response says {changed}"
    return made


def _differs(sent: Any, echoed: Any) -> bool:
    if isinstance(sent, list) and isinstance(echoed, list) and all(isinstance(item, str) for item in sent + echoed):
        return set(sent) != set(echoed)
    return sent != echoed
