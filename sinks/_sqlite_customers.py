"""The documents of customers in the archive's file, and whose accounts they name."""

from collections.abc import Collection, Sequence
from functools import partial

import apsw

from core.customer import CustomerDocument
from sinks._sqlite_documents import Documents, Threads, among
from sinks._sqlite_schema import rows


class Customers(Documents[CustomerDocument]):
    """core.ports.CustomerDocuments."""

    def __init__(self, threads: Threads) -> None:
        super().__init__(threads, "customers", CustomerDocument)

    async def caught_up(self) -> None:
        """What is durable in a file is counted."""

    async def holding(self, authors: Collection[str]) -> Sequence[str]:
        select = (
            "SELECT DISTINCT customer FROM customer_accounts WHERE author IN (SELECT value FROM carray(?)) ORDER BY 1"
        )
        found = await self._threads.read(partial(rows, statement=select, values=among(authors))) if authors else ()
        return [customer for (customer,) in found]

    def _put(self, connection: apsw.Connection, *, documents: Sequence[CustomerDocument]) -> None:
        connection.executemany("DELETE FROM customer_accounts WHERE customer = ?", [(one.id,) for one in documents])
        super()._put(connection, documents=documents)
        connection.executemany(
            "INSERT OR IGNORE INTO customer_accounts (customer, author) VALUES (?, ?)",
            [(one.id, account.author) for one in documents for account in one.accounts],
        )

    def _drop(self, connection: apsw.Connection, *, ids: Collection[str]) -> int:
        gone = "DELETE FROM customer_accounts WHERE customer IN (SELECT value FROM carray(?))"
        connection.execute(gone, among(ids))
        return super()._drop(connection, ids=ids)
