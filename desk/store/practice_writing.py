"""What is written of best practices, each in the transaction of whoever does it; acts are in the audit by ids alone."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, statements
from desk.store.case_writing import next_number
from desk.store.database import Database
from desk.store.practice_tables import practice_comments, practice_texts, practice_thanks, practice_uses, practices
from desk.store.practices import Outcome, Practice, State, Text, of_row, texts_of

PRACTICE = "practice"
"""What the audit calls it."""
PRACTICES = "practices"
"""What they are numbered as."""


async def propose(
    connection: AsyncConnection,
    *,
    title: str,
    texts: Sequence[tuple[Text, bytes]],
    topics: Sequence[str],
    unit: str | None,
    owner: str | None,
    from_case: int | None,
    by: str,
    at: datetime,
) -> Practice:
    """A new one, each text with where the encoder places its question."""
    made = Practice(
        id=uuid.uuid4().hex,
        number=await next_number(connection, PRACTICES),
        title=title,
        topics=tuple(topics),
        unit=unit,
        owner=owner,
        from_case=from_case,
        made_by=by,
        proposed_by=by,
        proposed_at=at,
        texts=tuple(text for text, _ in texts),
    )
    await connection.execute(insert(practices), _row(made))
    await _say(connection, made.id, texts)
    await _note(connection, "proposed", made.id, by, at)
    return made


async def locked(connection: AsyncConnection, number: int) -> Practice | None:
    """The practice of that number; nobody else changes it until the transaction ends."""
    row = (await connection.execute(select(practices).where(practices.c.number == number).with_for_update())).first()
    if row is None:
        return None
    return of_row(row, (await texts_of(connection, [row.id])).get(row.id, ()))


async def change(
    connection: AsyncConnection, practice: Practice, did: str, *, by: str, at: datetime, values: Mapping[str, object]
) -> Practice:
    """The practice, locked, with these values."""
    changed = msgspec.structs.replace(practice, **values)
    await connection.execute(update(practices).where(practices.c.id == practice.id).values(_row(changed)))
    await _note(connection, did, practice.id, by, at)
    return changed


async def rewrite(
    connection: AsyncConnection,
    practice: Practice,
    texts: Sequence[tuple[Text, bytes]],
    *,
    by: str,
    at: datetime,
    values: Mapping[str, object],
) -> Practice:
    """It says something else from now on, and has to be approved again."""
    told = {
        **values, "texts": tuple(text for text, _ in texts), "state": State.PROPOSED, "version": practice.version + 1,
        "proposed_by": by, "proposed_at": at, "approved_by": None, "approved_at": None, "retired_at": None,
    }  # fmt: skip
    await connection.execute(delete(practice_texts).where(practice_texts.c.practice == practice.id))
    await _say(connection, practice.id, texts)
    return await change(connection, practice, "rewrote", by=by, at=at, values=told)


async def comment(connection: AsyncConnection, practice: Practice, text: str, *, by: str, at: datetime) -> None:
    row = {"practice": practice.id, "at": at, "by": by, "text": text}
    number = await _next(connection, practice_comments, practice.id)
    await connection.execute(insert(practice_comments), row | {"number": number})
    await _note(connection, "commented on", practice.id, by, at)


async def thank(connection: AsyncConnection, practice: Practice, *, by: str, at: datetime) -> bool:
    """Whether it is the first time that they do."""
    row = {"practice": practice.id, "by": by, "at": at}
    new = statements.insert(connection, practice_thanks).values(row).on_conflict_do_nothing()
    return (await connection.execute(new.returning(practice_thanks.c.by))).first() is not None


async def use(
    connection: AsyncConnection, practice: Practice, case: str, unit: str | None, *, by: str, at: datetime
) -> bool:
    """It was used in that case; whether that is new."""
    there = (practice_uses.c.practice == practice.id, practice_uses.c.case == case)
    if (await connection.execute(select(practice_uses.c.number).where(*there))).first() is not None:
        return False
    number = await _next(connection, practice_uses, practice.id)
    row = {"practice": practice.id, "number": number, "case": case, "unit": unit, "by": by, "at": at}
    await connection.execute(insert(practice_uses), row)
    await _note(connection, "used", practice.id, by, at)
    return True


async def settle(database: Database, practice: str, number: int, outcome: Outcome) -> None:
    """How the case went in which it was used."""
    one = (practice_uses.c.practice == practice, practice_uses.c.number == number)
    async with database.writing() as connection:
        await connection.execute(update(practice_uses).where(*one).values(outcome=outcome.value))


async def _next(connection: AsyncConnection, table: Table, practice: str) -> int:
    asked = select(func.max(table.c.number)).where(table.c.practice == practice)
    return (await connection.scalar(asked) or 0) + 1


async def _say(connection: AsyncConnection, practice: str, texts: Sequence[tuple[Text, bytes]]) -> None:
    rows = [msgspec.structs.asdict(text) | {"practice": practice, "vector": vector} for text, vector in texts]
    await connection.execute(insert(practice_texts), rows)


async def _note(connection: AsyncConnection, did: str, practice: str, by: str, at: datetime) -> None:
    await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PRACTICE, subject=practice))


def _row(practice: Practice) -> dict[str, object]:
    told = msgspec.structs.asdict(practice)
    del told["texts"]
    return told | {"topics": msgspec.json.encode(practice.topics).decode()}
