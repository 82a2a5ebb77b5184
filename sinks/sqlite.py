"""The archive in one SQLite file with full-text search: no server, one writer, readers that never wait for it."""

import asyncio
from array import array
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from core.case import CaseDocument
from core.document import Arrivals, AuthorCount, Bucket, Filter, Group, Order, Page, Placed, Profile, Stored
from core.ports import Erased, Item, Past, Tools
from core.query import AnyNode
from core.settings import Settings as Base
from core.time import milliseconds
from core.types import Coverage, Failure
from sinks._sqlite_customers import Customers
from sinks._sqlite_documents import Documents, Work
from sinks._sqlite_past import PARTS
from sinks._sqlite_read import Reader, Spans
from sinks._sqlite_schema import open_writer
from sinks._sqlite_scope import Matches
from sinks._sqlite_write import Writer

CHUNK = 500
READERS = 2

Answer = TypeVar("Answer")


class Settings(Base):
    """`path` of the archive's file; relative to where the program runs."""

    path: Path = Path("data/archive.db")


class Archive:
    """core.ports.Archive and Sink on one file. Writing has a thread of its own, questions have READERS."""

    name = "archive"
    takes_history = True
    takes_drills = True
    in_flight = 1
    tells_arrival = False

    def __init__(
        self, writer: Writer, readers: Sequence[Reader], writing: ThreadPoolExecutor, asking: ThreadPoolExecutor
    ) -> None:
        self._writer, self._writing, self._asking = writer, writing, asking
        self._idle: SimpleQueue[Reader] = SimpleQueue()
        for reader in readers:
            self._idle.put(reader)
        self.customers = Customers(self)
        self.cases = Documents(self, "cases", CaseDocument)

    async def write(self, items: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        return await self._write(lambda: self._writer.write(items))

    async def erase(self, *, mentions: Sequence[str] = (), authors: Sequence[str] = ()) -> int:
        return await self._write(lambda: self._writer.erase(mentions=mentions, authors=authors))

    async def assign(self, monitor: str, node: AnyNode) -> int:
        everything = Filter(query=node, irrelevant=True, muted=True, drills=True)
        matching = await self._ask(lambda reader: reader.documents(everything))
        given = 0
        for start in range(0, len(matching), CHUNK):
            given += await self._write(partial(self._writer.assign, monitor, matching[start : start + CHUNK]))
        return given

    async def expire(self, source: str, before: datetime) -> int:
        cut = milliseconds(before)
        await self._write(lambda: self._writer.retain(source, cut))
        gone = 0
        while number := await self._write(lambda: self._writer.expire(source, cut, CHUNK)):
            gone += number
        return gone

    async def get(self, mention: str) -> Stored | None:
        return await self._ask(lambda reader: reader.get(mention))

    async def several(self, mentions: Sequence[str]) -> Mapping[str, Stored]:
        found: dict[str, Stored] = {}
        for start in range(0, len(mentions), CHUNK):
            found |= await self._ask(partial(Reader.several, mentions=mentions[start : start + CHUNK]))
        return found

    async def count(self, where: Filter) -> int:
        return await self._ask(lambda reader: reader.count(where))

    async def search(self, where: Filter, *, order: Order, size: int, after: str | None = None) -> Page:
        return await self._ask(lambda reader: reader.search(where, order, size, after))

    async def histogram(
        self, where: Filter, *, starts: Sequence[datetime], by: Group | None = None
    ) -> Sequence[Bucket]:
        return await self._ask(lambda reader: reader.histogram(where, starts, by))

    async def arrivals(
        self, where: Filter, *, since: datetime, until: datetime, history: bool = False
    ) -> Sequence[Arrivals]:
        edges = milliseconds(since), milliseconds(until)
        return await self._ask(lambda reader: reader.arrivals(where, *edges, history=history))

    async def terms(self, where: Filter, *, by: Group, size: int) -> Sequence[tuple[str, int]]:
        return await self._ask(lambda reader: reader.terms(where, by, size))

    async def authors(self, where: Filter, *, size: int) -> Sequence[AuthorCount]:
        return await self._ask(lambda reader: reader.authors(where, size))

    async def profiles(self, where: Filter, *, authors: Sequence[str], starts: Sequence[datetime]) -> Sequence[Profile]:
        return await self._ask(lambda reader: reader.profiles(where, authors, starts))

    async def coverage(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        return await self._ask(lambda reader: reader.coverage(since, until))

    async def last_covered(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        return await self._ask(lambda reader: reader.last_covered(since, until))

    async def scan(self, where: Filter) -> AsyncIterator[Sequence[Stored]]:
        """All of them in the order they came in; one that is deleted meanwhile is left out."""
        numbers = await self._ask(lambda reader: reader.documents(where))
        for start in range(0, len(numbers), CHUNK):
            yield await self._chunk(numbers[start : start + CHUNK], where)

    async def places(self, mentions: Sequence[str]) -> Mapping[str, Placed]:
        found: dict[str, Placed] = {}
        for start in range(0, len(mentions), CHUNK):
            found |= await self._ask(partial(Reader.places, mentions=mentions[start : start + CHUNK]))
        return found

    async def placed(self, where: Filter) -> AsyncIterator[Sequence[Placed]]:
        numbers = await self._ask(lambda reader: reader.documents(where))
        for start in range(0, len(numbers), CHUNK):
            if found := await self._ask(
                partial(Reader.placed, numbers=numbers[start : start + CHUNK], hidden=where.hidden)
            ):
                yield found

    async def history(self) -> AsyncIterator[Sequence[Past]]:
        """See core.ports.Movable."""
        for part in PARTS:
            after = part.start
            while True:
                found, after = await self._ask(partial(Reader.past, part=part, after=after, most=CHUNK))
                if not found:
                    break
                yield found

    async def restore(self, past: Sequence[Past]) -> Sequence[tuple[int, Failure]]:
        return await self._write(lambda: self._writer.write(past))

    async def change(self, work: Work[Answer], *, purges: bool = False) -> Answer:
        return await self._write(lambda: self._writer.change(work, purges=purges))

    async def read(self, work: Work[Answer]) -> Answer:
        return await self._ask(lambda reader: reader.read(work))

    async def _chunk(self, numbers: "array[int]", where: Filter) -> Sequence[Stored]:
        return await self._ask(lambda reader: reader.stored(numbers, where.query, hidden=where.hidden))

    async def _write(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._writing, work)

    async def _ask(self, question: Callable[[Reader], Answer]) -> Answer:
        def answered() -> Answer:
            reader = self._idle.get()
            try:
                return question(reader)
            finally:
                self._idle.put(reader)

        return await asyncio.get_running_loop().run_in_executor(self._asking, answered)


@asynccontextmanager
async def build(
    settings: Settings, tools: Tools, *, erased: Erased, matches: Matches, spans: Spans
) -> AsyncIterator[Archive]:
    """The archive, open. `matches` decides a query on one document, `spans` finds what to highlight in a text.

    Raises Stop where the file cannot be used.
    """
    connection = await asyncio.to_thread(open_writer, settings.path)
    with ExitStack() as stack:
        stack.callback(connection.close)
        writer = Writer(connection, clock=tools.clock, erased=erased)
        stack.callback(writer.clear)
        await asyncio.to_thread(writer.recover)
        readers = [Reader(settings.path, matches=matches, spans=spans) for _ in range(READERS)]
        for reader in readers:
            stack.callback(reader.close)
        asking = stack.enter_context(ThreadPoolExecutor(READERS, "archive-reader"))
        writing = stack.enter_context(ThreadPoolExecutor(1, "archive-writer"))  # left first: what was begun is finished
        yield Archive(writer, readers, writing, asking)
