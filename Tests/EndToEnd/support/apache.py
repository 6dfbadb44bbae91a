"""Apache with mod_auth_openidc in front of a page, on `https://localhost`, with a configuration of its own."""

import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile

from .installed import file, program
from .server import free_port, wait_until

MODULES = ["mpm_event", "authn_core", "authz_core", "authz_user", "socache_shmcb", "ssl", "headers", "dir", "auth_openidc"]
MODULE_DIRECTORY = "/usr/lib/apache2/modules"

CONFIGURATION = """
{modules}
ServerRoot {directory}
ServerName localhost
PidFile {directory}/apache.pid
Mutex file:{directory}
{user}
Listen 127.0.0.1:{port} https
ErrorLog {directory}/error.log
LogLevel warn auth_openidc:info
SSLEngine on
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
SSLSessionCache none
DocumentRoot {directory}/pages
{settings}
OIDCInfoHook access_token id_token userinfo session
<Location "/">
    AuthType openid-connect
    Require valid-user
    Header always set X-User "expr=%{{REMOTE_USER}}"
    Header always set X-Email "%{{OIDC_CLAIM_email}}e"
</Location>
"""


class Apache:
    """The protected page is `origin`, the address that belongs to mod_auth_openidc is `callback`."""

    def __init__(self, certificate):
        self.certificate, self.port = certificate, free_port()
        # Not pytest's directory: that is closed to the user that serves.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="martlet-apache-"))
        self.directory.chmod(0o755)
        self.origin = f"https://localhost:{self.port}/"
        self.callback = f"{self.origin}oidc/callback"
        self.process = None
        (self.directory / "pages").mkdir(mode=0o755)
        (self.directory / "pages" / "index.html").write_text("<h1>Members only</h1>")

    def start(self, authorities, settings):
        """`authorities` is a file of those that it trusts, `settings` are directives of mod_auth_openidc."""
        program_path = program("apache2", "apache2-bin")
        file(f"{MODULE_DIRECTORY}/mod_auth_openidc.so", "libapache2-mod-auth-openidc")
        configuration = self.directory / "apache.conf"
        bundle = shutil.copy(authorities, self.directory / "authorities.pem")
        configuration.write_text(self._configuration({"OIDCCABundlePath": str(bundle), **settings}))
        log = (self.directory / "output.log").open("wb")
        self.process = subprocess.Popen(
            [program_path, "-f", str(configuration), "-DFOREGROUND"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(self._is_up, "Apache")
        return self

    def _configuration(self, settings):
        settings = {
            "OIDCRedirectURI": self.callback, "OIDCCryptoPassphrase": secrets.token_hex(16), "OIDCSessionType": "server-cache",
            "OIDCCacheType": "shm", "OIDCPassClaimsAs": "environment",
            **settings}
        return CONFIGURATION.format(
            modules="\n".join(f"LoadModule {name}_module {MODULE_DIRECTORY}/mod_{name}.so" for name in MODULES),
            directory=self.directory, port=self.port, user="User www-data\nGroup www-data" if os.getuid() == 0 else "",
            certificate=self.certificate.certificate, key=self.certificate.key,
            settings="\n".join(f'{name} {quoted(value)}' for name, value in settings.items()))

    def _is_up(self):
        assert self.process.poll() is None, f"Apache ended with {self.process.returncode}:\n{self.log}"
        return (self.directory / "apache.pid").exists()

    @property
    def log(self):
        """What it wrote, for the message of a failing test."""
        return "".join(
            (self.directory / name).read_text(errors="replace") for name in ("output.log", "error.log")
            if (self.directory / name).exists())

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        shutil.rmtree(self.directory)


def quoted(value):
    return value if " " not in value else f'"{value}"'
