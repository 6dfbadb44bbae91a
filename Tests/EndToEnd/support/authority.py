"""A certificate authority for applications that the server calls: their documents and their logout addresses."""

import dataclasses
import datetime
import pathlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFETIME = datetime.timedelta(days=2)


@dataclasses.dataclass(frozen=True)
class Certificate:
    """PEM files."""

    certificate: pathlib.Path
    key: pathlib.Path

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """Its own certificate is in `path`."""

    def __init__(self, directory: pathlib.Path):
        self.directory, self.path = directory, directory / "authority.pem"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Martlet end-to-end tests")])
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)
        own = self._sign(self.name, self.key, [x509.BasicConstraints(ca=True, path_length=0), usage])
        self.path.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def localhost(self) -> Certificate:
        """A certificate of an application on `https://localhost`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        made = self._sign(subject, key, [x509.SubjectAlternativeName([x509.DNSName("localhost")])])
        files = Certificate(self.directory / "localhost.pem", self.directory / "localhost.key")
        files.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        files.key.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return files

    def _sign(self, subject, key, extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - LIFETIME).not_valid_after(now + LIFETIME))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())
