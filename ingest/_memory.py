"""Which messages and authors were ever kept: what tells an edit, a copy read again and a deletion worth passing on.

One SQLite file of hashes. The commit is fsynced (WAL, synchronous=FULL), because a deletion is passed on only for what
stands here: forgetting the last batch after a power cut would let deleted text live.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec

from core.errors import Retry, Unwritable
from core.types import Mention

DELETED = 0  # the content hash of a deleted message: no content has it, so that the message may come again
SET_ASIDE = -1  # that of a message that became a dead letter: its deletion is worth passing on, and it was never kept

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    id INTEGER PRIMARY KEY, content INTEGER NOT NULL, at INTEGER NOT NULL DEFAULT 0, timed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS author (id INTEGER PRIMARY KEY, at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

_ADDED = (("kept", "at"), ("kept", "timed"), ("author", "at"))
"""Columns that an earlier release did not have."""
_AUTHORS = """
INSERT INTO author (id, at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE excluded.at > at
"""

_content = msgspec.msgpack.Encoder()


def short_hash(value: bytes) -> int:
    """Eight bytes of BLAKE2b as the signed number SQLite stores; never one that means something else."""
    number = int.from_bytes(blake2b(value, digest_size=8).digest(), "big", signed=True)
    return 1 if number in {DELETED, SET_ASIDE} else number


def name_hash(name: str) -> int:
    """The hash of a mention or author id."""
    return short_hash(name.encode("utf-8", "surrogatepass"))


def content_hash(mention: Mention) -> int:
    """The hash of what a person would call the message's content: counts, times and author facts are not part of it."""
    return short_hash(
        _content.encode(
            (
                mention.text,
                mention.title,
                mention.content_warning,
                mention.rating,
                mention.tags,
                mention.media,
                mention.visibility,
            )
        )
    )


class Known(NamedTuple):
    """What is remembered of a message: the hash of its content, DELETED or SET_ASIDE, and since when it is so.

    at     order time (core.order.content_time) of that content, or time of the deletion, in ms since 1970; 0 if unknown
    timed  whether its source said itself when that content was edited
    """

    content: int
    at: int = 0
    timed: bool = False

    @property
    def lives(self) -> bool:
        """Whether it was kept and not deleted since."""
        return self.content not in {DELETED, SET_ASIDE}


class Kept(msgspec.Struct, frozen=True):
    """What is to be remembered of one batch: id hashes with what is known of each, author hashes with until when they wrote.

    That is the latest order time (ms since 1970) of what they wrote; 0 if unknown.
    """

    contents: Mapping[int, Known]
    authors: Mapping[int, int]


class Memory:
    """Reads on the event loop's thread, writes in another one; open it with `open_memory`.

    complete  whether everything ever published stands here; where it does not, unknown deletions are passed on
    """

    def __init__(self, reader: apsw.Connection, writer: apsw.Connection, *, complete: bool) -> None:
        self.complete = complete
        self._reader, self._writer = reader, writer
        self._writing = asyncio.Lock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Many look-ups in one short read transaction: each costs 1-2 microseconds then."""
        self._reader.execute("BEGIN")
        try:
            yield
        finally:
            self._reader.execute("COMMIT")

    def known(self, mention: int) -> Known | None:
        """What was last remembered of the mention with this hash; None if it was never kept nor set aside."""
        for content, at, timed in self._reader.execute("SELECT content, at, timed FROM kept WHERE id = ?", (mention,)):
            return Known(int(content), int(at), bool(timed))
        return None

    def written_until(self, author: int) -> int | None:
        """Until when (Kept.authors) the author with this hash wrote what was kept; None if nothing ever was."""
        for (at,) in self._reader.execute("SELECT at FROM author WHERE id = ?", (author,)):
            return int(at)
        return None

    async def keep(self, kept: Kept) -> None:
        """Remember; durable on return. Raises Retry where the file is locked, Unwritable where it cannot be written."""
        async with self._writing:
            writing = asyncio.ensure_future(asyncio.to_thread(self._write, kept))
            try:
                with _sentences():
                    await asyncio.shield(writing)
            except asyncio.CancelledError:
                await asyncio.wait({writing})  # the connection is never used by two threads, nor closed under one
                writing.exception()  # nobody waits for it any more
                raise

    async def refill(self, seen: Iterable[tuple[str, str]]) -> None:
        """Take in the (mention id, author id) of all that is archived, after the file was lost: complete again."""
        pairs = list(seen)
        contents = {name_hash(mention): Known(DELETED) for mention, _ in pairs}
        await self.keep(Kept(contents, {name_hash(author): 0 for _, author in pairs}))
        self._writer.execute("INSERT OR REPLACE INTO fact VALUES ('complete', 1)")
        self.complete = True

    def _write(self, kept: Kept) -> None:
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        try:
            contents = ((hashed, *known) for hashed, known in kept.contents.items())
            writer.executemany("INSERT OR REPLACE INTO kept (id, content, at, timed) VALUES (?, ?, ?, ?)", contents)
            writer.executemany(_AUTHORS, kept.authors.items())
            writer.execute("COMMIT")
        except BaseException:
            if writer.in_transaction:  # a full disk has already rolled it back
                writer.execute("ROLLBACK")
            raise


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (apsw.BusyError, apsw.LockedError) as error:
        raise Retry("the memory of what was heard is locked by another program") from error
    except apsw.FullError as error:
        raise Unwritable("the disk is full; make room and start again, nothing was lost") from error
    except (apsw.IOError, apsw.ReadOnlyError, apsw.CorruptError, apsw.NotADBError, apsw.CantOpenError) as error:
        raise Unwritable(f"the memory of what was heard cannot be written: {error}") from error


@asynccontextmanager
async def open_memory(path: Path, *, fresh: bool) -> AsyncIterator[Memory]:
    """The memory in this file, made where it is missing.

    fresh  whether nothing was ever published in this data folder. A file made anew in a folder that is not fresh was
           lost: it forgets nothing wrongly, because until `refill` every unknown deletion is passed on.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _sentences():
        writer = _connect(path)
        reader = _connect(path)
    try:
        with _sentences():
            writer.execute(_SCHEMA)
            for table, column in _ADDED:
                if column not in [name for _, name, *_ in writer.execute(f"PRAGMA table_info({table})")]:
                    writer.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
            writer.execute("INSERT OR IGNORE INTO fact VALUES ('complete', ?)", (int(fresh),))
            complete = any(value for (value,) in writer.execute("SELECT value FROM fact WHERE name = 'complete'"))
        yield Memory(reader, writer, complete=complete)
    finally:
        reader.close()
        writer.close()


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(10_000)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16384"):
        connection.execute(f"PRAGMA {setting}").fetchall()  # one by one: the first to answer would end a row of them
    return connection
