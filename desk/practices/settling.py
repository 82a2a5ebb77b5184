"""What becomes of best practices by itself: how their uses went, and owners who are told that one is to be looked at again."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import update

from core.ports import ArchiveReader
from desk.practices.ended import went
from desk.store import cases, people, practice_writing, practices
from desk.store.database import Database
from desk.store.letters import one_each, owe
from desk.store.practice_tables import practices as practice_rows
from desk.store.practices import Practice

LETTER = "practice"
"""What the letter to an owner is about (desk.store.letters)."""
AHEAD = timedelta(days=14)
"""So long before one is over its owner is told, and once more when it is."""
_LETTERS = UUID("6a6f4a0e-3a3f-4a7b-9a55-5d7a6f1c2b91")


async def settle(database: Database, archive: ArchiveReader, at: datetime) -> int:
    """Keep how cases went in which practices were used, as far as that is known by then; how many."""
    waiting = await practices.unsettled(database)
    known = await cases.several(database, [one.case for one in waiting if one.case])
    ended = {one.case.id: one for one in await went(database, archive, list(known.values()), at)}
    settled = 0
    for use in waiting:
        found = ended.get(use.case or "")
        if found is not None and found.outcome is not None:
            await practice_writing.settle(database, use.practice, use.number, found.outcome)
            settled += 1
    return settled


async def remind(database: Database, at: datetime) -> int:
    """Owe a letter to owners of approved practices that are over soon, and another once they are; how many letters."""
    count = 0
    for one in await practices.expired(database, at + AHEAD):
        if one.owner is not None and _again(one, at):
            count += await _owed(database, one, one.owner, at)
    return count


def _again(one: Practice, at: datetime) -> bool:
    """Whether its owner was told neither before it is over nor, once it is, since."""
    if one.reminded_at is None:
        return True
    return one.expires_at is not None and one.reminded_at < one.expires_at <= at


async def _owed(database: Database, one: Practice, owner: str, at: datetime) -> int:
    person = await people.get(database, owner)
    async with database.writing() as connection:
        still = (practice_rows.c.id == one.id, practice_rows.c.version == one.version)
        await connection.execute(update(practice_rows).where(*still).values(reminded_at=at))
        if person is None or not person.active or not person.email:
            return 0
        name = uuid5(_LETTERS, f"{one.id} {one.expires_at} {one.expired(at)}").hex
        body = msgspec.json.encode({"practice": one.id}).decode()
        letter = one_each([person.email], letter=name, what=LETTER, subject=owner, body=body, made_at=at, due_at=at)
        await owe(connection, letter)
    return len(letter)
