"""Messages to bytes and back: JSON with a "type" tag, one line a message, so that any tool can read the log."""

import hashlib
from datetime import datetime

import msgspec

from core.errors import Reject
from core.types import DeadLetter, Failure, Message

MOST_PAYLOAD = 64 * 1024

EVENT = b'{"type":"klankbord.'
"""How an event for others begins, which is no message of ours: see sinks/_event.py."""

SCHEMA = 1
"""The version of the messages. It grows only when a reader of the one before could not read them."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)

encode = _encoder.encode


def decode(value: bytes) -> Message:
    """The message in these bytes. Raises Reject (reason "undecodable") where they hold none."""
    try:
        return _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Reject(f"not a klankbord message: {error}", reason="undecodable") from error


def dead_letter(failure: Failure, *, origin: str, stage: str, at: datetime) -> DeadLetter:
    """The failure as a dead letter, its payload cut to 64 KiB with size and hash of the whole."""
    return DeadLetter(
        origin=origin,
        stage=stage,
        error=failure.reason,
        detail=failure.detail[:2000],
        at=at,
        key=failure.key,
        payload=failure.payload[:MOST_PAYLOAD],
        size=len(failure.payload),
        sha256=hashlib.sha256(failure.payload).hexdigest(),
    )
