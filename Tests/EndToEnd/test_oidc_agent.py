"""Debian's oidc-agent: it registers itself, gets tokens by the code and the device flow, and refreshes them."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from support.oidc_agent import OidcAgent
from support.server import free_port, wait_until
from support.tenant import claims

AUTHORIZATION = re.compile(r"https://localhost:\d+/authorize\?\S+")
SCOPE = "openid profile email offline_access"


@pytest.fixture
def start(tmp_path):
    """Starts an agent for a tenant, and ends it with the test."""
    started = []

    def start(tenant):
        started.append(OidcAgent(tmp_path, tenant.certificate))
        return started[-1]

    yield start
    for agent in started:
        agent.close()


@pytest.fixture
def agent(start, standard_tenant):
    return start(standard_tenant)


def local_port():
    return wait_until(lambda: (port := free_port()) < 49152 and port, "a port that oidc-agent takes")


def userinfo(tenant, token):
    return httpx.get(
        f"{tenant.issuer_https}userinfo", headers={"Authorization": f"Bearer {token}"}, verify=tenant.trust)


def refreshes(tenant, client_id):
    """How often the client has got tokens for a refresh token."""
    lines = tenant.command("logs", "--json", "--limit", "1000", "--type", "sertft").stdout.splitlines()
    return sum(json.loads(line)["client_id"] == client_id for line in lines)


def assert_refreshes(tenant, agent, name):
    """The agent's token is good and stays while it lasts; new ones are as good."""
    client_id = json.loads(agent.account(name))["client_id"]
    token = agent.token(name)
    assert userinfo(tenant, token).json()["email"] == tenant.email
    assert agent.token(name) == token
    before = refreshes(tenant, client_id)
    # The second time with the refresh token that the first time answered.
    for count in (1, 2):
        token = agent.token(name, "--force-new")
        assert userinfo(tenant, token).json()["email"] == tenant.email and refreshes(tenant, client_id) == before + count
    assert claims(agent.token(name, "--id-token"))["iss"] == tenant.issuer_https


def test_registration_and_the_code_flow_with_a_local_redirect(standard_tenant, agent):
    port = local_port()
    generation = agent.generate("code", standard_tenant.issuer_https, f"--scope={SCOPE}", "--flow=code", f"--port={port}")
    url = generation.wait_for(AUTHORIZATION).group(0)
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert query["code_challenge_method"] == "S256"
    page = standard_tenant.browser(https=True).authorize(url, standard_tenant.email, standard_tenant.password)
    assert "code" in page.answer and urlsplit(page.url).port == port
    assert httpx.get(page.url).status_code == 200
    generation.finish()
    account = json.loads(agent.account("code"))
    assert account["client_id"] == query["client_id"] and account["refresh_token"]
    assert_refreshes(standard_tenant, agent, "code")


def test_registration_and_the_device_flow(standard_tenant, agent):
    generation = agent.generate("device", standard_tenant.issuer_https, f"--scope={SCOPE}", "--flow=device")
    address = generation.wait_for(re.compile(r"https://localhost:\d+/activate\b")).group(0)
    code = generation.wait_for(re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")).group(0)
    browser = standard_tenant.browser(https=True)
    page = browser.open(address)
    page = browser.submit(page, page.form(), user_code=code)
    if page.is_login:
        page = browser.log_in(page, standard_tenant.email, standard_tenant.password)
    assert code in page.html, "the code is shown again for the person to compare"
    page = browser.submit(page, button="accept")
    assert page.status == 200 and not page.forms
    generation.finish()
    assert_refreshes(standard_tenant, agent, "device")


def test_a_declined_device_gets_nothing(standard_tenant, agent):
    generation = agent.generate("declined", standard_tenant.issuer_https, f"--scope={SCOPE}", "--flow=device")
    code = generation.wait_for(re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")).group(0)
    browser = standard_tenant.browser(https=True)
    page = browser.submit(browser.open(f"{standard_tenant.issuer_https}activate?user_code={code}"))
    page = browser.log_in(page, standard_tenant.email, standard_tenant.password)
    assert browser.submit(page, button="decline").status == 200
    assert generation.process.wait(60) != 0
    assert "denied" in generation.printed.lower() or "cancel" in generation.printed.lower(), generation.printed


def test_a_public_client_made_by_hand_at_an_auth0_tenant(open_tenant, start):
    """It sends `Basic` with an empty secret, which means none."""
    agent, port = start(open_tenant), local_port()
    client = open_tenant.create_client("native", callbacks=[f"http://localhost:{port}"])
    generation = agent.generate(
        "public", open_tenant.issuer_https, f"--client-id={client['client_id']}", "--client-secret=", f"--port={port}",
        f"--scope={SCOPE}", "--flow=code", f"--aud={open_tenant.api}")
    url = generation.wait_for(AUTHORIZATION).group(0)
    page = open_tenant.browser(https=True).authorize(url, open_tenant.email, open_tenant.password)
    assert httpx.get(page.url).status_code == 200
    generation.finish()
    assert_refreshes(open_tenant, agent, "public")
