"""Clients that prove themselves, and tokens that are bound, by a certificate (RFC 8705): real handshakes with the second TLS
listener, and certificates that somebody who is no proxy reports."""

import datetime
import ipaddress
import socket
import ssl
import urllib.parse

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from support.authority import Authority
from support.backends import start_dev
from support.tenant import CALLBACK, Pkce, assert_refused, claims
from support.wire import form_request, read_answer

DAY = datetime.timedelta(days=1)
PROXY_SECRET = "what the proxy was given, which is long enough"
UNPROVED = (401, "access_denied", "Unauthorized")

#: For each form of name: the member that registers it, the name in the certificate, and what is registered.
NAMES = {
    "dns": ("tls_client_auth_san_dns", x509.DNSName("ledger.example.com"), "ledger.example.com"),
    "uri": ("tls_client_auth_san_uri", x509.UniformResourceIdentifier("https://ledger.example.com/"), "https://ledger.example.com/"),
    "ip": ("tls_client_auth_san_ip", x509.IPAddress(ipaddress.ip_address("192.0.2.7")), "192.0.2.7"),
    "email": ("tls_client_auth_san_email", x509.RFC822Name("ledger@example.com"), "ledger@example.com"),
}


@pytest.fixture(scope="module")
def clients_authority(tmp_path_factory):
    """Vouches for clients; the server trusts it."""
    return Authority(tmp_path_factory.mktemp("clients-authority"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """Vouches for anybody; nobody trusts it."""
    return Authority(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def server(clients_authority, tmp_path_factory):
    environment = {"MARTLET_TLS_CLIENT_AUTHORITIES": str(clients_authority.path)}
    started = start_dev(tmp_path_factory.mktemp("mtls"), environment=environment, arguments=["--mtls-port", 0])
    yield started
    started.close()


@pytest.fixture(scope="module")
def proxied(clients_authority, tmp_path_factory):
    """A server that believes what its proxy, which is at 127.0.0.1, says of certificates."""
    environment = {
        "MARTLET_TLS_CLIENT_AUTHORITIES": str(clients_authority.path), "MARTLET_PROXY_TRUSTED": "127.0.0.1",
        "MARTLET_PROXY_CERTIFICATE_SECRET": PROXY_SECRET}
    started = start_dev(tmp_path_factory.mktemp("proxied"), environment=environment, arguments=["--mtls-port", 0])
    yield started
    started.close()


@pytest.fixture(scope="module")
def api(server):
    return server.create_api(scopes=[{"value": "read:books"}])


def showing(server, certificate=None):
    """An HTTP client that shows this certificate in its handshake."""
    context = server.trust
    if certificate:
        context.load_cert_chain(certificate.certificate, certificate.key)
    return httpx.Client(verify=context, timeout=20)


def endpoint(server, name):
    return server.metadata(https=True)["mtls_endpoint_aliases"][name]


def machine(server, api, method, **proof):
    client = server.create_client("non_interactive", token_endpoint_auth_method=method, proof=proof)
    server.grant(client, api, ["read:books"])
    return client


def ask(server, client, api, certificate=None, url=None, headers=None, **more):
    """The client credentials grant, at the listener that asks for certificates unless `url` says otherwise."""
    form = {"grant_type": "client_credentials", "client_id": client["client_id"], "audience": api["identifier"], **more}
    with showing(server, certificate) as http:
        return http.post(url or endpoint(server, "token_endpoint"), data=form, headers=headers)


def assert_bound(answer, certificate):
    assert answer.status_code == 200, answer.text
    assert claims(answer.json()["access_token"])["cnf"] == {"x5t#S256": certificate.thumbprint}


# tls_client_auth


def test_the_listener_is_announced(server):
    metadata = server.metadata(https=True)
    assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(metadata["token_endpoint_auth_methods_supported"])
    aliases = metadata["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"] != metadata["token_endpoint"] and aliases["userinfo_endpoint"] != metadata["userinfo_endpoint"]


def test_the_subject_of_an_issued_certificate_proves_its_client(server, api, clients_authority):
    certificate = clients_authority.client("ledger", organization="Books, Inc.")
    client = machine(server, api, "tls_client_auth", tls_client_auth_subject_dn=r"CN=ledger,O=Books\, Inc.")
    assert "client_secret" not in client
    assert ask(server, client, api, certificate).status_code == 200
    for other in (clients_authority.client("ledger-2", organization="Books, Inc."), clients_authority.client("plain")):
        assert_refused(ask(server, client, api, other), *UNPROVED)


@pytest.mark.parametrize("form", NAMES)
def test_an_alternative_name_of_an_issued_certificate_proves_its_client(server, api, clients_authority, form):
    member, name, registered = NAMES[form]
    client = machine(server, api, "tls_client_auth", **{member: registered})
    assert ask(server, client, api, clients_authority.client(f"by-{form}", name)).status_code == 200
    others = [value for other, (_, value, _) in NAMES.items() if other != form]
    assert_refused(ask(server, client, api, clients_authority.client(f"not-by-{form}", *others)), *UNPROVED)


def test_no_certificate_proves_nobody(server, api, clients_authority):
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    assert_refused(ask(server, client, api), *UNPROVED)
    certificate = clients_authority.client("unasked", NAMES["dns"][1])
    plain = server.metadata(https=True)["token_endpoint"]
    assert_refused(ask(server, client, api, certificate, plain), *UNPROVED)


@pytest.mark.parametrize("valid", [(-2 * DAY, -DAY), (DAY, 2 * DAY)], ids=["expired", "not yet valid"])
def test_a_certificate_out_of_its_time_proves_nobody(server, api, clients_authority, valid):
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    late = clients_authority.client("out-of-time", NAMES["dns"][1], valid=valid)
    assert_refused(ask(server, client, api, late), *UNPROVED)
    assert ask(server, client, api, clients_authority.client("in-time", NAMES["dns"][1])).status_code == 200


def test_a_certificate_of_another_authority_or_for_servers_proves_nobody(server, api, clients_authority, stranger):
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    for certificate in (
        stranger.client("ledger", NAMES["dns"][1]), stranger.self_signed("ledger"),
        clients_authority.client("server", NAMES["dns"][1], purpose=ExtendedKeyUsageOID.SERVER_AUTH),
    ):
        assert_refused(ask(server, client, api, certificate), *UNPROVED)


def test_a_secret_beside_the_certificate_is_refused(server, api, clients_authority):
    certificate = clients_authority.client("both", NAMES["dns"][1])
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    assert ask(server, client, api, certificate, client_secret="x").status_code in (400, 401)


# self_signed_tls_client_auth


def test_a_registered_key_proves_its_client_whoever_signed_the_certificate(server, api, stranger):
    first, second = stranger.self_signed("first"), stranger.self_signed("second")
    client = machine(server, api, "self_signed_tls_client_auth", jwks={"keys": [first.jwk, second.jwk]})
    for certificate in (first, second):
        assert ask(server, client, api, certificate).status_code == 200
    assert_refused(ask(server, client, api, stranger.self_signed("third")), *UNPROVED)
    assert_refused(ask(server, client, api), *UNPROVED)


# Bound tokens


def test_a_token_is_bound_to_the_certificate_of_the_connection(server, api, clients_authority):
    certificate = clients_authority.client("bound", NAMES["dns"][1])
    client = machine(
        server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com",
        tls_client_certificate_bound_access_tokens=True)
    assert_bound(ask(server, client, api, certificate), certificate)


def test_a_bound_token_works_with_its_certificate_alone(server, clients_authority, stranger):
    certificate = clients_authority.client("person", NAMES["dns"][1])
    client = server.create_client("regular_web", token_endpoint_auth_method="tls_client_auth", proof={
        "tls_client_auth_san_dns": "ledger.example.com", "tls_client_certificate_bound_access_tokens": True})
    pkce = Pkce()
    code = server.code(client, server.browser(https=True), pkce, https=True, scope="openid email")
    form = {
        "grant_type": "authorization_code", "client_id": client["client_id"], "code": code, "redirect_uri": CALLBACK,
        "code_verifier": pkce.verifier,
    }
    with showing(server, certificate) as http:
        answer = http.post(endpoint(server, "token_endpoint"), data=form)
    assert answer.status_code == 200, answer.text
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    userinfo = endpoint(server, "userinfo_endpoint")
    with showing(server, certificate) as http:
        assert http.get(userinfo, headers=token).json()["email"] == server.email
    plain = server.metadata(https=True)["userinfo_endpoint"]
    for other, url in (
        (clients_authority.client("thief", NAMES["dns"][1]), userinfo), (stranger.self_signed("thief"), userinfo), (None, userinfo),
        (certificate, plain), (None, plain),
    ):
        with showing(server, other) as http:
            refused = http.get(url, headers=token)
        assert refused.status_code == 401 and "email" not in refused.text
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]


def test_the_same_token_is_refused_when_its_thief_reports_the_certificate(server, api, clients_authority):
    certificate = clients_authority.client("reported", NAMES["dns"][1])
    client = machine(
        server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com",
        tls_client_certificate_bound_access_tokens=True)
    token = ask(server, client, api, certificate).json()["access_token"]
    with showing(server) as http:
        refused = http.get(
            endpoint(server, "userinfo_endpoint"), headers={"Authorization": f"Bearer {token}", **reported(certificate)})
    assert refused.status_code == 401


# What somebody reports who is no proxy


def reported(certificate, secret=PROXY_SECRET):
    return {
        "Client-Certificate": urllib.parse.quote(certificate.pem), "Client-Certificate-CA-Verified": "SUCCESS",
        "cname-api-key": secret}


def test_a_certificate_that_a_stranger_reports_proves_nobody(server, api, clients_authority):
    certificate = clients_authority.client("smuggled", NAMES["dns"][1])
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    other = clients_authority.client("of-another-client")
    for own in (None, other):
        assert_refused(ask(server, client, api, own, headers=reported(certificate)), *UNPROVED)
    for url in (f"{server.issuer}oauth/token", f"{server.issuer_https}oauth/token"):
        assert_refused(ask(server, client, api, None, url, reported(certificate)), *UNPROVED)
    forwarded = {**reported(certificate), "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    assert_refused(ask(server, client, api, None, headers=forwarded), *UNPROVED)


def test_a_certificate_that_the_proxy_reports_proves_its_client_and_the_proxys_own_does_not(proxied, clients_authority):
    api = proxied.create_api(scopes=[{"value": "read:books"}])
    certificate = clients_authority.client("proxied", NAMES["dns"][1])
    client = machine(proxied, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    url = f"{proxied.issuer}oauth/token"
    assert ask(proxied, client, api, None, url, reported(certificate)).status_code == 200
    assert_refused(ask(proxied, client, api, None, url, reported(certificate, "a secret that the proxy does not have")), *UNPROVED)
    # The connection between proxy and server shows whom the proxy is, not whom its client is.
    assert_refused(ask(proxied, client, api, certificate), *UNPROVED)
    for verdict in ("FAILED:self-signed certificate", "NONE", ""):
        headers = {**reported(certificate), "Client-Certificate-CA-Verified": verdict}
        assert_refused(ask(proxied, client, api, None, url, headers), *UNPROVED)
    twice = [*reported(certificate).items(), ("Client-Certificate", urllib.parse.quote(certificate.pem))]
    assert_refused(ask(proxied, client, api, None, url, twice), *UNPROVED)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=lambda version: version.name)
def test_a_resumed_session_proves_what_its_first_handshake_proved(server, api, clients_authority, stranger, version):
    client = machine(server, api, "tls_client_auth", tls_client_auth_san_dns="ledger.example.com")
    url = httpx.URL(endpoint(server, "token_endpoint"))
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_id": client["client_id"], "audience": api["identifier"]}).encode()

    def statuses(certificate):
        """Of the first connection and of one that resumes its session."""
        context = server.trust
        context.minimum_version = context.maximum_version = version
        context.load_cert_chain(certificate.certificate, certificate.key)
        session = None
        for resumes in (False, True):
            with socket.create_connection(("127.0.0.1", url.port), 20) as raw:
                with context.wrap_socket(raw, server_hostname="localhost", session=session) as connection:
                    assert connection.session_reused == resumes
                    connection.sendall(form_request(url.path, url.netloc.decode(), form))
                    yield read_answer(connection)[0]
                    session = connection.session

    good = clients_authority.client(f"resumed-{version.name}", NAMES["dns"][1])
    assert list(statuses(good)) == [200, 200]
    assert list(statuses(stranger.client(f"resumed-{version.name}", NAMES["dns"][1]))) == [401, 401]
