"""What the tests of auth0-python share."""

import json
import pathlib

import pytest
from auth0.authentication.exceptions import Auth0Error

from .server import wait_until
from .tenant import claims

GRANTS = "http://auth0.com/oauth/grant-type"
CIBA = "urn:openid:params:grant-type:ciba"
INVALID_REFRESH = (403, "invalid_grant", "Unknown or invalid refresh token.")


def code(tenant, client, pkce=None, **parameters):
    """The code of a login in a browser that came over https."""
    return tenant.code(client, tenant.browser(https=True), pkce, https=True, **parameters)


def refused(call, *arguments, **named):
    """Status, error and description of the refusal."""
    with pytest.raises(Auth0Error) as caught:
        call(*arguments, **named)
    return caught.value.status_code, caught.value.error_code, caught.value.message


def login_hint(tenant):
    """The tenant's user as the documentation of the backchannel login has it."""
    token = tenant.tokens(tenant.clients["native"], scope="openid")["id_token"]
    return json.dumps({"format": "iss_sub", "iss": tenant.issuer_https, "sub": claims(token)["sub"]})


def message(tenant, recipient, suffix="eml"):
    """The newest message to this recipient."""
    inbox = pathlib.Path(tenant.document["inbox"])
    return wait_until(lambda: sorted(inbox.glob(f"*-{recipient}-*.{suffix}"))[-1:], f"a message to {recipient}")[0].read_text()
