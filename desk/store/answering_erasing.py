"""Takes people of the staff out of who may answer: what was given to who left, and the ids of who was erased."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.answering_tables import account_rights, consents, skills, trust_marks
from desk.store.audit import hashed


async def leave(connection: AsyncConnection, person: str) -> None:
    """Who left has no right on any account, and takes part in nothing: who comes back is given it anew, and asked anew."""
    for table in (account_rights, consents):
        await connection.execute(delete(table).where(table.c.person == person))


async def erase_staff(connection: AsyncConnection, people: Sequence[str], key: bytes) -> None:
    """What they had went with them; what they gave to others stays, with a hash under `key` for the id."""
    for person in people:
        for table in (account_rights, trust_marks, skills, consents):
            theirs = update(table).where(table.c.by == person)
            await connection.execute(theirs.values(by=hashed(person, key)))
