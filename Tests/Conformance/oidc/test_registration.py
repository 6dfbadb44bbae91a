"""Modules of the Dynamic and 3rd Party-Init plans about what is registered (conformance sections 3 and 4)."""

from suite import checks, keys, tokens
from suite.client import Client, random_value
from suite.flow import Flow
from suite.pages import Kind, Page
from suite.provider import media_type
from suite.variants import module, returns

with_access_token = returns("code", "token")
with_code = returns("code")


@module(["dynamic"])
def test_oidcc_idtoken_rs256(flow: Flow) -> None:
    """`id_token_signed_response_alg=RS256`: so it is, with a `kid` (3.2)."""
    flow.use_client(id_token_signed_response_alg="RS256")
    assert flow.complete().any_id_token.alg == "RS256"


@module(["dynamic"], with_access_token)
def test_oidcc_userinfo_rs256(flow: Flow) -> None:
    """Userinfo as a JWT: RS256, verifiable, with `iss` and `aud`, without `nonce` (3.3)."""
    assert "RS256" in flow.provider.metadata["userinfo_signing_alg_values_supported"]
    client = flow.use_client(userinfo_signed_response_alg="RS256")
    outcome = flow.complete()
    answer = flow.ask_userinfo(outcome.any_access_token)
    assert answer.status_code == 200 and media_type(answer) == "application/jwt", f"{answer.status_code} {answer.headers}"
    token = tokens.verify(answer.text, flow.provider.jwks(), "RS256")
    assert token["sub"] == outcome.any_id_token["sub"]
    assert token.get("iss") == flow.provider.issuer, f"warning: iss is {token.get('iss')}"
    audience = token.get("aud")
    assert audience == client.client_id or client.client_id in (audience or []), f"warning: aud is {audience}"
    assert "nonce" not in token.claims, "a nonce in userinfo"


@module(["dynamic"])
def test_oidcc_ensure_redirect_uri_in_authorization_request(flow: Flow) -> None:
    """Two URIs registered, none sent: an error page (3.4)."""
    callback = flow.registrar.callback
    flow.use_client(redirect_uris=[callback, f"{callback}/second"])
    checks.check_error_page(flow.open(flow.request(redirect_uri=None)).page)


@module(["dynamic"])
def test_oidcc_redirect_uri_query_ok(flow: Flow) -> None:
    """The query of the registered URI is still there in the callback, which `receive` checks (3.5)."""
    flow.use_client(redirect_uris=[f"{flow.registrar.callback}?bar=foo"])
    flow.complete()


@module(["dynamic"])
def test_oidcc_redirect_uri_query_added(flow: Flow) -> None:
    """A query that was not registered: an error page (3.6)."""
    request = flow.request(redirect_uri=f"{flow.client.redirect_uri}?foo=bar")
    checks.check_error_page(flow.open(request).page)


@module(["dynamic"])
def test_oidcc_redirect_uri_regfrag(flow: Flow) -> None:
    """A redirect URI with a fragment is not registered: `invalid_redirect_uri` (3.7)."""
    metadata = flow.registrar.metadata(
        flow.variant.response_type, flow.variant.auth_method, "first", redirect_uris=[f"{flow.registrar.callback}#foo"])
    flow.registrar.refused(metadata, ["invalid_redirect_uri"])


def login_page(flow: Flow) -> Page:
    page = flow.open(flow.request()).page
    assert page.kind is Kind.LOGIN, f"expected the login page, got the {page}"
    return page


@module(["dynamic"])
def test_oidcc_registration_logo_uri(flow: Flow) -> None:
    """The login page shows the client's logo (3.9)."""
    logo = "https://example.com/conformance-logo.png"
    flow.use_client(logo_uri=logo)
    page = login_page(flow)
    assert logo in page.document.images, f"images on the login page: {page.document.images}"
    assert "img-src" not in page.policy or any(allowed in page.policy for allowed in ("img-src *", "https:")), page.policy


@module(["dynamic"])
def test_oidcc_registration_policy_uri(flow: Flow) -> None:
    """The login page links to the client's policy (3.9)."""
    flow.use_client(policy_uri="https://example.com/conformance-policy")
    assert "https://example.com/conformance-policy" in login_page(flow).document.links


@module(["dynamic"])
def test_oidcc_registration_tos_uri(flow: Flow) -> None:
    """The login page links to the client's terms (3.9)."""
    flow.use_client(tos_uri="https://example.com/conformance-terms")
    assert "https://example.com/conformance-terms" in login_page(flow).document.links


@module(["dynamic"], with_code)
def test_oidcc_registration_jwks_uri(flow: Flow) -> None:
    """Keys by `jwks_uri` only, fetched on use (3.10)."""
    path = f"/jwks/{random_value()}.json"
    uri = flow.registrar.listener.serve_json(path, keys.jwks(keys.shared("RS256", "first")))
    flow.use_client(jwks=None, jwks_uri=uri)
    flow.complete()
    assert flow.registrar.listener.received(path), "the keys were never fetched"


@module(["dynamic"])
def test_oidcc_registration_sector_uri(flow: Flow) -> None:
    """`pairwise` with a `sector_identifier_uri`, which is fetched at registration; the subject is the client's own (3.11)."""
    assert "pairwise" in flow.provider.metadata["subject_types_supported"]
    public = flow.complete().any_id_token["sub"]
    path = f"/sector/{random_value()}.json"
    uri = flow.registrar.listener.serve_json(path, [flow.registrar.callback])
    flow.use_client(subject_type="pairwise", sector_identifier_uri=uri)
    assert flow.registrar.listener.received(path), "the sector document was not fetched at registration"
    outcome = flow.complete()
    assert outcome.any_id_token["sub"] != public, "the subject is not pairwise"
    if outcome.any_access_token:
        flow.userinfo(outcome)


@module(["dynamic"])
def test_oidcc_registration_sector_bad(flow: Flow) -> None:
    """A sector document without the redirect URI: 400 (OIDC Registration 5)."""
    uri = flow.registrar.listener.serve_json(f"/sector/{random_value()}.json", ["https://other.example.com/callback"])
    metadata = flow.registrar.metadata(
        flow.variant.response_type, flow.variant.auth_method, "first", subject_type="pairwise", sector_identifier_uri=uri)
    flow.registrar.refused(metadata, ["invalid_redirect_uri", "invalid_client_metadata"])


@module(["dynamic"], with_code)
def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(flow: Flow) -> None:
    """A client assertion with `aud` = issuer is accepted (3.15; a refusal is a warning)."""
    client: Client = flow.client
    request = flow.request()
    response = flow.receive(flow.pass_pages(flow.open(request)), request)
    outcome = flow.check_front(client, request, response)
    answer = client.post("token_endpoint", flow.code_form(outcome), aud=flow.provider.issuer)
    assert answer.status_code == 200, f"warning: aud = issuer is refused: {answer.status_code} {answer.text}"


@module(["3rdparty-init"])
def test_oidcc_3rd_party_init_login(flow: Flow) -> None:
    """`initiate_login_uri` is echoed by the registration and by reading it (section 4; RFC 7592 section 2.1)."""
    uri = flow.registrar.listener.url("/initiate-login")
    client = flow.use_client(initiate_login_uri=uri)
    bearer = {"Authorization": f"Bearer {client.registered['registration_access_token']}"}
    answer = flow.provider.http.get(client.registered["registration_client_uri"], headers=bearer)
    assert answer.status_code == 200 and media_type(answer) == "application/json", f"{answer.status_code} {answer.text[:500]}"
    assert answer.json().get("initiate_login_uri") == uri, answer.json()
