"""The documents of customers in the archive's file."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

import apsw
import msgspec

from core.customer import CustomerDocument
from core.time import from_milliseconds, milliseconds
from sinks._sqlite_schema import rows

Answer = TypeVar("Answer")
Work = Callable[[apsw.Connection], Answer]

_document = msgspec.json.Decoder(CustomerDocument).decode
_json = msgspec.json.Encoder()

_PUT = """INSERT INTO customers (id, counted, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET counted = excluded.counted, body = excluded.body"""


class Threads(Protocol):
    """The archive's file: work in one durable transaction, which may take text away, and work that only reads."""

    async def change(self, work: Work[Answer], *, purges: bool = False) -> Answer: ...

    async def read(self, work: Work[Answer]) -> Answer: ...


class Documents:
    """core.ports.CustomerDocuments."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads

    async def caught_up(self) -> None:
        """What is durable in a file is counted."""

    async def put(self, documents: Sequence[CustomerDocument]) -> None:
        await self._threads.change(partial(_put, documents=documents))

    async def drop(self, customers: Collection[str]) -> int:
        return await self._threads.change(partial(_drop, customers=customers), purges=True) if customers else 0

    async def get(self, customers: Collection[str]) -> Mapping[str, CustomerDocument]:
        select = "SELECT id, body FROM customers WHERE id IN (SELECT value FROM carray(?))"
        found = await self._threads.read(partial(rows, statement=select, values=_among(customers))) if customers else ()
        return {customer: _document(body) for customer, body in found}

    async def holding(self, authors: Collection[str]) -> Sequence[str]:
        select = (
            "SELECT DISTINCT customer FROM customer_accounts WHERE author IN (SELECT value FROM carray(?)) ORDER BY 1"
        )
        found = await self._threads.read(partial(rows, statement=select, values=_among(authors))) if authors else ()
        return [customer for (customer,) in found]

    async def counted(self) -> Mapping[str, datetime]:
        found = await self._threads.read(partial(rows, statement="SELECT id, counted FROM customers"))
        return {customer: from_milliseconds(at) for customer, at in found}


def _put(connection: apsw.Connection, *, documents: Sequence[CustomerDocument]) -> None:
    connection.executemany("DELETE FROM customer_accounts WHERE customer = ?", [(one.id,) for one in documents])
    connection.executemany(_PUT, [(one.id, milliseconds(one.counted_at), _json.encode(one)) for one in documents])
    connection.executemany(
        "INSERT OR IGNORE INTO customer_accounts (customer, author) VALUES (?, ?)",
        [(one.id, account.author) for one in documents for account in one.accounts],
    )


def _drop(connection: apsw.Connection, *, customers: Collection[str]) -> int:
    among = _among(customers)
    connection.execute("DELETE FROM customer_accounts WHERE customer IN (SELECT value FROM carray(?))", among)
    gone = "DELETE FROM customers WHERE id IN (SELECT value FROM carray(?)) RETURNING 1"
    return len(rows(connection, gone, among))


def _among(ids: Collection[str]) -> tuple[object, ...]:
    return (apsw.carray(tuple(ids)),)
