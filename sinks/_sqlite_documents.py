"""Documents beside the mentions, found by their ids, in the archive's file: one table a kind."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Generic, Protocol, TypeVar

import apsw
import msgspec

from core.ports import Counted
from core.time import from_milliseconds, milliseconds
from sinks._sqlite_schema import rows

Answer = TypeVar("Answer")
Work = Callable[[apsw.Connection], Answer]
_json = msgspec.json.Encoder()


class Threads(Protocol):
    """The archive's file: work in one durable transaction, which may take text away, and work that only reads."""

    async def change(self, work: Work[Answer], *, purges: bool = False) -> Answer: ...

    async def read(self, work: Work[Answer]) -> Answer: ...


class Documents(Generic[Counted]):
    """core.ports.Documents in the table of that name."""

    def __init__(self, threads: Threads, table: str, kind: type[Counted]) -> None:
        self._threads, self._table = threads, table
        self._document = msgspec.json.Decoder(kind).decode

    async def put(self, documents: Sequence[Counted]) -> None:
        await self._threads.change(partial(self._put, documents=documents))

    async def drop(self, ids: Collection[str]) -> int:
        return await self._threads.change(partial(self._drop, ids=ids), purges=True) if ids else 0

    async def get(self, ids: Collection[str]) -> Mapping[str, Counted]:
        select = f"SELECT id, body FROM {self._table} WHERE id IN (SELECT value FROM carray(?))"  # noqa: S608 - our own name
        found = await self._threads.read(partial(rows, statement=select, values=among(ids))) if ids else ()
        return {identifier: self._document(body) for identifier, body in found}

    async def counted(self) -> Mapping[str, datetime]:
        select = f"SELECT id, counted FROM {self._table}"  # noqa: S608 - our own name
        found = await self._threads.read(partial(rows, statement=select))
        return {identifier: from_milliseconds(at) for identifier, at in found}

    def _put(self, connection: apsw.Connection, *, documents: Sequence[Counted]) -> None:
        """In a transaction."""
        put = f"""INSERT INTO {self._table} (id, counted, body) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET counted = excluded.counted, body = excluded.body"""  # noqa: S608 - our own name
        connection.executemany(put, [(one.id, milliseconds(one.counted_at), _json.encode(one)) for one in documents])

    def _drop(self, connection: apsw.Connection, *, ids: Collection[str]) -> int:
        """In a transaction."""
        gone = f"DELETE FROM {self._table} WHERE id IN (SELECT value FROM carray(?)) RETURNING 1"  # noqa: S608 - our own name
        return len(rows(connection, gone, among(ids)))


def among(ids: Collection[str]) -> tuple[object, ...]:
    """Any number of ids as one value of a statement."""
    return (apsw.carray(tuple(ids)),)
