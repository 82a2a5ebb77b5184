"""The documents of customers on Elasticsearch and OpenSearch: an index of their own that dashboards may read, by its alias."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from core.customer import CustomerDocument
from core.errors import Stop
from core.time import from_milliseconds, milliseconds
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_pages import pages
from sinks._elastic_rows import take_away, write_over
from sinks._elastic_schema import LONGEST, CustomerFields, Names, document_id

CHUNK = 500
DAY = timedelta(days=1)
MOST_DAYS = 2000
"""Days of one document: the latest of them, where a customer was heard for longer."""

_fields = msgspec.json.Decoder(CustomerFields).decode


class _Told(msgspec.Struct):
    id: str
    counted: int = 0


class _Got(msgspec.Struct):
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())


class _Several(msgspec.Struct):
    docs: list[_Got]


_told = msgspec.json.Decoder(_Told).decode
_several = msgspec.json.Decoder(_Several).decode


class Documents:
    """core.ports.CustomerDocuments."""

    def __init__(self, engine: Engine, bulk: Bulk, names: Names) -> None:
        self._engine, self._bulk, self._names = engine, bulk, names

    async def caught_up(self) -> None:
        await self._engine.refresh(f"{self._names.every},{self._names.notes}")

    async def put(self, documents: Sequence[CustomerDocument]) -> None:
        index = self._names.customers_index
        outcomes = await self._bulk.apply([write_over(index, document_id(one.id), fields(one)) for one in documents])
        if refused := [one.error.reason for one in outcomes if one.refused]:
            raise Stop(f"{self._engine.url} does not take the document of a customer: {refused[0]}")
        await self._found()

    async def drop(self, customers: Collection[str]) -> int:
        if there := await self.get(customers):
            index = self._names.customers_index
            await self._bulk.apply([take_away(index, document_id(one)) for one in sorted(there)])
            await self._found()
        return len(there)

    async def get(self, customers: Collection[str]) -> Mapping[str, CustomerDocument]:
        found: dict[str, CustomerDocument] = {}
        each = sorted(customers)
        for start in range(0, len(each), CHUNK):
            ids = [document_id(one) for one in each[start : start + CHUNK]]
            answer = await self._engine.ask("POST", f"/{self._names.customers_index}/_mget", {"ids": ids})
            found |= {one.id: one for one in (_fields(got.source).body for got in _several(answer).docs if got.source)}
        return found

    async def holding(self, authors: Collection[str]) -> Sequence[str]:
        await self._found()
        found: set[str] = set()
        each = sorted(authors)
        for start in range(0, len(each), CHUNK):
            query = {"terms": {"accounts": each[start : start + CHUNK]}}
            async for hits in pages(self._engine, self._names.customers_index, query, source=["id"]):
                found.update(_told(hit.source).id for hit in hits)
        return sorted(found)

    async def counted(self) -> Mapping[str, datetime]:
        await self._found()
        found: dict[str, datetime] = {}
        async for hits in pages(self._engine, self._names.customers_index, {"match_all": {}}, source=["id", "counted"]):
            found |= {one.id: from_milliseconds(one.counted) for one in (_told(hit.source) for hit in hits)}
        return found

    async def _found(self) -> None:
        await self._engine.refresh(self._names.customers_index)


def fields(document: CustomerDocument) -> CustomerFields:
    """The document with what dashboards find and show it by."""
    return CustomerFields(
        id=document.id,
        label=label(document),
        counted=milliseconds(document.counted_at),
        days=days(document),
        accounts=tuple(one.author for one in document.accounts),
        sources=tuple(dict.fromkeys(one.source for one in document.accounts)),
        name=document.name,
        segment=document.segment,
        owner=document.owner,
        first=None if document.first_at is None else milliseconds(document.first_at),
        last=None if document.last_at is None else milliseconds(document.last_at),
        mentions=document.mentions,
        net=document.net,
        topics=tuple(document.topics),
        channels=tuple(document.channels),
        body=document,
    )


def label(document: CustomerDocument) -> str:
    """What a person picks a customer by, and its id: "name (id)"; without a name its first account."""
    called = document.name or next((one.author for one in document.accounts), "")
    return f"{called[: LONGEST - len(document.id) - 3]} ({document.id})"


def days(document: CustomerDocument) -> list[int]:
    """Times that a range finds the document by, in ms: one each day from the first mention to the last, and when it was counted."""
    found = [document.counted_at]
    if document.first_at is not None and document.last_at is not None:
        number = (document.last_at - document.first_at) // DAY
        found += [document.last_at - place * DAY for place in range(min(number, MOST_DAYS) + 1)]
        found.append(document.first_at)
    return sorted({milliseconds(one) for one in found})
