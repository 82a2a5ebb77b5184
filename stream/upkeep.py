"""Taking records out of a topic file: on request, and when they are old. What goes is overwritten, in the WAL too."""

from collections.abc import Callable
from contextlib import suppress

import apsw

from core.ports import Record
from stream.database import rows, value, writing
from stream.segments import Packed, keys, pack_one, unpack

Doomed = Callable[[Record], bool]

SCANNED_AT_ONCE = 200
DROPPED_AT_ONCE = 32
"""Segments a transaction: others want to write in between."""

_SCAN = "SELECT last, sizes FROM segments WHERE last > ? ORDER BY last LIMIT ?"


def forget(connection: apsw.Connection, wanted: frozenset[str], doomed: Doomed) -> int:
    """Empty the doomed records of these keys and overwrite what they held; returns how many.

    Raises apsw.BusyError where other processes never let go of the WAL; the call can be repeated.
    """
    count, scanned = 0, 0
    while found := rows(connection, _SCAN, scanned, SCANNED_AT_ONCE):
        for last, sizes in found:
            if not wanted.isdisjoint(keys(sizes)):
                with writing(connection):
                    count += _empty(connection, last, wanted, doomed)
        scanned = found[-1][0]
    _truncate(connection)
    return count


def retain(connection: apsw.Connection, before: int, upto: int) -> int:
    """Drop records appended before that time (ms) whose offset is at most `upto`; returns how many."""
    count, dropped = 0, 1
    while dropped:
        with writing(connection):
            dropped = _drop(connection, before, upto)
        count += dropped
    with writing(connection):
        count += _trim(connection, before, upto)
    if count:
        _give_back(connection)
        with suppress(apsw.BusyError):
            _truncate(connection)
    return count


def _empty(connection: apsw.Connection, last: int, wanted: frozenset[str], doomed: Doomed) -> int:
    row = value(connection, "SELECT first, at, sizes, lines FROM segments WHERE last = ?", last)
    if row is None:
        return 0
    first, at, sizes, lines = row
    count, kept = 0, []
    for offset, (key, content) in enumerate(unpack(sizes, lines), first):
        gone = bool(content) and key in wanted and doomed(Record(offset, at, key, content))
        kept.append(("", b"") if gone else (key, content))
        count += gone
    if count:
        _replace(connection, last, first, pack_one(kept))
    return count


def _drop(connection: apsw.Connection, before: int, upto: int) -> int:
    where = "SELECT last, last - first + 1 FROM segments WHERE at < ? AND last <= ? ORDER BY last LIMIT ?"
    old = rows(connection, where, before, upto, DROPPED_AT_ONCE)
    for last, _ in old:
        connection.execute("DELETE FROM segments WHERE last = ?", (last,))
    return sum(held for _, held in old)


def _trim(connection: apsw.Connection, before: int, upto: int) -> int:
    """Drop the part of a segment that may go, where a group stands in its middle."""
    where = "SELECT last, first, sizes, lines FROM segments WHERE at < ? AND first <= ? ORDER BY last LIMIT 1"
    row = value(connection, where, before, upto)
    if row is None:
        return 0
    last, first, sizes, lines = row
    done: int = upto - first + 1
    _replace(connection, last, upto + 1, pack_one(unpack(sizes, lines)[done:]))
    return done


def _replace(connection: apsw.Connection, last: int, first: int, packed: Packed) -> None:
    connection.execute(
        "UPDATE segments SET first = ?, sizes = ?, lines = ? WHERE last = ?", (first, packed.sizes, packed.lines, last)
    )


def _give_back(connection: apsw.Connection) -> None:
    """Return free pages to the file system once they are half of the file; until then they are used again."""
    if value(connection, "PRAGMA freelist_count") * 2 > value(connection, "PRAGMA page_count"):
        connection.execute("PRAGMA incremental_vacuum").fetchall()


def _truncate(connection: apsw.Connection) -> None:
    """Move everything from the WAL into the file and cut the WAL to nothing."""
    busy, _, _ = value(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise apsw.BusyError("the write-ahead log is in use")
