"""The archive's answers on Elasticsearch and OpenSearch: every question is asked over one scope."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from core.document import Arrivals, AuthorCount, Bucket, Filter, Group, Order, Page, Placed, Profile, Stored
from core.query import AnyNode
from core.time import from_milliseconds, milliseconds
from core.types import Coverage, Enriched, Judgement
from sinks import _elastic_arrivals, _elastic_counts, _elastic_heard, _elastic_profiles
from sinks._elastic_ask import Asking, TooMuch
from sinks._elastic_client import Engine
from sinks._elastic_conditions import Query
from sinks._elastic_got import got
from sinks._elastic_list import READ, Lists
from sinks._elastic_schema import GONE, HIDDEN, Names, Note, document_id
from sinks._elastic_scope import BY_ID, Matches, Scopes
from sinks._judged import judged
from sinks._placed import FIELDS, Body, placed

Spans = Callable[[AnyNode, str], Sequence[tuple[int, int]]]
Answer = TypeVar("Answer")

CHUNK = 500

SOURCES = 10_000
"""The most that one search gives: no archive hears that many."""

SEEN = [*READ, "state"]
PLACED = [*(f"body.{name}" for name in FIELDS), "vector", "arrived"]


class _Kept(msgspec.Struct):
    """What is read of a mention's document."""

    body: Enriched
    arrived: int
    said: tuple[Judgement, ...] = ()


class _State(msgspec.Struct):
    state: list[str] = []


class _Id(msgspec.Struct):
    id: str


class _Covered(msgspec.Struct):
    body: Coverage


class _Vector(msgspec.Struct):
    """What is read where only a mention's place among the others is asked."""

    body: Body
    arrived: int
    vector: bytes = b""


_kept = msgspec.json.Decoder(_Kept).decode
_vector = msgspec.json.Decoder(_Vector).decode
_state = msgspec.json.Decoder(_State).decode
_id = msgspec.json.Decoder(_Id).decode
_covered = msgspec.json.Decoder(_Covered).decode


class Reader:
    """Answers questions over what can be found now, `get` over all that was written. Raises Retry where the engine is away."""

    def __init__(self, engine: Engine, names: Names, *, matches: Matches, spans: Spans) -> None:
        self._engine, self._names, self._spans = engine, names, spans
        self._mentions, self._notes = Asking(engine, names.mentions), Asking(engine, names.notes)
        self._scopes = Scopes(self._mentions, self._notes, matches)
        self._lists = Lists(self._mentions)

    async def get(self, mention: str) -> Stored | None:
        return (await self.several([mention])).get(mention)

    async def several(self, mentions: Sequence[str]) -> dict[str, Stored]:
        shown = [self._stored(one, None) for one in await self._shown(mentions, SEEN)]
        return {one.enriched.mention.id: one for one in shown}

    async def places(self, mentions: Sequence[str]) -> dict[str, Placed]:
        found = [_vector(one) for one in await self._shown(mentions, [*PLACED, "state"])]
        each = [placed(one.body, one.vector, one.arrived) for one in found if one.vector]
        return {one.mention: one for one in each}

    async def _shown(self, mentions: Sequence[str], parts: Sequence[str]) -> list[msgspec.Raw]:
        """These parts of each that is there."""
        where = [(self._names.holding(one), document_id(one)) for one in mentions]
        there = [one.source for one in await got(self._engine, where, parts) if one.found]
        return [one for one in there if not {GONE, HIDDEN}.intersection(_state(one).state)]

    async def count(self, where: Filter) -> int:
        return await self._over(where, lambda query: _elastic_counts.total(self._mentions, query))

    async def search(self, where: Filter, order: Order, size: int, after: str | None) -> Page:
        """The next `size` by `order`; `after` continues it, also when the point in time it began with is over."""
        found = await self._over(where, lambda query: self._lists.page(query, where, order, size, after))
        mentions = [self._stored(source, where.query) for source in found.sources]
        return Page(mentions=tuple(mentions), total=found.total, after=found.after)

    async def histogram(self, where: Filter, starts: Sequence[datetime], by: Group | None) -> list[Bucket]:
        edges = [milliseconds(start) for start in starts]
        counts = await self._over(where, lambda query: _elastic_counts.over_time(self._mentions, query, edges, by))
        return [Bucket(start=start, counts=count) for start, count in zip(starts, counts, strict=False)]

    async def arrivals(self, where: Filter, since: datetime, until: datetime, *, history: bool) -> list[Arrivals]:
        """Asked a day at a time: an answer holds no more than a day's, and each is paged over no more than that."""
        found: list[Arrivals] = []
        for start, end in _elastic_arrivals.days(since, until):
            part = _elastic_arrivals.within(where, start, end, history=history)
            found += await self._over(part, lambda query: _elastic_arrivals.counted(self._mentions, query, history))
        return [one for one in found if not where.monitors or one.monitor in where.monitors]

    async def terms(self, where: Filter, by: Group, size: int) -> list[tuple[str, int]]:
        return await self._over(where, lambda query: _elastic_counts.most_frequent(self._mentions, query, by, size))

    async def authors(self, where: Filter, size: int) -> list[AuthorCount]:
        return await self._over(where, lambda query: _elastic_heard.heard(self._mentions, query, size))

    async def profiles(self, where: Filter, authors: Sequence[str], starts: Sequence[datetime]) -> list[Profile]:
        edges = [milliseconds(start) for start in starts]
        return await self._over(where, lambda query: _elastic_profiles.profiles(self._mentions, query, authors, edges))

    async def coverage(self, since: datetime, until: datetime) -> list[Coverage]:
        order = [{"since": "asc"}, {"until": "asc"}, {"target": "asc"}]
        pages = self._notes.walk(_touching(since, until), sort=order, source=["body"])
        return [_covered(hit.source).body async for hits in pages for hit in hits]

    async def last_covered(self, since: datetime, until: datetime) -> list[Coverage]:
        body = {
            "size": SOURCES,
            "query": _touching(since, until, {"exists": {"field": "subject"}}),
            "collapse": {"field": "subject"},
            "sort": [{"until": "desc"}, {"since": "asc"}],
            "_source": ["body"],
        }
        found = [_covered(hit.source).body for hit in (await self._notes.once(body)).hits.hits]
        return sorted(found, key=lambda one: one.source)

    async def scan(self, where: Filter) -> AsyncIterator[Sequence[Stored]]:
        """All of them in id order as of now, in chunks; what is written meanwhile changes nothing."""
        async for sources in self._sources(where, READ):
            yield await asyncio.to_thread(lambda found: [self._stored(one, where.query) for one in found], sources)

    async def placed(self, where: Filter) -> AsyncIterator[Sequence[Placed]]:
        """Where the encoder placed all of them, as far as it did."""
        async for sources in self._sources(where, PLACED):
            read = await asyncio.to_thread(lambda found: [_vector(one) for one in found], sources)
            yield [placed(one.body, one.vector, one.arrived) for one in read if one.vector]

    async def ids(self, where: Filter) -> AsyncIterator[Sequence[str]]:
        """The mention ids of all of them, in order and in chunks."""
        async for sources in self._sources(where, ["id"]):
            yield [_id(source).id for source in sources]

    async def _sources(self, where: Filter, parts: Sequence[str]) -> AsyncIterator[Sequence[msgspec.Raw]]:
        loosely = False
        while True:
            query = await self._scopes.of(where, loosely=loosely)
            try:
                async for hits in self._mentions.walk(query, sort=BY_ID, source=parts, size=CHUNK):
                    yield [hit.source for hit in hits]
            except TooMuch:  # said of the first page, before anything was given
                if loosely:
                    raise
                loosely = True
                continue
            return

    async def _over(self, where: Filter, question: Callable[[Query], Awaitable[Answer]]) -> Answer:
        """The answer over the filter's scope, also where the engine does not take on so much at once."""
        try:
            return await question(await self._scopes.of(where))
        except TooMuch:
            return await question(await self._scopes.of(where, loosely=True))

    def _stored(self, source: msgspec.Raw, query: AnyNode | None) -> Stored:
        kept = _kept(source)
        enriched = judged(kept.body, kept.said)
        marked = () if query is None else tuple(self._spans(query, enriched.mention.text))
        arrived = from_milliseconds(kept.arrived)
        return Stored(enriched=enriched, judgements=kept.said, highlights=marked, arrived_at=arrived)


def _touching(since: datetime, until: datetime, *conditions: Query) -> Query:
    """Notes of coverage that touch [since, until)."""
    times = [
        {"range": {"until": {"gt": milliseconds(since)}}},
        {"range": {"since": {"lt": milliseconds(until)}}},
    ]
    return {"bool": {"filter": [{"term": {"kind": Note.COVERAGE}}, *times, *conditions]}}
