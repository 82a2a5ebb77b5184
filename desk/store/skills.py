"""What each of the staff knows about, as they or who keeps the staff says."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Reject
from desk.store import audit
from desk.store.answering_tables import skills
from desk.store.database import Database
from desk.store.people import PERSON, works_here

MOST, LONGEST = 50, 80


def folded(word: str) -> str:
    """A skill or topic as it is compared: in small letters, with single spaces."""
    return " ".join(word.casefold().split())


async def put(database: Database, person: str, words: Collection[str], *, by: str, at: datetime) -> bool:
    """In place of what they knew before; whether the person works here. Raises Reject where a word cannot be one."""
    wanted = {folded(word) for word in words} - {""}
    if len(wanted) > MOST or not all(len(word) <= LONGEST and word.isprintable() for word in wanted):
        raise Reject(f"at most {MOST} skills, each of 1 to {LONGEST} printable characters", reason="skills")
    async with database.writing() as connection:
        if not await works_here(connection, person):
            return False
        theirs = skills.c.person == person
        before = set((await connection.execute(select(skills.c.skill).where(theirs))).scalars())
        if wanted == before:
            return True
        await connection.execute(delete(skills).where(theirs, skills.c.skill.not_in(wanted)))
        new = [{"person": person, "skill": word, "at": at, "by": by} for word in sorted(wanted - before)]
        if new:
            await connection.execute(insert(skills), new)
        await audit.note(
            connection, audit.Entry(at=at, by=by, did="changed the skills of", what=PERSON, subject=person)
        )
    return True


async def of_person(database: Database, person: str) -> list[str]:
    """By name."""
    asked = select(skills.c.skill).where(skills.c.person == person).order_by(skills.c.skill)
    async with database.reading() as connection:
        return list((await connection.execute(asked)).scalars())


async def every_within(connection: AsyncConnection) -> Mapping[str, frozenset[str]]:
    """By person; nothing for those who named none."""
    found: dict[str, set[str]] = {}
    for row in await connection.execute(select(skills)):
        found.setdefault(row.person, set()).add(row.skill)
    return {person: frozenset(words) for person, words in found.items()}
