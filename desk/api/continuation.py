"""What continues a list over the API: the archive's own mark, sealed to the question it belongs to."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from core.errors import Reject

_SIGNED = 16


class Seal:
    """Seals and opens marks with a key, so that an archive is only ever given marks it made itself for that question."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"continuation of a list", "sha256")

    def close(self, mark: str, question: msgspec.Struct) -> str:
        """The mark for a client. The question is without a mark, and names its stretch, where it has one, by its two ends."""
        return urlsafe_b64encode(self._signed(mark, question) + mark.encode()).decode().rstrip("=")

    def open(self, sealed: str, question: msgspec.Struct) -> str:
        """The mark. Raises Reject where it was not sealed for that very question."""
        try:
            body = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            mark = body[_SIGNED:].decode()
        except ValueError:
            body, mark = b"", ""
        if not hmac.compare_digest(body[:_SIGNED], self._signed(mark, question)):
            raise Reject("after continues another list, or none; follow the link `next` as it is", reason="after")
        return mark

    def _signed(self, mark: str, question: msgspec.Struct) -> bytes:
        asked = msgspec.json.encode(question)
        return hmac.new(self._key, asked + b"\n" + mark.encode(), hashlib.sha256).digest()[:_SIGNED]
