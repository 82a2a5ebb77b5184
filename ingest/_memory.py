"""Which messages and authors were ever kept: what tells an edit, a copy read again and a deletion worth passing on.

One SQLite file of hashes. The commit is fsynced (WAL, synchronous=FULL), because a deletion is passed on only for what
stands here: forgetting the last batch after a power cut would let deleted text live.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from hashlib import blake2b
from pathlib import Path

import apsw
import msgspec

from core.errors import Retry, Unwritable
from core.types import Mention

DELETED = 0  # the content hash of a deleted message: no content has it, so that the message may come again

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, content INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS author (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

_content = msgspec.msgpack.Encoder()


def short_hash(value: bytes) -> int:
    """Eight bytes of BLAKE2b as the signed number SQLite stores; never 0."""
    return int.from_bytes(blake2b(value, digest_size=8).digest(), "big", signed=True) or 1


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


class Kept(msgspec.Struct, frozen=True):
    """What is to be remembered of one batch: (id, content) hashes and author hashes."""

    contents: Sequence[tuple[int, int]]
    authors: Sequence[int]


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

    def content(self, mention: int) -> int | None:
        """The content hash last kept of the mention with this hash, DELETED after its deletion; None if never kept."""
        for (content,) in self._reader.execute("SELECT content FROM kept WHERE id = ?", (mention,)):
            return int(content)
        return None

    def knows_author(self, author: int) -> bool:
        """Whether a message by the author with this hash was ever kept."""
        return any(True for _ in self._reader.execute("SELECT 1 FROM author WHERE id = ?", (author,)))

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
        contents = [(name_hash(mention), DELETED) for mention, _ in pairs]
        await self.keep(Kept(contents, list({name_hash(author) for _, author in pairs})))
        self._writer.execute("INSERT OR REPLACE INTO fact VALUES ('complete', 1)")
        self.complete = True

    def _write(self, kept: Kept) -> None:
        writer = self._writer
        writer.execute("BEGIN IMMEDIATE")
        try:
            writer.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", kept.contents)
            writer.executemany("INSERT OR IGNORE INTO author VALUES (?)", ((author,) for author in kept.authors))
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
            writer.execute("INSERT OR IGNORE INTO fact VALUES ('complete', ?)", (int(fresh),))
            complete = any(value for (value,) in writer.execute("SELECT value FROM fact WHERE name = 'complete'"))
        yield Memory(reader, writer, complete=complete)
    finally:
        reader.close()
        writer.close()


def _connect(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(10_000)
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384")
    return connection
