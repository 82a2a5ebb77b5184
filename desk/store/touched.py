"""What has to be counted anew: marked in the transaction of whatever changes it, so that none is lost.

Each mark is another one: what is touched again while it is counted keeps its new mark.
"""

import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import touched_cases
from desk.store.database import Database
from desk.store.statements import chunks, insert
from desk.store.tables import customers, touched


class Marks:
    """Of one table: the ids of what was touched, and the mark of each."""

    def __init__(self, table: Table, identifier: ColumnElement[str]) -> None:
        self._table, self._id = table, identifier

    async def touch(self, connection: AsyncConnection, ids: Collection[str]) -> None:
        """Mark these, known or not, in the transaction of what touches them."""
        for some in chunks(
            sorted(ids)
        ):  # in one order everywhere: two transactions wait for one another, and never both
            new = insert(connection, self._table)
            again = new.on_conflict_do_update(index_elements=[self._id.name], set_={"mark": new.excluded.mark})
            await connection.execute(again, [{self._id.name: one, "mark": uuid.uuid4().hex} for one in some])

    async def add(self, database: Database, ids: Collection[str]) -> None:
        """Mark them by themselves."""
        if ids:
            async with database.writing() as connection:
                await self.touch(connection, ids)

    async def waiting(self, database: Database, most: int) -> Mapping[str, str]:
        """The marks of up to `most`, by id."""
        async with database.reading() as connection:
            asked = select(self._id, self._table.c.mark).order_by(self._id).limit(most)
            rows = (await connection.execute(asked)).all()
            return {row[0]: row.mark for row in rows}

    async def done(self, database: Database, marks: Mapping[str, str]) -> None:
        """These are counted: take away their marks, but for those that were touched since."""
        async with database.writing() as connection:
            for some in chunks(marks):
                theirs = self._id.in_(some) & self._table.c.mark.in_([marks[one] for one in some])
                await connection.execute(delete(self._table).where(theirs))


CASES = Marks(touched_cases, touched_cases.c.case)
CUSTOMERS = Marks(touched, touched.c.customer)
touch, add, waiting, done = CUSTOMERS.touch, CUSTOMERS.add, CUSTOMERS.waiting, CUSTOMERS.done


async def touch_every(database: Database) -> None:
    """Mark all customers there are: what counts has changed for everybody."""
    async with database.writing() as connection:
        await touch(connection, (await connection.execute(select(customers.c.id))).scalars().all())
