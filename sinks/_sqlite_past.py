"""All that the archive on SQLite holds, to be taken to another one: table by table, a page at a time."""

from collections.abc import Callable
from typing import Any, NamedTuple

import apsw
import msgspec
from msgspec.structs import replace

from core.ports import Cut, Ended, Held, Past
from core.time import from_milliseconds
from core.types import Coverage, Enriched, Judgement, Mute
from sinks._sqlite_schema import rows

_enriched = msgspec.json.Decoder(Enriched).decode

Key = tuple[Any, ...]
"""Where a page ended. Any: values of the columns that a table is ordered by."""


class Part(NamedTuple):
    """One table: its key, the columns that are told, where it starts, and what a row is."""

    table: str
    key: str
    columns: str
    start: Key
    past: Callable[..., Past]


def _held(body: bytes, vector: bytes, arrived: int) -> Held:
    enriched = _enriched(body)
    return Held(
        enriched=replace(enriched, vector=vector) if vector else enriched, arrived_at=from_milliseconds(arrived)
    )


def _ended(target: bytes, removed: int, hidden: int, lifted: int) -> Ended:
    return Ended(target=target, removed=removed, hidden=hidden, lifted=lifted)


PARTS = (
    Part("tombstones", "target", "target, removed, hidden, lifted", (b"",), _ended),
    Part("retention", "source", "source, before", ("",), lambda source, before: Cut(source=source, before=before)),
    Part("mutes", "subject", "body", ("",), msgspec.json.Decoder(Mute).decode),
    Part("judgements", "mention, name", "body", ("", ""), msgspec.json.Decoder(Judgement).decode),
    Part("documents", "id", "body, vector, arrived", (0,), _held),
    Part("coverage", "id", "body", (0,), msgspec.json.Decoder(Coverage).decode),
)
"""In the order in which they are told: what every mention is met by comes first."""


def page(connection: apsw.Connection, part: Part, after: Key, most: int) -> tuple[list[Past], Key]:
    """Up to `most` of what stands in a table behind that key, and the key of the last of them."""
    marks = ", ".join("?" for _ in after)
    select = f"""SELECT {part.key}, {part.columns} FROM {part.table}
        WHERE ({part.key}) > ({marks}) ORDER BY {part.key} LIMIT ?"""  # noqa: S608 - built from fixed parts
    found = rows(connection, select, (*after, most))
    width = len(after)
    return [part.past(*row[width:]) for row in found], found[-1][:width] if found else after
