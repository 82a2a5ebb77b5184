"""Weekly digests: which were owed already, to whom, and who wants none."""

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, letters
from desk.store.database import Database
from desk.store.digest_tables import digest_refusals, digests
from desk.store.letters import Letter
from desk.store.people import PERSON
from desk.store.statements import insert
from desk.store.tables import people

DIGEST = "digest"


class About(msgspec.Struct, frozen=True):
    """What a letter is about: a unit, and a week by its ISO name, as 2026-W47."""

    unit: str
    week: str


async def owed(database: Database, week: str) -> frozenset[str]:
    """Units of which that week was owed."""
    async with database.reading() as connection:
        found = await connection.execute(select(digests.c.unit).where(digests.c.week == week))
        return frozenset(found.scalars())


async def owe(database: Database, about: About, *, at: datetime) -> int:
    """Owe it to everybody of the unit who has an e-mail address and wants it, once for ever; to how many."""
    async with database.writing() as connection:
        row = {"week": about.week, "unit": about.unit, "at": at}
        new = insert(connection, digests).values(row).on_conflict_do_nothing().returning(digests.c.unit)
        if (await connection.execute(new)).first() is None:
            return 0
        owing = await _letters(connection, about, at)
        await letters.owe(connection, owing)
        return len(owing)


async def refused(database: Database, person: str) -> bool:
    """Whether that person wants none."""
    async with database.reading() as connection:
        asked = select(digest_refusals.c.person).where(digest_refusals.c.person == person)
        return (await connection.execute(asked)).first() is not None


async def refuse(database: Database, person: str, *, no: bool, by: str, at: datetime) -> None:
    """Write down that the person wants none, or wants it again; what is owed already is decided when it is sent."""
    async with database.writing() as connection:
        if no:
            row = insert(connection, digest_refusals).values({"person": person, "at": at}).on_conflict_do_nothing()
            await connection.execute(row)
        else:
            await connection.execute(delete(digest_refusals).where(digest_refusals.c.person == person))
        did = "refused the digest for" if no else "asked the digest for"
        await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person))


async def _letters(connection: AsyncConnection, about: About, at: datetime) -> Sequence[Letter]:
    wanting = (people.c.unit == about.unit, people.c.active, people.c.email.is_not(None))
    no = select(digest_refusals.c.person)
    asked = select(people.c.id, people.c.email).where(*wanting, people.c.id.not_in(no)).order_by(people.c.id)
    letter = uuid5(NAMESPACE_URL, f"digest:{about.week}:{about.unit}")
    body = msgspec.json.encode(about).decode()
    return [
        Letter(
            id=uuid5(letter, row.id).hex,
            letter=letter.hex,
            what=DIGEST,
            subject=row.id,
            receiver=row.email,
            body=body,
            made_at=at,
            due_at=at,
        )
        for row in await connection.execute(asked)
    ]
