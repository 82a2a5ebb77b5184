"""The password of an engine's one account, made once a folder and readable by its owner alone."""

import base64
import hashlib
import os
import secrets
from pathlib import Path

USER = "klankbord"


def password_in(folder: Path) -> str:
    """The password that the folder keeps, made on first use."""
    path = folder / "password"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


def hashed(password: str) -> str:
    """A password as Elasticsearch's file realm keeps it: PBKDF2 over HMAC-SHA512, salt and hash in base64."""
    rounds, salt = 10_000, secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"
