"""Customers whose documents have to be counted anew: marked in the transaction of whatever changes them, so that none is lost.

Each mark is another one: a customer that is touched again while it is counted keeps its new mark.
"""

import uuid
from collections.abc import Collection, Mapping

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.database import Database
from desk.store.statements import chunks, insert
from desk.store.tables import customers, touched


async def touch(connection: AsyncConnection, ids: Collection[str]) -> None:
    """Mark these customers, known or not, in the transaction of what touches them."""
    for some in chunks(sorted(ids)):  # in one order everywhere: two transactions wait for one another, and never both
        new = insert(connection, touched)
        again = new.on_conflict_do_update(index_elements=[touched.c.customer], set_={"mark": new.excluded.mark})
        await connection.execute(again, [{"customer": one, "mark": uuid.uuid4().hex} for one in some])


async def add(database: Database, ids: Collection[str]) -> None:
    """Mark them by themselves."""
    if ids:
        async with database.writing() as connection:
            await touch(connection, ids)


async def touch_every(database: Database) -> None:
    """Mark all there are: what counts has changed for everybody."""
    async with database.writing() as connection:
        await touch(connection, (await connection.execute(select(customers.c.id))).scalars().all())


async def waiting(database: Database, most: int) -> Mapping[str, str]:
    """The marks of up to `most` customers, by customer id."""
    async with database.reading() as connection:
        found = await connection.execute(select(touched).order_by(touched.c.customer).limit(most))
        return {row.customer: row.mark for row in found}


async def done(database: Database, marks: Mapping[str, str]) -> None:
    """These are counted: take away their marks, but for those that were touched since."""
    async with database.writing() as connection:
        for some in chunks(marks):
            theirs = touched.c.customer.in_(some) & touched.c.mark.in_([marks[one] for one in some])
            await connection.execute(delete(touched).where(theirs))
