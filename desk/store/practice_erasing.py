"""Takes people of the staff out of best practices and plans: what they wrote of the work stays, with a hash for the id.

No author and no message stands there: a text that was made of a case has names and handles removed before anybody approves it, and the id of a
case goes with the case.
"""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.audit import hashed
from desk.store.practice_tables import planned, practice_comments, practice_thanks, practice_uses, practices

_BY = (
    practices.c.made_by, practices.c.proposed_by, practices.c.approved_by, practice_comments.c.by, practice_uses.c.by,
    planned.c.by,
)  # fmt: skip


async def erase_staff(connection: AsyncConnection, people: Sequence[str], key: bytes) -> None:
    """Nobody owns what was theirs; what they did stays, with a hash under `key` for the id."""
    for person in people:
        hidden = hashed(person, key)
        await connection.execute(update(practices).where(practices.c.owner == person).values(owner=None))
        for column in _BY:
            await connection.execute(update(column.table).where(column == person).values({column.name: hidden}))
        known = select(practice_thanks.c.practice).where(practice_thanks.c.by == hidden)
        theirs = practice_thanks.c.by == person
        await connection.execute(delete(practice_thanks).where(theirs, practice_thanks.c.practice.in_(known)))
        await connection.execute(update(practice_thanks).where(theirs).values(by=hidden))
