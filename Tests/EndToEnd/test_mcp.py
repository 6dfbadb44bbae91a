"""The MCP Python SDK's own OAuth client against an MCP server of the same SDK that an API of the tenant protects."""

import json
from urllib.parse import parse_qs, urlsplit

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from support.mcp_server import IntrospectionVerifier, KeyVerifier, ProtectedServer
from support.server import wait_until
from support.tenant import CALLBACK, claims

SCOPES = ["notes:read"]
REGISTRATION, TOKEN = "/oidc/register", "/oauth/token"


class Storage:
    """What the SDK asks an application to keep."""

    def __init__(self):
        self.tokens = self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Agent:
    """An MCP client with a person beside it who signs in and agrees. `seen` has the (method, path) of each of its requests."""

    def __init__(self, tenant, url, metadata_url=None, **metadata):
        self.tenant, self.url, self.storage, self.seen, self.pages = tenant, url, Storage(), [], []
        self.browser = tenant.browser(https=True)
        self.answer = None
        self.provider = OAuthClientProvider(
            url, OAuthClientMetadata(client_name="Notes agent", redirect_uris=[CALLBACK], **metadata), self.storage,
            redirect_handler=self._redirect, callback_handler=self._callback, client_metadata_url=metadata_url)

    def call(self):
        """What the MCP server says of us."""
        return anyio.run(self._call)

    async def _call(self):
        hooks = {"request": [self._note]}
        async with httpx2.AsyncClient(auth=self.provider, verify=self.tenant.trust, timeout=20, event_hooks=hooks) as http:
            async with Client(streamable_http_client(self.url, http_client=http)) as client:
                result = await client.call_tool("whoami", {})
        assert not result.is_error, result
        return json.loads(result.content[0].text)

    async def _note(self, request):
        self.seen.append((request.method, request.url.path))

    async def _redirect(self, url):
        self.answer = await anyio.to_thread.run_sync(self._authorize, url)

    def _authorize(self, url):
        """Signs in when asked, and agrees on whatever page comes then."""
        self.pages.append(url)
        page = self.browser.open(url)
        if page.is_login:
            page = self.browser.log_in(page, self.tenant.email, self.tenant.password)
        self.pages.append(page.html)
        assert not page.left, "no consent was asked for a client that nobody knows"
        return self.browser.submit(page).answer

    async def _callback(self):
        return AuthorizationCodeResult(code=self.answer["code"], state=self.answer["state"], iss=self.answer.get("iss"))

    @property
    def authorization_request(self):
        return {name: values[0] for name, values in parse_qs(urlsplit(self.pages[0]).query).items()}

    def paths(self, start=0):
        """The requests that were not the protocol's own, in order and each once in a row."""
        return [seen for seen in self.seen[start:] if seen[1] != "/mcp"]


def switch_on(tenant, api):
    """`martlet apis mcp`: the challenge for the MCP server to send, and the document about it."""
    printed = tenant.command("apis", "mcp", api, "--issuer", tenant.issuer_https).stdout
    challenge, document = printed.split("\n", 1)
    assert challenge.startswith("WWW-Authenticate: ")
    return challenge.removeprefix("WWW-Authenticate: "), json.loads(document)


@pytest.fixture
def protected(open_tenant):
    """An MCP server whose API exists, not started: the test chooses how it checks tokens."""
    server = ProtectedServer(open_tenant.issuer_https, SCOPES)
    open_tenant.create("apis", {
        "identifier": server.url, "name": "Notes", "scopes": [{"value": "notes:read", "description": "Read your notes"}]})
    server.printed_challenge, _ = switch_on(open_tenant, server.url)
    yield server
    server.close()


def assert_first_contact(agent, known):
    """The order in which the SDK finds its way."""
    discovery = [("GET", "/.well-known/oauth-protected-resource/mcp"), ("GET", "/.well-known/oauth-authorization-server")]
    register = [] if known else [("POST", REGISTRATION)]
    assert agent.paths() == [*discovery, *register, ("POST", TOKEN)]
    request = agent.authorization_request
    assert (request["resource"], request["code_challenge_method"]) == (agent.url, "S256")


@pytest.mark.parametrize("method", [None, "none", "client_secret_post"])
def test_discovery_registration_code_and_refresh(open_tenant, protected, method):
    protected.start(KeyVerifier(open_tenant, protected.url))
    agent = Agent(open_tenant, protected.url, token_endpoint_auth_method=method)
    who = agent.call()
    assert_first_contact(agent, known=False)
    client = agent.storage.client
    assert client.token_endpoint_auth_method == (method or "client_secret_basic")
    assert (client.client_secret is None) == (method == "none")
    token = claims(agent.storage.tokens.access_token)
    assert (token["iss"], token["aud"], token["client_id"]) == (open_tenant.issuer_https, protected.url, client.client_id)
    assert who["client"] == client.client_id and set(SCOPES) <= set(who["scopes"]) and who["subject"] == token["sub"]

    before, start = agent.storage.tokens, len(agent.seen)
    agent.provider.context.token_expiry_time = 1
    again = agent.call()
    assert agent.paths(start) == [("POST", TOKEN)], "an expired token is refreshed, without a person"
    after = agent.storage.tokens
    assert after.access_token != before.access_token and claims(after.access_token)["aud"] == protected.url
    assert again["claims"]["jti"] == claims(after.access_token)["jti"] != who["claims"]["jti"]
    # A public client's refresh token is of one use (RFC 9700 section 4.14.2).
    assert (after.refresh_token != before.refresh_token) == (method == "none")


def test_the_consent_page_tells_what_the_agent_gets(open_tenant, protected):
    protected.start(KeyVerifier(open_tenant, protected.url))
    agent = Agent(open_tenant, protected.url)
    agent.call()
    for text in ["Notes agent", "Notes", "Read your notes"]:
        assert text in agent.pages[1]


def test_introspection_and_revocation(open_tenant, protected):
    """The MCP server asks about each token, so a revoked one is worth nothing from then on, and the client begins anew."""
    resource_server = open_tenant.create(
        "clients", {"name": "Notes server", "app_type": "resource_server", "resource_server_identifier": protected.url})
    protected.start(IntrospectionVerifier(open_tenant, protected.url, resource_server))
    agent = Agent(open_tenant, protected.url, token_endpoint_auth_method="none")
    who = agent.call()
    assert set(SCOPES) <= set(who["scopes"]) and who["claims"]["aud"] == protected.url

    tokens, start = agent.storage.tokens, len(agent.seen)
    revoked = httpx2.post(f"{open_tenant.issuer_https}oauth/revoke", verify=open_tenant.trust, data={
        "client_id": agent.storage.client.client_id, "token": tokens.access_token, "token_type_hint": "access_token"})
    assert revoked.status_code == 200
    agent.call()
    assert ("POST", REGISTRATION) not in agent.paths(start) and agent.storage.tokens.access_token != tokens.access_token


def test_a_token_for_another_api_is_refused(open_tenant, protected):
    protected.start(KeyVerifier(open_tenant, protected.url))
    agent = Agent(open_tenant, protected.url, token_endpoint_auth_method="none")
    agent.call()
    foreign = open_tenant.tokens(open_tenant.clients["native"], audience=open_tenant.api)["access_token"]
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    for token, status in [(foreign, 401), (agent.storage.tokens.access_token, 200)]:
        answer = httpx2.post(protected.url, json=message, headers={**headers, "Authorization": f"Bearer {token}"})
        assert answer.status_code == status, answer.text


def test_a_metadata_document_is_a_client_and_the_tenant_publishes_the_resource(open_tenant, protected, documents):
    """No registration: the client's id is the address of its document. And no metadata of the MCP server's own: it only sends
    the challenge that points to the tenant's document about it."""
    protected.challenge = protected.printed_challenge
    protected.start(KeyVerifier(open_tenant, protected.url))
    address = f"{documents.origin}/agents/notes.json"
    documents.publish("/agents/notes.json", {
        "client_id": address, "client_name": "Notes agent", "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none"})
    agent = Agent(open_tenant, protected.url, metadata_url=address)
    who = agent.call()
    assert who["client"] == address and claims(agent.storage.tokens.access_token)["client_id"] == address
    discovery = [("GET", "/.well-known/oauth-protected-resource"), ("GET", "/.well-known/oauth-authorization-server")]
    assert agent.paths() == [*discovery, ("POST", TOKEN)]
    assert "Notes agent" in agent.pages[1] and "localhost" in agent.pages[1]

    start = len(agent.seen)
    agent.provider.context.token_expiry_time = 1
    agent.call()
    assert agent.paths(start) == [("POST", TOKEN)]
    # Fetched for the first request, kept for the others.
    assert documents.fetched == ["/agents/notes.json"]


def test_a_document_that_names_another_client_is_none(open_tenant, protected, documents):
    address = documents.publish("/other.json", {
        "client_id": "https://attacker.example/other.json", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"})
    url = open_tenant.authorize_url({"client_id": address}, https=True, resource=protected.url)
    page = open_tenant.browser(https=True).open(url)
    assert not page.left and page.status == 400 and documents.fetched == ["/other.json"]


def test_one_switch_makes_an_api_an_mcp_server(own_tenant):
    """Registration, metadata documents, refresh tokens, RFC 9068 tokens, and what tells clients of them."""
    api = own_tenant.create_api(scopes=[{"value": "notes:read"}])["identifier"]
    published = {"params": {"resource": api}, "verify": own_tenant.trust}
    address = f"{own_tenant.issuer_https}.well-known/oauth-protected-resource"
    assert httpx2.get(address, **published).status_code == 404
    challenge, document = switch_on(own_tenant, api)
    own_tenant.change_settings({}, until=lambda metadata: metadata.get("client_id_metadata_document_supported"))
    assert own_tenant.metadata(https=True)["registration_endpoint"] == f"{own_tenant.issuer_https}oidc/register"
    shown = json.loads(own_tenant.command("apis", "show", api, "--json").stdout)
    assert shown["is_mcp_server"] and shown["allow_offline_access"] and shown["token_dialect"] == "rfc9068_profile"
    wait_until(lambda: httpx2.get(address, **published).status_code == 200, "the document about the API")
    assert httpx2.get(address, **published).json() == document == {
        "resource": api, "authorization_servers": [own_tenant.issuer_https], "bearer_methods_supported": ["header"],
        "resource_name": "test API", "scopes_supported": ["notes:read"]}
    assert challenge == f'Bearer resource_metadata="{httpx2.URL(address, params={"resource": api})}"'
