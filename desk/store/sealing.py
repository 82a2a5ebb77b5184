"""Secrets that have to be read again are kept encrypted: AES-256-GCM, by a key derived from the data folder's own.

A copy of the database alone does not open them. What a secret belongs to is part of its seal, so that none can be put in
the place of another. A nonce is 96 random bits (NIST SP 800-38D, 8.2.2), fresh for each.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Stop

NONCE = 12


class Seal:
    """Seals and opens. `secret` is the data folder's."""

    def __init__(self, secret: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"klankbord desk secrets").derive(secret)
        self._cipher = AESGCM(key)

    def sealed(self, plain: str, owner: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain.encode(), owner.encode())

    def opened(self, sealed: bytes, owner: str) -> str:
        """Raises Stop where it was sealed with another folder's key, or for another owner."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode()).decode()
        except InvalidTag:
            raise Stop(
                f"the secret of {owner} was sealed with another data folder's key (its file `secret`): "
                "put that file back, or give the endpoint a new secret"
            ) from None
