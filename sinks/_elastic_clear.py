"""Taking away from the archive on Elasticsearch: accounts that are gone, erasures, retention, and the engine's own leftovers.

An engine keeps what was overwritten in its files until it merges them, and for `lets_go` merging keeps it as well, for
replicas that catch up. An erasure waits for that and then has the files merged; after other deletions it is done once in
`wipe_every`, which is how long deleted text can stay in a file.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import timedelta

import msgspec

from core.time import MILLISECOND, Clock, milliseconds
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_mentions import Mentions
from sinks._elastic_notes import Notes
from sinks._elastic_pages import Hit, pages
from sinks._elastic_rows import for_ever, take_away
from sinks._elastic_schema import GONE, Document, Names, document_id

MOST_TERMS = 1000
"""Authors asked for at once."""

_ANY = {"ignore_unavailable": "true", "allow_no_indices": "true"}
_document = msgspec.json.Decoder(Document).decode


class Clear:
    """The clearing half of the writer."""

    def __init__(
        self,
        engine: Engine,
        bulk: Bulk,
        notes: Notes,
        mentions: Mentions,
        *,
        names: Names,
        clock: Clock,
        wipe_every: timedelta,
        lets_go: timedelta,
    ) -> None:
        self._engine, self._bulk, self._notes, self._mentions = engine, bulk, notes, mentions
        self._names, self._clock = names, clock
        self._wipe_every, self._lets_go = wipe_every, lets_go

    async def sweep(self, authors: Sequence[str]) -> None:
        """Let all that is stored of these authors meet their tombstones, which are kept already."""
        if not authors:
            return
        await self._engine.refresh(self._names.every)
        for start in range(0, len(authors), MOST_TERMS):
            query = {"terms": {"author": list(authors[start : start + MOST_TERMS])}}
            async for hits in pages(self._engine, self._names.every, query):
                documents = [_document(hit.source) for hit in hits]
                await self._mentions.change([(hit.index, hit.id) for hit in hits], self._mentions.renewed, documents)

    async def meet(self, targets: Collection[str]) -> None:
        """The same for mentions and authors of whom only the document_id is known: every stored one is looked at."""
        await self._engine.refresh(self._names.every)
        query = {"bool": {"must_not": [{"term": {"state": GONE}}]}}
        async for hits in pages(self._engine, self._names.every, query, source=["id", "author"]):
            ids = ((hit, _named(hit.source)) for hit in hits)
            met = [(hit.index, hit.id) for hit, one in ids if hit.id in targets or document_id(one.author) in targets]
            await self._mentions.change(met, self._mentions.renewed)

    async def erase(self, mentions: Sequence[str], authors: Sequence[str]) -> int:
        """See core.ports.ArchiveWriter.erase: tombstones for ever, what was said taken back, files wiped."""
        await self._notes.load()
        stored = {one for one, known in (await self._mentions.known(mentions)).items() if known.arrived is not None}
        await self._leave(mentions)
        doomed = {*mentions}
        while found := [one async for one in self._written_by(authors) if one not in doomed]:
            await self._leave(found)
            doomed.update(found)
            stored.update(found)
        await self._notes.forget(mentions=doomed, authors=authors)
        await self.wipe(self._lets_go.total_seconds())
        return len(stored)

    async def expire(self, source: str, before: int) -> int:
        """See core.ports.ArchiveWriter.expire; `before` in ms, and already kept, so that nothing older comes in again."""
        await self._engine.refresh(self._names.every)
        query = {"bool": {"filter": [{"term": {"heard": source}}, {"range": {"seen": {"lt": before}}}]}}
        number = 0
        async for hits in pages(self._engine, self._names.every, query, source=["id"]):
            number += await self._take(hits)
        return number

    async def wipe(self, wait: float = 0.0) -> None:
        """Have the engine's files hold nothing that was overwritten or deleted `lets_go` before; `wait` (seconds) for that."""
        targets = (self._names.every, self._names.notes, self._names.customers_index, self._names.cases_index)
        for target in targets:
            await self._flush(target)
        if wait and any([await self._leftovers(target) for target in targets]):
            await asyncio.sleep(wait)
        for target in targets:
            merge = {"only_expunge_deletes": "true", "flush": "true"}
            await self._engine.ask("POST", f"/{target}/_forcemerge", wait=3600.0, **merge, **_ANY)
            await self._flush(target)

    async def _flush(self, target: str) -> None:
        await self._engine.refresh(target)
        flush = {"force": "true", "wait_if_ongoing": "true"}
        await self._engine.ask("POST", f"/{target}/_flush", wait=600.0, **flush, **_ANY)

    async def _leftovers(self, target: str) -> int:
        answer = await self._engine.ask("GET", f"/{target}/_stats/docs", filter_path="_all.total.docs.deleted")
        return msgspec.json.decode(answer, type=_Stats).all.total.docs.deleted

    async def wipe_when_due(self) -> None:
        """`wipe`, where the last one is longer ago than it may be."""
        now = milliseconds(self._clock())
        last = await self._notes.wiped()
        if last is None:
            await self._notes.wipe(now)  # a new archive
        elif now - last >= self._wipe_every / MILLISECOND:
            await self.wipe()
            await self._notes.wipe(now)

    async def _leave(self, mentions: Iterable[str]) -> None:
        await self._bulk.apply([for_ever(self._names.holding(one), document_id(one)) for one in mentions])

    async def _written_by(self, authors: Sequence[str]) -> AsyncIterator[str]:
        await self._engine.refresh(self._names.every)
        for start in range(0, len(authors), MOST_TERMS):
            query = {"terms": {"author": list(authors[start : start + MOST_TERMS])}}
            async for hits in pages(self._engine, self._names.every, query, source=["id"]):
                for hit in hits:
                    yield _id(hit)

    async def _take(self, hits: Sequence[Hit]) -> int:
        actions = [take_away(hit.index, hit.id, (hit.seq_no, hit.primary_term)) for hit in hits]
        outcomes = await self._bulk.apply(actions)
        gone = [_id(hit) for hit, outcome in zip(hits, outcomes, strict=True) if outcome.status < 400]
        await self._notes.forget(mentions=gone)
        return len(gone)


class _Docs(msgspec.Struct):
    deleted: int = 0


class _Shards(msgspec.Struct):
    docs: _Docs = msgspec.field(default_factory=_Docs)


class _All(msgspec.Struct):
    total: _Shards = msgspec.field(default_factory=_Shards)


class _Stats(msgspec.Struct):
    all: _All = msgspec.field(name="_all", default_factory=_All)


class _Named(msgspec.Struct):
    id: str
    author: str = ""


_named = msgspec.json.Decoder(_Named).decode


def _id(hit: Hit) -> str:
    return _named(hit.source).id
