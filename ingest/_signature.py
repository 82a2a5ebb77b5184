"""Who may push: a signature as Standard Webhooks writes it, or a bearer token."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def sign(secret: str, *, identifier: str, at: datetime, body: bytes) -> str:
    """The value of webhook-signature: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body" (Standard Webhooks 1.0)."""
    signed = f"{identifier}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def refusal(
    headers: Mapping[str, str], body: bytes, *, secret: str, token: str, window: float, now: datetime
) -> str | None:
    """Why this request is refused, or None. Either of secret and token lets in; without both everyone is let in.

    headers  lower case; `window` is how many seconds the signature's time may differ from `now`
    Compares in constant time, and says nothing that helps to guess.
    """
    if not secret and not token:
        return None
    if token and _same(headers.get("authorization", ""), f"Bearer {token}"):
        return None
    if not secret or SIGNATURE not in headers:
        wanted = [name for name, given in ((SIGNATURE, secret), ("authorization", token)) if given]
        return f"the request needs a valid {' or '.join(wanted)} header"
    stamp = headers.get(TIME, "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 13):
        return f"the {TIME} header should hold seconds since 1970"
    if abs(now.timestamp() - int(stamp)) > window:
        return f"the signature's time differs more than {window:.0f} seconds from the time here"
    signed = f"{headers.get(ID, '')}.{stamp}.".encode("utf-8", "replace") + body
    expected = "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()
    given = headers[SIGNATURE].split()
    # Every one is compared, so that the time taken does not tell which came near.
    return None if sum(_same(one, expected) for one in given[:10]) else "the signature does not fit the body"


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def _key(secret: str) -> bytes:
    """whsec_ and base64, as Standard Webhooks writes secrets, or any other text as it is."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()
