"""Debian's mod_auth_openidc: Apache as a relying party, over https, with an authority for each side."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from support.apache import Apache
from support.browser import Browser, origin
from support.server import wait_until
from support.tenant import claims


@pytest.fixture
def apache(standard_tenant, authority):
    """A started Apache, registered by hand at the tenant, as `client`."""
    server = Apache(authority.localhost())
    try:
        server.client = register(standard_tenant, server)
        server.start(standard_tenant.certificate, {
            "OIDCProviderMetadataURL": f"{standard_tenant.issuer_https}.well-known/openid-configuration",
            "OIDCClientID": server.client["client_id"], "OIDCClientSecret": server.client["client_secret"],
            "OIDCScope": "openid profile email offline_access", "OIDCAuthRequestParams": "prompt=consent",
            "OIDCPKCEMethod": "S256", "OIDCProviderTokenEndpointAuth": "client_secret_basic", "OIDCSSLValidateServer": "On",
        })
        yield server
    finally:
        server.close()


def register(tenant, server):
    logout = {
        "backchannel_logout_uris": [f"{server.callback}?logout=backchannel"], "backchannel_logout_session_required": True}
    return tenant.create("clients", {
        "name": "Apache", "app_type": "regular_web", "token_endpoint_auth_method": "client_secret_basic",
        "callbacks": [server.callback], "allowed_logout_urls": [f"{server.origin}gone"], "logout": logout})


@pytest.fixture
def person(standard_tenant, authority):
    browser = Person(standard_tenant, authority)
    yield browser
    browser.close()


class Person(Browser):
    """Knows both sides: follows redirects between Apache and the tenant, and signs in and agrees when asked."""

    def __init__(self, tenant, authority):
        trust = tenant.trust
        trust.load_verify_locations(authority.path)
        super().__init__(tenant.issuer_https, verify=trust)
        self.tenant = tenant

    def visit(self, url):
        page = self.arrive(self.open(url))
        if page.is_login:
            page = self.arrive(self.log_in(page, self.tenant.email, self.tenant.password))
        if origin(page.url) == origin(self.issuer) and page.forms:
            page = self.arrive(self.submit(page))
        return page

    def arrive(self, page):
        """Goes on where the tenant sends it, and where Apache does."""
        for _ in range(10):
            if not page.left:
                return page
            page = self.open(page.url)
        raise AssertionError(f"redirected too often, last to {page.url}")

    def session(self, apache):
        """What Apache knows of the session; `None` when there is none."""
        answer = self.http.get(f"{apache.callback}?info=json")
        return answer.json() if answer.status_code == 200 else None


def test_code_flow_session_and_refresh(standard_tenant, apache, person):
    page = person.visit(apache.origin)
    assert "Members only" in page.html, apache.log
    session = person.session(apache)
    assert page.response.headers["x-user"].split("@")[0] == session["id_token"]["sub"]
    assert page.response.headers["x-email"] == standard_tenant.email
    assert session["id_token"]["aud"] == apache.client["client_id"] and session["id_token"]["iss"] == standard_tenant.issuer_https
    assert session["userinfo"]["email"] == standard_tenant.email

    # The session answers without the tenant.
    again = person.http.get(apache.origin)
    assert again.status_code == 200 and "Members only" in again.text

    refresh = {"refresh": apache.origin, "access_token": session["access_token"]}
    answer = person.http.get(f"{apache.callback}?{urlencode(refresh)}")
    assert (answer.status_code, answer.headers["location"]) == (302, apache.origin), apache.log
    assert person.session(apache)["access_token"] != session["access_token"]


def test_a_second_application_is_signed_in_by_the_tenants_session(standard_tenant, apache, person):
    page = person.open(standard_tenant.authorize_url(standard_tenant.clients["regular_web"], https=True, scope="openid"))
    assert person.log_in(page, standard_tenant.email, standard_tenant.password).left
    page = person.arrive(person.open(apache.origin))
    assert not page.is_login and origin(page.url) == origin(standard_tenant.issuer_https), "only consent is asked"
    assert "Members only" in person.arrive(person.submit(page)).html


def test_back_channel_logout(standard_tenant, apache, person):
    """The tenant's session ends elsewhere, and Apache's ends with it."""
    person.visit(apache.origin)
    assert person.session(apache)
    ended = person.http.get(f"{standard_tenant.issuer_https}v2/logout?client_id={apache.client['client_id']}")
    assert ended.status_code == 302
    wait_until(lambda: person.session(apache) is None, f"the logout token\n{apache.log}", deadline=15)
    assert person.arrive(person.open(apache.origin)).is_login


def test_back_channel_logout_leaves_other_sessions_alone(standard_tenant, authority, apache, person):
    other = Person(standard_tenant, authority)
    try:
        person.visit(apache.origin)
        other.visit(apache.origin)
        assert person.session(apache)["id_token"]["sid"] != other.session(apache)["id_token"]["sid"]
        person.http.get(f"{standard_tenant.issuer_https}v2/logout?client_id={apache.client['client_id']}")
        wait_until(lambda: person.session(apache) is None, f"the logout token\n{apache.log}", deadline=15)
        assert other.session(apache)
    finally:
        other.close()


def test_a_forged_logout_token_ends_nothing(standard_tenant, apache, person):
    """Not of the server, but what the test of the logout relies on: Apache checks what it gets."""
    person.visit(apache.origin)
    token = standard_tenant.tokens(standard_tenant.clients["native"], scope="openid")["id_token"]
    answer = person.http.post(f"{apache.callback}?logout=backchannel", data={"logout_token": token})
    assert answer.status_code == 400 and person.session(apache)


def test_logout_initiated_by_apache(standard_tenant, apache, person):
    person.visit(apache.origin)
    answer = person.http.get(f"{apache.callback}?{urlencode({'logout': f'{apache.origin}gone'})}")
    target = urlsplit(answer.headers["location"])
    query = {name: values[0] for name, values in parse_qs(target.query).items()}
    assert target.path == "/oidc/logout" and claims(query["id_token_hint"])["aud"] == apache.client["client_id"]
    page = person.open(answer.headers["location"])
    assert page.left and page.url.split("?")[0] == f"{apache.origin}gone", "the hint names this session: no question is asked"
    assert person.session(apache) is None
    assert person.arrive(person.open(apache.origin)).is_login, "the tenant's session is over, too"
