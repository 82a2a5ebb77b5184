"""What somebody of the staff said yes to by themselves: to publish for the organisation, to be asked when a question comes."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit
from desk.store.answering_tables import consents
from desk.store.database import Database
from desk.store.people import PERSON, works_here
from desk.store.statements import insert


class Consent(StrEnum):
    """What there is to say yes to."""

    PUBLISH = "publish"  # to be counted among those who publish for the organisation
    ASKED = "asked"  # to be asked when a question comes that they know about, off duty too


class Way(StrEnum):
    """How somebody said so."""

    PAGE = "page"
    PAPER = "paper"  # written down at the desk


class Given(msgspec.Struct, frozen=True):
    """When somebody said yes, and to which words."""

    at: datetime
    words: str


async def give(
    database: Database, person: str, what: Consent, words: str, way: Way = Way.PAGE, *, by: str, at: datetime
) -> bool:
    """Whether the person works here. The first time counts, with the words that were read then."""
    async with database.writing() as connection:
        if not await works_here(connection, person):
            return False
        row = {"person": person, "what": what.value, "words": words, "way": way.value, "at": at, "by": by}
        new = insert(connection, consents).values(row).on_conflict_do_nothing().returning(consents.c.person)
        if (await connection.execute(new)).first():
            await audit.note(connection, _entry(f"said yes to {what.value}", person, by=by, at=at))
    return True


async def withdraw(database: Database, person: str, what: Consent, *, by: str, at: datetime) -> bool:
    """Take it back: nothing of it is kept but in the audit. Whether it was given."""
    one = (consents.c.person == person, consents.c.what == what.value)
    async with database.writing() as connection:
        gone = (await connection.execute(delete(consents).where(*one))).rowcount > 0
        if gone:
            await audit.note(connection, _entry(f"took back {what.value}", person, by=by, at=at))
    return gone


async def of_person(database: Database, person: str) -> Mapping[Consent, Given]:
    """What stands of that person."""
    async with database.reading() as connection:
        rows = await connection.execute(select(consents).where(consents.c.person == person))
        return {Consent(row.what): Given(row.at, row.words) for row in rows}


async def who_within(connection: AsyncConnection, what: Consent) -> frozenset[str]:
    """Ids of those who said yes to it."""
    asked = select(consents.c.person).where(consents.c.what == what.value)
    return frozenset((await connection.execute(asked)).scalars())


def _entry(did: str, person: str, *, by: str, at: datetime) -> audit.Entry:
    return audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person)
