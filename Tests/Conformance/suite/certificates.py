"""A certificate authority of the test run, and certificates for servers and clients."""

import datetime
import ipaddress
import pathlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=2)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, in memory and as PEM files."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    certificate_path: pathlib.Path
    key_path: pathlib.Path

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def subject(self) -> str:
        """The distinguished name as RFC 4514 writes it."""
        return self.certificate.subject.rfc4514_string()

    @property
    def files(self) -> tuple[str, str]:
        """What httpx takes as `cert`."""
        return str(self.certificate_path), str(self.key_path)


class Authority:
    """Signs certificates; its own certificate is in `path`."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._own = _make(directory / "ca", "Conformance tests", None, _authority_extensions())

    @property
    def path(self) -> pathlib.Path:
        return self._own.certificate_path

    def server(self, name: str) -> Certificate:
        """A server certificate for localhost and 127.0.0.1; RSA, as conformance 1.8 advises."""
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return _make(self.directory / name, "localhost", self._own, [names, usage])

    def client(self, name: str, alternatives: list[x509.GeneralName] | None = None) -> Certificate:
        """A client certificate with CN `name` and the given subject alternative names."""
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        extensions = [usage] + ([x509.SubjectAlternativeName(alternatives)] if alternatives else [])
        return _make(self.directory / f"client-{name}", name, self._own, extensions)

    def self_signed(self, name: str) -> Certificate:
        """A client certificate that nobody vouches for."""
        return _make(self.directory / f"self-signed-{name}", name, None, [])


def _authority_extensions() -> list[x509.ExtensionType]:
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)
    return [x509.BasicConstraints(ca=True, path_length=0), usage]


def _make(path: pathlib.Path, name: str, issuer: Certificate | None, extensions: list[x509.ExtensionType]) -> Certificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + LIFETIME)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    certificate = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    made = Certificate(certificate, key, path.with_suffix(".pem"), path.with_suffix(".key"))
    made.certificate_path.write_text(made.pem)
    made.key_path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return made
