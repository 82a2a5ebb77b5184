"""Closed cases that an own account answered: what others can learn from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import case_events, case_messages, cases
from desk.store.cases import Case, State
from desk.store.database import Database
from desk.store.statements import chunks

LEFT_OUT = ("spam", "withdrawn")
"""Why a case was closed that teaches nothing."""


class Answered(NamedTuple):
    """One: its id, and the message that it began with."""

    case: str
    message: str


async def every(database: Database) -> Sequence[Answered]:
    """All of which the first message was not taken back."""
    async with database.reading() as connection:
        return await _found(connection)


async def changed(database: Database, since: datetime) -> tuple[frozenset[str], Sequence[Answered]]:
    """The ids of cases to which something happened after that time, and those of them that are among `every`."""
    async with database.reading() as connection:
        asked = select(case_events.c.case).where(case_events.c.at > since).distinct()
        ids = frozenset((await connection.execute(asked)).scalars())
        return ids, [one for some in chunks(ids) for one in await _found(connection, cases.c.id.in_(some))]


def teaches(case: Case) -> bool:
    """Whether it is one."""
    return case.state is State.CLOSED and case.answered_at is not None and case.reason not in LEFT_OUT


async def _found(connection: AsyncConnection, *where: ColumnElement[bool]) -> list[Answered]:
    said = or_(cases.c.reason.is_(None), cases.c.reason.not_in(LEFT_OUT))
    closed = (cases.c.state == State.CLOSED.value, cases.c.answered_at.is_not(None), said)
    first = exists().where(case_messages.c.case == cases.c.id, case_messages.c.mention == cases.c.first_message)
    asked = select(cases.c.id, cases.c.first_message).where(*closed, first, *where)
    return [Answered(row.id, row.first_message) for row in await connection.execute(asked)]
