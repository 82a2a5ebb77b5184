"""Documents beside the mentions, found by their ids, on Elasticsearch and OpenSearch: an index a kind, which dashboards read by its alias."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Generic

import msgspec

from core.errors import Stop
from core.ports import Counted
from core.time import from_milliseconds
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_got import got
from sinks._elastic_pages import pages
from sinks._elastic_rows import take_away, write_over
from sinks._elastic_schema import document_id


class _Told(msgspec.Struct):
    id: str
    counted: int = 0


_told = msgspec.json.Decoder(_Told).decode


class Documents(Generic[Counted]):
    """core.ports.Documents in that index."""

    def __init__(
        self,
        engine: Engine,
        bulk: Bulk,
        index: str,
        fields: Callable[[Counted], msgspec.Struct],
        read: Callable[[msgspec.Raw], Counted],
    ) -> None:
        self._engine, self._bulk, self._index, self._fields, self._read = engine, bulk, index, fields, read

    async def put(self, documents: Sequence[Counted]) -> None:
        written = [write_over(self._index, document_id(one.id), self._fields(one)) for one in documents]
        outcomes = await self._bulk.apply(written)
        if refused := [one.error.reason for one in outcomes if one.refused]:
            raise Stop(f"{self._engine.url} does not take a document of {self._index}: {refused[0]}")
        await self._found()

    async def drop(self, ids: Collection[str]) -> int:
        if there := await self.get(ids):
            await self._bulk.apply([take_away(self._index, document_id(one)) for one in sorted(there)])
            await self._found()
        return len(there)

    async def get(self, ids: Collection[str]) -> Mapping[str, Counted]:
        where = [(self._index, document_id(one)) for one in sorted(ids)]
        read = [self._read(one.source) for one in await got(self._engine, where) if one.found]
        return {one.id: one for one in read}

    async def counted(self) -> Mapping[str, datetime]:
        await self._found()
        found: dict[str, datetime] = {}
        async for hits in pages(self._engine, self._index, {"match_all": {}}, source=["id", "counted"]):
            found |= {one.id: from_milliseconds(one.counted) for one in (_told(hit.source) for hit in hits)}
        return found

    async def _ids(self, query: Mapping[str, object]) -> set[str]:
        """Of those that the query finds."""
        found: set[str] = set()
        async for hits in pages(self._engine, self._index, dict(query), source=["id"]):
            found.update(_told(hit.source).id for hit in hits)
        return found

    async def _found(self) -> None:
        await self._engine.refresh(self._index)
