"""Rules that hold in every plan (conformance 1.5, 1.6): errors, headers, entropy."""

import math
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import httpx

from .pages import Kind, Page
from .provider import media_type

#: RFC 6749 section 5.2: %x20-21 / %x23-5B / %x5D-7E.
ERROR_TEXT = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")
#: Errors that RFC 6749, RFC 9449 give status 400.
BAD_REQUEST = {
    "invalid_grant", "invalid_request", "invalid_dpop_proof", "use_dpop_nonce", "unsupported_grant_type", "invalid_scope",
}
#: What a value that must not be guessed has (conformance 1.5).
MINIMUM_BITS, MINIMUM_ENTROPY = 128, 96
#: RFC 6750 section 2.1: what a bearer token is made of.
TOKEN_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
#: RFC 6749 appendix A.17: what a refresh token is made of.
VISIBLE = re.compile(r"[\x20-\x7e]+")


def check_unique(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The parameters, none of which may be there twice (RFC 6749 section 3.1)."""
    counted = Counter(name for name, _ in pairs)
    assert all(count == 1 for count in counted.values()), f"a parameter is repeated: {pairs}"
    return dict(pairs)


def check_error_members(body: dict[str, Any]) -> None:
    """Characters of `error`, `error_description` and `error_uri` (conformance 1.5)."""
    error, description = body.get("error"), body.get("error_description", "")
    assert isinstance(error, str) and error and ERROR_TEXT.fullmatch(error), f"error is {error!r}"
    assert isinstance(description, str), f"error_description is {description!r}"
    assert not re.search(r"[\r\n\t]", description), f"warning: CR, LF or TAB in error_description {description!r}"
    assert ERROR_TEXT.fullmatch(description), f"a forbidden character in error_description {description!r}"
    if "error_uri" in body:
        assert urlsplit(body["error_uri"]).scheme, f"error_uri is {body['error_uri']!r}"


def check_json_error(answer: httpx.Response, errors: list[str], statuses: list[int] | None = None) -> dict[str, Any]:
    """An error of an endpoint: JSON, one of `errors`, with the status that belongs to it (conformance 1.5). Returns the body."""
    assert 400 <= answer.status_code < 500, f"expected {errors}, got {answer.status_code}: {answer.text[:1000]}"
    assert media_type(answer) == "application/json", f"{answer.headers.get('content-type')}: {answer.text[:500]}"
    body = answer.json()
    check_error_members(body)
    assert body["error"] in errors, f"expected one of {errors}, got {answer.status_code} {body}"
    if statuses is None:
        statuses = [400] if body["error"] in BAD_REQUEST else [400, 401]
    assert answer.status_code in statuses, f"{body['error']} with status {answer.status_code}, expected {statuses}"
    return body


def check_error_page(page: Page, errors: list[str] | None = None) -> None:
    """An error page: HTML, status 400, `id=error-page` with the error code in it (conformance 1.6, 1.9)."""
    assert page.kind is Kind.ERROR, f"expected an error page, got the {page}"
    assert page.content_type == "text/html", f"the error page is {page.content_type}"
    assert page.status == 400, f"the error page has status {page.status}"
    text = page.document.texts["error-page"]
    errors = errors or ["invalid_request", "unauthorized_client", "invalid_client"]
    assert any(error in text for error in errors), f"none of {errors} on the error page: {text.strip()!r}"


def check_no_store(answer: httpx.Response) -> None:
    """Conformance 1.5: nothing keeps a token response."""
    directives = answer.headers.get("cache-control", "").lower()
    assert "no-store" in directives, f"cache-control is {directives!r}"


def check_token_characters(token: str) -> None:
    assert TOKEN_CHARACTERS.fullmatch(token), f"an access token with characters that RFC 6750 does not know: {token}"


def check_unguessable(value: str, what: str) -> None:
    """At least 128 bits long and more than 96 bits by Shannon's estimate (conformance 1.5)."""
    assert len(value) * 8 >= MINIMUM_BITS, f"{what} is only {len(value)} characters long"
    assert entropy(value) > MINIMUM_ENTROPY, f"{what} has only {entropy(value):.0f} bits of entropy: {value}"


def entropy(value: str) -> float:
    """Shannon's estimate in bits: length times the entropy of one character by its frequency in the value."""
    length = len(value)
    return -sum(count * math.log2(count / length) for count in Counter(value).values())
