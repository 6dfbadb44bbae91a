"""A certificate authority for applications that the server calls (their documents and their logout addresses), and for
clients that prove themselves by a certificate."""

import base64
import dataclasses
import datetime
import hashlib
import pathlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=2)
NOW = (-LIFETIME, LIFETIME)


@dataclasses.dataclass(frozen=True)
class Certificate:
    """PEM files."""

    certificate: pathlib.Path
    key: pathlib.Path

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    @property
    def pem(self):
        return self.certificate.read_text()

    @property
    def thumbprint(self):
        """`x5t#S256` (RFC 8705 section 3.1)."""
        return _base64url(hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.pem)).digest())

    @property
    def jwk(self):
        """The public key, as `self_signed_tls_client_auth` registers it (RFC 8705 section 2.2.2)."""
        point = x509.load_pem_x509_certificate(self.pem.encode()).public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": _base64url(point.x.to_bytes(32, "big")), "y": _base64url(point.y.to_bytes(32, "big"))}


class Authority:
    """Its own certificate is in `path`."""

    def __init__(self, directory: pathlib.Path):
        self.directory, self.path = directory, directory / "authority.pem"
        directory.mkdir(parents=True, exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Martlet end-to-end tests")])
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        own = _certificate(self.name, self.key, self.name, self.key, [constraints, usage])
        self.path.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def localhost(self) -> Certificate:
        """A certificate of an application on `https://localhost`."""
        return self._issue("localhost", _subject("localhost"), [x509.SubjectAlternativeName([x509.DNSName("localhost")])])

    def client(self, name, *alternatives, organization=None, purpose=ExtendedKeyUsageOID.CLIENT_AUTH, valid=NOW) -> Certificate:
        """A client's certificate. `valid` is from when to when, counted from now."""
        extensions = [x509.ExtendedKeyUsage([purpose])]
        if alternatives:
            extensions.append(x509.SubjectAlternativeName(alternatives))
        return self._issue(f"client-{name}", _subject(name, organization), extensions, valid)

    def self_signed(self, name, valid=NOW) -> Certificate:
        """A client's certificate that nobody vouches for."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._write(f"self-signed-{name}", _certificate(_subject(name), key, _subject(name), key, [], valid), key)

    def _issue(self, file, subject, extensions, valid=NOW):
        key = ec.generate_private_key(ec.SECP256R1())
        return self._write(file, _certificate(subject, key, self.name, self.key, extensions, valid), key)

    def _write(self, file, made, key):
        files = Certificate(self.directory / f"{file}.pem", self.directory / f"{file}.key")
        files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files.key.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return files


def _subject(name, organization=None):
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)] if organization else []
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject, key, issuer, issuer_key, extensions, valid=NOW):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now + valid[0]).not_valid_after(now + valid[1]))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
