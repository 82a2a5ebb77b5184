"""A certificate authority of one's own and a certificate for this machine, made once a folder with openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from core.errors import Stop

DAYS = 3650
AUTHORITY = ("-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
SERVER = """\
basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost,IP:127.0.0.1
authorityKeyIdentifier=keyid
"""
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority to trust, the server's certificate and its key."""

    ca: Path
    certificate: Path
    key: Path


def certificates(folder: Path, *, days: int = DAYS) -> Certificates:
    """Those of the folder, made on first use, good for so many days. Raises Stop where openssl is missing or fails."""
    made = Certificates(folder / "ca.crt", folder / "server.crt", folder / "server.key")
    if made.certificate.exists():
        return made
    folder.mkdir(parents=True, exist_ok=True)
    authority, request, extensions = folder / "ca.key", folder / "server.csr", folder / "server.ext"
    extensions.write_text(SERVER)
    subject = ("-subj", "/CN=klankbord local authority")
    _openssl("req", "-x509", *CURVE, "-days", str(days), *subject, *AUTHORITY, "-keyout", authority, "-out", made.ca)
    _openssl("req", *CURVE, "-subj", "/CN=localhost", "-keyout", made.key, "-out", request)
    signed = ("-CA", made.ca, "-CAkey", authority, "-CAcreateserial", "-extfile", extensions)
    _openssl("x509", "-req", "-in", request, "-days", str(days), *signed, "-out", made.certificate)
    return made


def _openssl(*arguments: str | Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise Stop("TLS needs openssl to make certificates, and it is missing; on Debian: apt-get install openssl")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise Stop(f"openssl could not make a certificate: {done.stderr.strip()[-300:]}")
