"""The archive on Elasticsearch or OpenSearch: one index a source, tombstones as documents, no script in the engine."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from pydantic import Field as Setting

from core.case import CaseDocument
from core.document import (
    Annotation,
    Answered,
    Arrivals,
    AuthorCount,
    Bucket,
    Filter,
    Group,
    Order,
    Page,
    Placed,
    Profile,
    Stored,
)
from core.ports import Erased, Item, Past, Tools
from core.query import AnyNode
from core.settings import Span
from core.types import Coverage, Enriched, Failure
from sinks._elastic_annotations import Annotations
from sinks._elastic_bulk import Bulk
from sinks._elastic_cases import cases
from sinks._elastic_client import Connecting, Engine, reach
from sinks._elastic_customers import Customers
from sinks._elastic_documents import Documents
from sinks._elastic_indices import Indices
from sinks._elastic_past import history
from sinks._elastic_read import Reader
from sinks._elastic_schema import Names
from sinks._elastic_shown import Shown
from sinks._elastic_write import Writer

Matches = Callable[[AnyNode, Enriched], bool]
Spans = Callable[[AnyNode, str], Sequence[tuple[int, int]]]


class Settings(Connecting):
    """How the engine is reached, and how the archive lies there.

    prefix    of all names of indices, aliases and templates
    shards    of each source's index; read when an index is made
    replicas  of each, as a range that the engine chooses from by its number of nodes
    wipe_every  how long the engine's files may hold what was deleted; an erasure does not wait for it
    lets_go   how long the engine holds on to what was overwritten, for replicas that catch up: 30 s is built into it
    at_once   a question finds all that this process wrote before it, which costs a refresh; otherwise it finds it
              within a second
    """

    prefix: str = Setting(default="klankbord", pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$")
    shards: int = Setting(default=1, ge=1, le=64)
    replicas: str = Setting(default="0-1", pattern=r"^\d+-(\d+|all)$")
    wipe_every: Span = timedelta(days=1)
    lets_go: Span = timedelta(seconds=35)
    at_once: bool = False


class Archive:
    """core.ports.Archive and Sink on one engine."""

    name = "archive"
    takes_history = True
    takes_drills = True
    in_flight = 2
    tells_arrival = False

    def __init__(
        self,
        engine: Engine,
        writer: Writer,
        reader: Reader,
        *,
        customers: Customers,
        cases: Documents[CaseDocument],
        annotations: Annotations,
        names: Names,
        at_once: bool,
    ) -> None:
        self._engine, self._writer, self._reader = engine, writer, reader
        self._names, self._at_once = names, at_once
        self._annotations, self.customers, self.cases = annotations, customers, cases

    async def write(self, items: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        return await self._writer.write(items)

    async def erase(self, *, mentions: Sequence[str] = (), authors: Sequence[str] = ()) -> int:
        return await self._writer.erase(mentions, authors)

    async def assign(self, monitor: str, node: AnyNode) -> int:
        everything = Filter(query=node, irrelevant=True, muted=True, drills=True)
        await self._refreshed()
        return await self._writer.assign(monitor, self._reader.ids(everything))

    async def expire(self, source: str, before: datetime) -> int:
        return await self._writer.expire(source, before)

    async def history(self) -> AsyncIterator[Sequence[Past]]:
        """See core.ports.Movable."""
        await self._refreshed()
        async for past in history(self._engine, self._names):
            yield past

    async def restore(self, past: Sequence[Past]) -> Sequence[tuple[int, Failure]]:
        return await self._writer.restore(past)

    async def annotate(self, notes: Sequence[Annotation], answered: Sequence[Answered] = ()) -> None:
        """See core.ports.Annotated."""
        await self._annotations.keep(notes, answered)

    async def get(self, mention: str) -> Stored | None:
        return await self._reader.get(mention)

    async def several(self, mentions: Sequence[str]) -> Mapping[str, Stored]:
        return await self._reader.several(mentions)

    async def count(self, where: Filter) -> int:
        return await (await self._asked()).count(where)

    async def search(self, where: Filter, *, order: Order, size: int, after: str | None = None) -> Page:
        return await (await self._asked()).search(where, order, size, after)

    async def histogram(
        self, where: Filter, *, starts: Sequence[datetime], by: Group | None = None
    ) -> Sequence[Bucket]:
        return await (await self._asked()).histogram(where, starts, by)

    async def arrivals(
        self, where: Filter, *, since: datetime, until: datetime, history: bool = False
    ) -> Sequence[Arrivals]:
        return await (await self._asked()).arrivals(where, since, until, history=history)

    async def terms(self, where: Filter, *, by: Group, size: int) -> Sequence[tuple[str, int]]:
        return await (await self._asked()).terms(where, by, size)

    async def authors(self, where: Filter, *, size: int) -> Sequence[AuthorCount]:
        return await (await self._asked()).authors(where, size)

    async def profiles(self, where: Filter, *, authors: Sequence[str], starts: Sequence[datetime]) -> Sequence[Profile]:
        return await (await self._asked()).profiles(where, authors, starts)

    async def coverage(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        return await (await self._asked()).coverage(since, until)

    async def last_covered(self, since: datetime, until: datetime) -> Sequence[Coverage]:
        return await (await self._asked()).last_covered(since, until)

    async def scan(self, where: Filter) -> AsyncIterator[Sequence[Stored]]:
        """All of them in id order, whoever wrote them and however lately."""
        await self._refreshed()
        async for chunk in self._reader.scan(where):
            yield chunk

    async def places(self, mentions: Sequence[str]) -> Mapping[str, Placed]:
        return await self._reader.places(mentions)

    async def placed(self, where: Filter) -> AsyncIterator[Sequence[Placed]]:
        await self._refreshed()
        async for chunk in self._reader.placed(where):
            yield chunk

    async def _refreshed(self) -> None:
        await self._engine.refresh(f"{self._names.every},{self._names.notes}")

    async def _asked(self) -> Reader:
        if self._at_once:
            await self._engine.catch_up()
        return self._reader


@asynccontextmanager
async def build(
    settings: Settings, tools: Tools, *, erased: Erased, matches: Matches, spans: Spans
) -> AsyncIterator[Archive]:
    """The archive, open. `matches` decides a query on one document, `spans` finds what to highlight in a text.

    Waits visibly for an engine that does not answer yet. Raises Stop where a person must act.
    """
    engine = await reach(settings, report=tools.report, random=tools.random)
    try:
        names = Names(settings.prefix)
        indices = Indices(engine, names, shards=settings.shards, replicas=settings.replicas)
        await indices.prepare()
        bulk = Bulk(engine, indices, tools.random)
        writer = Writer(
            engine,
            bulk,
            names=names,
            shown=Shown(engine, indices, names, report=tools.report),
            clock=tools.clock,
            erased=erased,
            wipe_every=settings.wipe_every,
            lets_go=settings.lets_go,
        )
        reader = Reader(engine, names, matches=matches, spans=spans)
        yield Archive(
            engine,
            writer,
            reader,
            customers=Customers(engine, bulk, names),
            cases=cases(engine, bulk, names),
            annotations=Annotations(engine, bulk, names),
            names=names,
            at_once=settings.at_once,
        )
    finally:
        await engine.close()
