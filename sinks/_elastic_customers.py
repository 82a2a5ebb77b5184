"""The documents of customers on Elasticsearch and OpenSearch."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec

from core.customer import CustomerDocument
from core.time import milliseconds
from sinks._elastic_bulk import Bulk
from sinks._elastic_client import Engine
from sinks._elastic_documents import Documents
from sinks._elastic_schema import LONGEST, CustomerFields, Names

DAY = timedelta(days=1)
CHUNK = 500
"""Accounts asked for at once."""
MOST_DAYS = 2000
"""Days of one document: the latest of them, where a customer was heard for longer."""

_fields = msgspec.json.Decoder(CustomerFields).decode


class Customers(Documents[CustomerDocument]):
    """core.ports.CustomerDocuments."""

    def __init__(self, engine: Engine, bulk: Bulk, names: Names) -> None:
        super().__init__(engine, bulk, names.customers_index, fields, lambda source: _fields(source).body)
        self._counts = f"{names.every},{names.notes}"

    async def caught_up(self) -> None:
        await self._engine.refresh(self._counts)

    async def holding(self, authors: Collection[str]) -> Sequence[str]:
        await self._found()
        found: set[str] = set()
        each = sorted(authors)
        for start in range(0, len(each), CHUNK):
            found |= await self._ids({"terms": {"accounts": each[start : start + CHUNK]}})
        return sorted(found)


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
