"""What became of answers, by who wrote them and by topic: each kind once an answer, for good."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.trust import MINOR, Kind, Lifted, Mark, Needed, needs_approval_for
from desk.store import audit
from desk.store.answering_tables import trust_marks
from desk.store.database import Database
from desk.store.people import PERSON, works_here
from desk.store.statements import insert
from playbook.answers import FourEyes


async def mark(connection: AsyncConnection, made: Mark) -> bool:
    """Write it down in the transaction of what it tells, and in the audit; whether it is new. Of who does not work here nothing is kept.

    Marks of the same person wait for one another, and for whoever changes or erases that person.
    """
    if not await works_here(connection, made.person, locked=True):
        return False
    new = insert(connection, trust_marks).values(asdict(made) | {"kind": made.kind.value}).on_conflict_do_nothing()
    done = (await connection.execute(new.returning(trust_marks.c.person))).first() is not None
    if done:
        did = f"{made.kind.value} an answer of"
        await audit.note(connection, audit.Entry(at=made.at, by=made.by, did=did, what=PERSON, subject=made.person))
    return done


async def marks_within(connection: AsyncConnection, person: str, topic: str | None = None) -> Sequence[Mark]:
    """Those of that person, on that topic or on all; in that transaction."""
    asked = select(trust_marks).where(trust_marks.c.person == person)
    if topic is not None:
        asked = asked.where(trust_marks.c.topic == topic)
    return [_mark(row) for row in await connection.execute(asked)]


async def needs_approval(
    connection: AsyncConnection,
    person: str,
    topics: Collection[str],
    rule: FourEyes,
    *,
    severity: str = MINOR,
    crisis: bool = False,
) -> Needed | Lifted:
    """Whether somebody else has to approve what that person answers about these topics; ask in the transaction that sends."""
    marks = await marks_within(connection, person)
    return needs_approval_for(marks, topics, rule, severity=severity, crisis=crisis)


async def on_topic(connection: AsyncConnection, topic: str) -> Mapping[str, Sequence[Mark]]:
    """Those of everybody on that topic, by person."""
    found: dict[str, list[Mark]] = {}
    for row in await connection.execute(select(trust_marks).where(trust_marks.c.topic == topic)):
        found.setdefault(row.person, []).append(_mark(row))
    return found


async def every(database: Database) -> Mapping[str, Sequence[Mark]]:
    """All of them, by person."""
    found: dict[str, list[Mark]] = {}
    async with database.reading() as connection:
        for row in await connection.execute(select(trust_marks)):
            found.setdefault(row.person, []).append(_mark(row))
    return found


async def of_person(database: Database, person: str) -> Sequence[Mark]:
    """Those of that person."""
    async with database.reading() as connection:
        return await marks_within(connection, person)


def _mark(row: Row[*tuple[Any, ...]]) -> Mark:  # Any: rows carry no types
    told = {name: getattr(row, name) for name in Mark.__struct_fields__}
    return Mark(**told | {"kind": Kind(row.kind)})
