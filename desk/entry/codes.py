"""One-time codes of a telephone (RFC 6238: six digits, thirty seconds, HMAC-SHA-1) and recovery codes for who lost it."""

import base64
import hashlib
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno

SECONDS = 30
AROUND = (0, -1, 1)
"""Steps of time that a code may be of: clocks differ, and typing takes a while (RFC 6238, 5.2)."""
RECOVERY_CODES, RECOVERY_BYTES = 10, 10


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226, 4 asks for."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step of time that the code is of; None where it is none of now. Which were taken before is known elsewhere."""
    typed = "".join(code.split())
    now = int(at.timestamp()) // SECONDS
    made = pyotp.HOTP(secret)
    steps = [
        now + by for by in AROUND if hmac.compare_digest(made.at(now + by).encode(), typed.encode("utf-8", "replace"))
    ]
    return steps[0] if steps else None


def address(secret: str, *, name: str, issuer: str) -> str:
    """What a telephone reads: an otpauth address that names the person and the place."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=name, issuer_name=issuer)


def picture(text: str) -> str:
    """The text as a QR code: an SVG element without style or script."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, svgclass="qr", lineclass=None, omitsize=True, border=4, light="#fff"
    )
    return out.getvalue().decode()


def new_recovery_codes() -> list[str]:
    """Codes that are each good once: 80 random bits in groups of four signs."""
    made = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in made]


def recovery_hash(code: str) -> bytes:
    """What is kept of one, however it was typed. 80 random bits are in no dictionary, so that a slow hash would add nothing."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()
