"""An authority of the installation's own and the certificates it signs, made by openssl."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import Stop
from deploy.setup.files import put

AUTHORITY_DAYS = 3650
DAYS = 825
RENEWED_BEFORE = 60 * 24 * 3600
"""Seconds before its end at which a certificate is made anew at the next start."""

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def make_authority(folder: Path) -> None:
    """ca.key and ca.crt in the folder, where they are missing."""
    if (folder / "ca.crt").exists():
        return
    with TemporaryDirectory() as made:
        key, certificate = Path(made) / "ca.key", Path(made) / "ca.crt"
        _openssl(
            "req", "-x509", *_CURVE, "-days", str(AUTHORITY_DAYS), "-subj", "/CN=klankbord installation",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", str(key), "-out", str(certificate),
        )  # fmt: skip
        put(folder / "ca.key", key.read_bytes())
        put(folder / "ca.crt", certificate.read_bytes())


def sign(authority: Path, folder: Path, hosts: Sequence[str]) -> bool:
    """A certificate for those host names as tls.key, tls.crt and, both in one, tls.pem; with ca.crt beside them.

    Made where it is missing or near its end; whether that was so.
    """
    put(folder / "ca.crt", (authority / "ca.crt").read_bytes())
    if (folder / "tls.pem").exists() and _lasts(folder / "tls.crt"):
        return False
    with TemporaryDirectory() as made:
        key, wish, certificate, more = (Path(made) / name for name in ("key", "csr", "crt", "extensions"))
        more.write_text(f"subjectAltName={','.join(f'DNS:{host}' for host in hosts)}\nextendedKeyUsage=serverAuth\n")
        _openssl("req", *_CURVE, "-subj", f"/CN={hosts[0]}", "-keyout", str(key), "-out", str(wish))
        _openssl(
            "x509", "-req", "-in", str(wish), "-CA", str(authority / "ca.crt"), "-CAkey", str(authority / "ca.key"),
            "-CAcreateserial", "-CAserial", str(Path(made) / "serial"), "-days", str(DAYS), "-extfile", str(more),
            "-out", str(certificate),
        )  # fmt: skip
        chain = certificate.read_bytes() + (authority / "ca.crt").read_bytes()
        put(folder / "tls.key", key.read_bytes())
        put(folder / "tls.crt", chain)
        put(folder / "tls.pem", key.read_bytes() + chain)
    return True


def _lasts(certificate: Path) -> bool:
    command = ["openssl", "x509", "-checkend", str(RENEWED_BEFORE), "-noout", "-in", str(certificate)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own command


def _openssl(*words: str) -> None:
    try:
        subprocess.run(["openssl", *words], check=True, capture_output=True)  # noqa: S603, S607 - our own command
    except FileNotFoundError:
        raise Stop("certificates are made by openssl, which is not installed") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise Stop(f"openssl could not make a certificate: {said[-1] if said else 'it said nothing'}") from None
