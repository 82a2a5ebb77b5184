"""A mention's place among the others, and what is read of a stored one where only that is asked: no text leaves the archive for that."""

from datetime import datetime

import msgspec

from core.document import Placed
from core.time import from_milliseconds
from core.types import UNSPOKEN, Enriched, Mark, spoken


class _Author(msgspec.Struct):
    id: str


class _Mention(msgspec.Struct):
    id: str
    author: _Author
    created_at: datetime
    language: str | None = None
    marks: tuple[Mark, ...] = ()


class _Finding(msgspec.Struct):
    name: str
    labels: tuple[str, ...] = ()


class Body(msgspec.Struct):
    """As much of an Enriched as that takes."""

    mention: _Mention
    findings: tuple[_Finding, ...] = ()


FIELDS = ("mention.id", "mention.author.id", "mention.created_at", "mention.language", "mention.marks", "findings.name",
          "findings.labels")  # fmt: skip
"""Where its parts stand in one."""

body = msgspec.json.Decoder(Body).decode


def placed(read: Body | Enriched, vector: bytes, arrived: int) -> Placed:
    """The mention's place; `arrived` in ms."""
    mention = read.mention
    detected = next((one.labels for one in read.findings if one.name == "language"), ())
    return Placed(
        mention=mention.id,
        author=mention.author.id,
        vector=vector,
        language=spoken(detected, mention.language) or UNSPOKEN,
        created_at=mention.created_at,
        arrived_at=from_milliseconds(arrived),
        history=Mark.HISTORY in mention.marks,
    )
