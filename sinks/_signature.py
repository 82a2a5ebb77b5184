"""Standard Webhooks: how a request is signed (https://github.com/standard-webhooks/standard-webhooks, spec 1.0.0). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
"""Of a secret: "at least 24 bytes, 512 bits maximum"."""


def key(secret: str) -> bytes:
    """The bytes of a secret as people are given it. Raises ValueError where it is none."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not LEAST_BYTES <= len(found) <= MOST_BYTES:
        raise ValueError(f"a secret is {PREFIX} and the base64 of {LEAST_BYTES} to {MOST_BYTES} random bytes")
    return found


def headers(keys: Iterable[bytes], identifier: str, seconds: int, body: bytes) -> dict[str, str]:
    """What a request with that body is signed with: one signature a key, so that a receiver may change its secret.

    identifier  the same at each attempt, without a full stop; `seconds` since 1970, of the attempt
    """
    signed = f"{identifier}.{seconds}.".encode() + body
    made = (base64.b64encode(hmac.digest(one, signed, hashlib.sha256)).decode() for one in keys)
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{one}" for one in made),
    }
