"""The signing certificate in each form (contract 3.2), read by the `openssl` command."""

import base64
import subprocess

from support.installed import program
from support.server import wait_until


def openssl(*arguments, reading=b""):
    done = subprocess.run([program("openssl", "openssl"), *arguments], input=reading, capture_output=True, timeout=20)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def get(tenant, path):
    answer = tenant.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == tenant.http.get("/.well-known/jwks.json").headers["cache-control"]
    return answer.content


def test_openssl_reads_every_form_and_finds_the_same_certificate(tenant):
    pem = get(tenant, "/pem")
    certificate = openssl("x509", "-inform", "PEM", reading=pem)
    assert openssl("x509", "-inform", "DER", reading=get(tenant, "/cer")) == certificate
    bundle = openssl("pkcs7", "-inform", "DER", "-print_certs", reading=get(tenant, "/pb7"))
    assert bundle.count("-----BEGIN CERTIFICATE-----") == 1 and certificate.strip() in bundle
    key = openssl("rsa", "-pubin", reading=get(tenant, "/rawpem"))
    assert key == openssl("x509", "-noout", "-pubkey", reading=pem)
    fingerprint = openssl("x509", "-noout", "-fingerprint", "-sha1", reading=pem)
    assert fingerprint.strip().split("=")[1] == get(tenant, "/fingerprint").decode()


def test_the_certificate_follows_a_rotation_of_the_keys(own_tenant):
    def current():
        return get(own_tenant, "/cer")

    before, published = current(), own_tenant.http.get("/.well-known/jwks.json").json()["keys"]
    own_tenant.command("keys", "rotate")
    after = wait_until(lambda: next((found for found in [current()] if found != before), None), "the next certificate", interval=0.1)
    assert {before, after} == {
        base64.b64decode(key["x5c"][0]) for key in published if key["alg"] == "RS256"}, "it was published ahead of its use"
