"""CPU time of the other endpoints, beside the cryptography that each cannot do without.

The ratio is to the sum of the signatures and verifications of that request, as `openssl speed` measures them around the run.
"""

import base64
import hashlib
import json
import re
import secrets
import subprocess
import time
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from load import Load, Request, cpu_seconds

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Costs:
    """Milliseconds of CPU of one operation."""

    def __init__(self, seconds):
        self.seconds = seconds

    def measured(self):
        done = subprocess.run(
            ["openssl", "speed", "-seconds", str(self.seconds), "rsa2048", "ecdsap256"], capture_output=True, text=True, check=True)
        rows = {"rsa": r"rsa\s*2048 bits", "ecdsa": r"\s*256 bits ecdsa"}
        costs = {"nothing": 0.0}
        for name, pattern in rows.items():
            fields = next(line for line in done.stdout.splitlines() if re.match(pattern, line)).split()
            costs[f"{name} sign"], costs[f"{name} verify"] = 1000 / float(fields[-2]), 1000 / float(fields[-1])
        return costs


def measure_endpoints(measured, tenant, options):
    # One token asks thousands of times: the limit of its bucket is not what is measured.
    wide = {"capacity": 10_000_000, "refillInterval": 1, "refillAmount": 1_000_000}
    settings = {"introspection": True, "rateLimits": {name: wide for name in ("userinfo", "token", "jwks", "authentication_api")}}
    tenant.command("tenants", "update", "default", "--json", json.dumps({"settings": settings}))
    run = Runner(measured, tenant, options)
    run.published()
    run.tokens()
    run.silent_login()
    run.assertions()
    run.proofs()


class Runner:
    def __init__(self, measured, tenant, options):
        self.measured, self.tenant, self.options = measured, tenant, options
        self.count = options.requests // 4 // 8 * 8

    def timed(self, what, chains, count, operations):
        """`chains` yield requests and are sent answers; `operations` is the cryptography of one request."""
        costs, pid = Costs(self.options.seconds), self.tenant.process.child.pid
        before, started = costs.measured(), cpu_seconds(pid)
        Load(self.tenant.port).run(chains)
        each = 1000 * (cpu_seconds(pid) - started) / count
        after = costs.measured()
        needed = sum((before[name] + after[name]) / 2 for name in operations)
        part = f"{each / needed:.2f} × its cryptography ({' + '.join(operations)}, {needed:.2f} ms)" if needed else "no cryptography"
        self.measured.row(f"CPU time of the server per request: {what}", f"{each:.2f} ms; {part}")

    def repeated(self, what, request, operations=("nothing",)):
        def chain():
            for _ in range(self.count // 8):
                yield request

        self.timed(what, [chain() for _ in range(8)], self.count, operations)

    def published(self):
        self.repeated("JWKS", Request("GET", "/.well-known/jwks.json"))
        self.repeated("discovery", Request("GET", "/.well-known/openid-configuration"))

    def tokens(self):
        web = self.tenant.clients["regular_web"]
        opaque = self.tenant.tokens(web, scope="openid profile email")["access_token"]
        signed = self.tenant.tokens(web, scope="openid", audience=self.tenant.api)["access_token"]
        for name, token, operations in (("opaque token", opaque, ("nothing",)), ("JWT", signed, ("rsa verify",))):
            request = Request("GET", "/userinfo", {"Authorization": f"Bearer {token}"})
            self.repeated(f"userinfo with {name}", request, operations)
        body = urlencode({"client_id": web["client_id"], "client_secret": web["client_secret"], "token": signed})
        self.repeated("introspection of a JWT", Request("POST", "/oauth/introspect", FORM, body), ("rsa verify",))

    def silent_login(self):
        """`prompt=none` in a browser with a live session: a code for each request."""
        web, browser = self.tenant.clients["regular_web"], self.tenant.browser()
        self.tenant.code(web, browser, scope="openid profile")
        cookie = "; ".join(f"{c.name}={c.value}" for c in browser.http.cookies.jar)
        parts = urlsplit(self.tenant.authorize_url(web, scope="openid profile", prompt="none"))
        request = Request("GET", f"{parts.path}?{parts.query}", {"Cookie": cookie}, status=302)
        self.repeated("/authorize with a live session", request)

    def assertions(self):
        """Assertions are made before the clock starts: each is good once, for five minutes."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "benchmark", "alg": "RS256"}
        client = self.tenant.create_client(
            "non_interactive", token_endpoint_auth_method="private_key_jwt", proof={"jwks": json.dumps({"keys": [jwk]})})
        self.tenant.grant(client, {"identifier": self.tenant.api}, [])
        count = min(self.count, 2000)
        requests = [self.assertion_request(key, client) for _ in range(count)]
        self.timed(
            "client_credentials with private_key_jwt", [iter_chain(requests[i::8]) for i in range(8)], count,
            ("rsa verify", "rsa sign"))

    def assertion_request(self, key, client):
        now = int(time.time())
        claims = {
            "iss": client["client_id"], "sub": client["client_id"], "aud": self.tenant.issuer, "iat": now, "exp": now + 290,
            "jti": secrets.token_urlsafe(16),
        }
        assertion = jwt.encode(claims, key, "RS256", {"kid": "benchmark"})
        body = {"grant_type": "client_credentials", "audience": self.tenant.api, "client_assertion_type": ASSERTION}
        return Request("POST", "/oauth/token", FORM, urlencode(body | {"client_assertion": assertion}))

    def proofs(self):
        """Refreshes of a public client whose tokens are bound to a DPoP key; proofs are made as the nonces come."""
        native, count = self.tenant.clients["native"], min(self.count, 2000) // 8
        chains = [DPoPChain(self.tenant, native).refreshes(count) for _ in range(8)]
        for chain in chains:
            next(chain)
        self.timed("refresh_token with rotation and DPoP", chains, count * 8, ("ecdsa verify", "rsa sign"))


def iter_chain(requests):
    for request in requests:
        yield request


class DPoPChain:
    def __init__(self, tenant, client):
        self.tenant, self.client, self.key = tenant, client, ec.generate_private_key(ec.SECP256R1())
        self.jwk = {k: v for k, v in json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key())).items() if k in ("kty", "crv", "x", "y")}

    def proof(self, nonce):
        claims = {"jti": secrets.token_urlsafe(16), "htm": "POST", "htu": f"{self.tenant.issuer}oauth/token", "iat": int(time.time())}
        return jwt.encode(claims | ({"nonce": nonce} if nonce else {}), self.key, "ES256", {"typ": "dpop+jwt", "jwk": self.jwk})

    def first(self):
        """The code flow: once without a nonce to get one, then with it."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        from support.tenant import CALLBACK
        code = self.tenant.code(
            self.client, audience=self.tenant.api, scope="offline_access", code_challenge=challenge, code_challenge_method="S256")
        body = {"grant_type": "authorization_code", "client_id": self.client["client_id"], "code": code, "redirect_uri": CALLBACK,
                "code_verifier": verifier}
        refused = self.tenant.http.post("/oauth/token", json=body, headers={"DPoP": self.proof(None)})
        self.nonce = refused.headers["DPoP-Nonce"]
        return self.tenant.http.post("/oauth/token", json=body, headers={"DPoP": self.proof(self.nonce)}).raise_for_status().json()

    def refreshes(self, count):
        """Yields once before the clock starts, then a request for each refresh."""
        token = self.first()["refresh_token"]
        yield None
        for _ in range(count):
            body = json.dumps({"grant_type": "refresh_token", "client_id": self.client["client_id"], "refresh_token": token})
            headers = {"Content-Type": "application/json", "DPoP": self.proof(self.nonce)}
            answer = yield Request("POST", "/oauth/token", headers, body)
            token = answer["refresh_token"]
