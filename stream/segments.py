"""A log topic inside its SQLite file: rows of many records each.

A segment holds the records [first, last] of one moment: `sizes` is a JSON list of [key, bytes of the value], `lines`
the values, each ended by a line feed. A forgotten record has an empty key and size 0. Keys stand apart from values, so
that the records of a key are found by reading a tenth of the file and no append pays for an index by key; for appending
and reading this is as fast as a row a record. Every function here is one short transaction, called from the file's
thread.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing

import apsw
import msgspec

from core.ports import Record
from stream.database import value

Entry = tuple[str, bytes]

SCHEMA = """
CREATE TABLE IF NOT EXISTS segments(
    last INTEGER PRIMARY KEY AUTOINCREMENT,
    first INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sizes TEXT NOT NULL,
    lines BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS segments_at ON segments(at);
"""
MOST_RECORDS = 512
MOST_BYTES = 1024 * 1024
MOST_READ_BYTES = 16 * MOST_BYTES


class Packed(msgspec.Struct, frozen=True):
    """A segment before it has offsets."""

    count: int
    sizes: str
    lines: bytes


_sizes = msgspec.json.Decoder(list[tuple[str, int]])


def end(connection: apsw.Connection) -> int:
    """The last offset ever given, also where retention took the record; 0 in a new topic."""
    return value(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'segments'") or 0


def pack(entries: Sequence[Entry]) -> list[Packed]:
    """The entries as segments that can be added, each of at most 512 records and, but for one record, 1 MiB."""
    return [pack_one(part) for part in _parts(entries)]


def pack_one(entries: Sequence[Entry]) -> Packed:
    sizes = msgspec.json.encode([(key, len(content)) for key, content in entries]).decode()
    return Packed(len(entries), sizes, b"".join([content + b"\n" for _, content in entries]))


def keys(sizes: str) -> list[str]:
    """The keys of a segment's records."""
    return [key for key, _ in _sizes.decode(sizes)]


def add(connection: apsw.Connection, parts: Sequence[Packed], at: int) -> int:
    """Append inside the caller's transaction; returns the last offset. Time never runs back within a topic."""
    last = end(connection)
    latest = value(connection, "SELECT at FROM segments ORDER BY last DESC LIMIT 1")
    at = max(at, latest or 0)
    for part in parts:
        first, last = last + 1, last + part.count
        connection.execute(
            "INSERT INTO segments(last, first, at, sizes, lines) VALUES (?, ?, ?, ?, ?)",
            (last, first, at, part.sizes, part.lines),
        )
    return last


def read(connection: apsw.Connection, after: int, most: int) -> tuple[list[Record], int]:
    """Up to `most` records after that offset, and the offset up to which nothing else is to be read."""
    found: list[Record] = []
    position, size = after, 0
    cursor = connection.execute("SELECT first, at, sizes, lines FROM segments WHERE last > ? ORDER BY last", (after,))
    with closing(cursor):
        for first, at, sizes, lines in cursor:
            position = _take(found, first, at, sizes, lines, after=after, most=most)
            size += len(lines)
            if len(found) >= most or size >= MOST_READ_BYTES:
                break
    return found, position


def tail(connection: apsw.Connection, most: int) -> list[Record]:
    """The last `most` records, oldest first."""
    parts: list[list[Record]] = []
    count = 0
    cursor = connection.execute("SELECT first, at, sizes, lines FROM segments ORDER BY last DESC")
    with closing(cursor):
        for first, at, sizes, lines in cursor:
            part: list[Record] = []
            _take(part, first, at, sizes, lines, after=0, most=MOST_RECORDS)
            parts.append(part)
            count += len(part)
            if count >= most:
                break
    found = [record for part in reversed(parts) for record in part]
    return found[len(found) - min(most, len(found)) :]


def count(connection: apsw.Connection) -> int:
    """How many records there are that were not forgotten."""
    with closing(connection.execute("SELECT sizes FROM segments")) as cursor:
        return sum(size > 0 for (sizes,) in cursor for _, size in _sizes.decode(sizes))


def before(connection: apsw.Connection, at: int) -> int:
    """The offset before the first record appended at or after that time."""
    first = value(connection, "SELECT first FROM segments WHERE at >= ? ORDER BY at, last LIMIT 1", at)
    return end(connection) if first is None else first - 1


def pending(connection: apsw.Connection, committed: int) -> tuple[int, int, int | None]:
    """The end, how many records stand after `committed`, and when the oldest of those was appended."""
    last = end(connection)
    row = value(connection, "SELECT first, at FROM segments WHERE last > ? ORDER BY last LIMIT 1", committed)
    if row is None:
        return last, 0, None
    first, at = row
    return last, last - max(committed, first - 1), at


def unpack(sizes: str, lines: bytes) -> list[Entry]:
    """The entries of a segment, the forgotten ones with an empty key and value."""
    start = 0
    entries = []
    for key, size in _sizes.decode(sizes):
        entries.append((key, lines[start : start + size]))
        start += size + 1
    return entries


def _parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    start = size = 0
    for index, (_, content) in enumerate(entries):
        if index > start and (index - start >= MOST_RECORDS or size + len(content) > MOST_BYTES):
            yield entries[start:index]
            start, size = index, 0
        size += len(content)
    if start < len(entries):
        yield entries[start:]


def _take(found: list[Record], first: int, at: int, sizes: str, lines: bytes, *, after: int, most: int) -> int:
    """Adds a segment's records after that offset to `found`, up to `most`; returns the last offset looked at."""
    start, offset = 0, first - 1
    for key, size in _sizes.decode(sizes):
        if len(found) >= most:
            break
        offset += 1
        if size and offset > after:
            found.append(Record(offset, at, key, lines[start : start + size]))
        start += size + 1
    return offset
