"""The archive's one writer on SQLite: a batch is one transaction; a bad item is named and keeps nobody back.

Every kind of item ends in the same state whatever came first, so a batch applies them by kind: tombstones, then what
people said, then mentions, each version of which meets all of it.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import apsw
import msgspec
from msgspec.structs import replace

from core.codec import encode
from core.errors import Retry, Stop
from core.ports import Cut, Ended, Erased, Held, Item, Past
from core.time import Clock, milliseconds
from core.types import Coverage, Deletion, Enriched, Failure, Judgement, Mute
from sinks._sqlite_authors import Authors
from sinks._sqlite_gone import Gone
from sinks._sqlite_mentions import Mentions
from sinks._sqlite_rows import Row, row
from sinks._sqlite_said import Said
from sinks._tombstone import FOR_EVER

Refused = list[tuple[int, Failure]]
Taken = Item | Past
Checked = Row | Deletion | Judgement | Mute | Coverage | Ended | Cut

MOST_CUT = 500

Answer = TypeVar("Answer")

_UNFIT = (ValueError, TypeError, OverflowError, msgspec.MsgspecError, apsw.TooBigError, apsw.ConstraintError)


class Writer:
    """Applies items; called from one thread at a time."""

    def __init__(self, connection: apsw.Connection, *, clock: Clock, erased: Erased) -> None:
        self._connection = connection
        authors = Authors(connection)
        self.gone = Gone(connection, authors=authors)
        self.said = Said(connection, erased=erased)
        self.mentions = Mentions(connection, gone=self.gone, authors=authors, clock=clock, erased=erased)

    def write(self, items: Sequence[Taken]) -> Refused:
        """Apply all; those refused come back by index, the others are durable. Raises Retry or Stop."""
        checked: list[tuple[int, Checked]] = []
        refused: Refused = []
        for index, item in enumerate(items):
            try:
                checked.append((index, _checked(item)))
            except _UNFIT as error:
                refused.append((index, _failure(item, error)))
        try:
            self._apply([fit for _, fit in checked])
        except _UNFIT:
            refused += self._singly(items, checked)
        return refused

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One durable transaction. The engine's trouble becomes Retry or Stop; a purge leaves no copy in the write-ahead log."""
        try:
            with self._connection:
                yield
            self.clear()
        except apsw.FullError as error:
            self.mentions.forget()
            raise Stop("The disk that holds the archive is full: free some space and start again.") from error
        except (apsw.BusyError, apsw.LockedError) as error:
            self.mentions.forget()
            raise Retry(f"the archive is busy: {error}") from error
        except (apsw.IOError, apsw.CorruptError, apsw.NotADBError, apsw.ReadOnlyError) as error:
            self.mentions.forget()
            raise Stop(f"The archive cannot be written: {error}.") from error
        except BaseException:
            self.mentions.forget()
            raise

    def change(self, work: Callable[[apsw.Connection], Answer], *, purges: bool = False) -> Answer:
        """Do it in one transaction; `purges` where it takes away what must leave no copy."""
        with self.transaction():
            done = work(self._connection)
            self.gone.purged = self.gone.purged or purges
        return done

    def recover(self) -> None:
        """Empty the write-ahead log of what a purge left there that a crash cut short; waits for nobody."""
        waits = self._connection.pragma("busy_timeout")
        self._connection.set_busy_timeout(0)
        self.gone.purged = True
        with suppress(apsw.BusyError, apsw.LockedError):
            self.clear()
        self._connection.set_busy_timeout(int(waits))

    def clear(self) -> None:
        """Empty the write-ahead log after a purge; waits for readers, and comes back to it where one stays in the way."""
        if self.gone.purged:
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0]
            self.gone.purged = bool(busy)

    def _apply(self, fit: Sequence[Checked]) -> None:
        if not fit:
            return
        with self.transaction():
            self.gone.delete([item for item in fit if isinstance(item, Deletion)])
            self._end([item for item in fit if isinstance(item, Ended)])
            self._cut([item for item in fit if isinstance(item, Cut)])
            self.said.mute([item for item in fit if isinstance(item, Mute)])
            judgements = [item for item in fit if isinstance(item, Judgement)]
            left = self.gone.left(said.mention for said in judgements)
            judged = self.said.judge([said for said in judgements if said.mention not in left])
            self.mentions.store([item for item in fit if isinstance(item, Row)])
            self.mentions.recount(judged)
            self._connection.executemany(_COVER, [_covered(item) for item in fit if isinstance(item, Coverage)])

    def _end(self, ended: Sequence[Ended]) -> None:
        self.gone.end(ended)
        if left := {one.target for one in ended if one.removed >= FOR_EVER}:
            self.said.forget(mentions=self.said.about(left), authors=())

    def _cut(self, cuts: Sequence[Cut]) -> None:
        for cut in cuts:
            self.gone.retain(cut.source, cut.before)
            while self._drop(cut.source, cut.before, MOST_CUT):
                pass

    def _drop(self, source: str, before: int, most: int) -> int:
        old = self.gone.seen_before(source, before, most)
        self.gone.purge(number for number, _ in old)
        self.said.forget(mentions={mention for _, mention in old}, authors=())
        return len(old)

    def _singly(self, items: Sequence[Taken], checked: Sequence[tuple[int, Checked]]) -> Iterator[tuple[int, Failure]]:
        for index, fit in checked:
            try:
                self._apply([fit])
            except _UNFIT as error:
                yield index, _failure(items[index], error)

    def erase(self, *, mentions: Sequence[str], authors: Sequence[str]) -> int:
        """Purge what is stored of them, and what people said of it; see ArchiveWriter.erase."""
        with self.transaction():
            stored = self.gone.stored_of(mentions=mentions, authors=authors)
            everyone = {*mentions, *(mention for _, mention in stored)}
            self.gone.leave(everyone)
            self.gone.purge(number for number, _ in stored)
            self.said.forget(mentions=everyone, authors=authors)
            self.gone.purged = True
        return len(stored)

    def retain(self, source: str, before: int) -> None:
        """From now on what was seen of that source before that time (ms) stays away."""
        with self.transaction():
            self.gone.retain(source, before)

    def expire(self, source: str, before: int, most: int) -> int:
        """Purge up to `most` mentions of the source seen before that time (ms); returns how many."""
        with self.transaction():
            return self._drop(source, before, most)

    def assign(self, monitor: str, matching: "array[int]") -> int:
        """Give the monitor to these documents; returns how many did not have it."""
        with self.transaction():
            return self.mentions.assign(monitor, matching)


_COVER = "INSERT INTO coverage (digest, since, until, body) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"


def _covered(coverage: Coverage) -> tuple[bytes, int | None, int | None, bytes]:
    body = encode(coverage)
    since = None if coverage.since is None else milliseconds(coverage.since)
    until = None if coverage.until is None else milliseconds(coverage.until)
    return hashlib.blake2b(body, digest_size=16).digest(), since, until, body


def _checked(item: Taken) -> Checked:
    """The item, proven to fit: encodable, and with ids the engine can look up. Raises ValueError where it does not."""
    match item:
        case Enriched():
            identifiers: tuple[str, ...] = (item.mention.id, item.mention.author.id)
            fit: Checked = row(item)
        case Held(enriched=enriched):
            identifiers = (enriched.mention.id, enriched.mention.author.id)
            fit = replace(row(enriched), arrived=milliseconds(item.arrived_at))
        case Deletion():
            identifiers, fit = (item.target,), item
        case Judgement():
            identifiers, fit = (item.mention, item.name), item
        case _:
            identifiers, fit = (), item
    if any("\0" in identifier for identifier in identifiers):
        raise ValueError("an id holds a NUL character")
    if not isinstance(fit, Row | Ended | Cut):
        encode(fit)
    return fit


def _failure(item: Taken, error: Exception) -> Failure:
    return Failure(reason="unwritable", detail=f"{type(item).__name__.lower()} refused by the archive: {error}")
