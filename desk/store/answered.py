"""Closed cases that an own account answered: what others can learn from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from desk.store.case_tables import cases
from desk.store.cases import Case, State
from desk.store.database import Database

LEFT_OUT = ("spam", "withdrawn")
"""Why a case was closed that teaches nothing."""


class Answered(NamedTuple):
    """One: its id, and the message that it began with."""

    case: str
    message: str


async def every(database: Database, *, since: datetime | None = None) -> Sequence[Answered]:
    """All, or those that were closed after that time."""
    asked = select(cases.c.id, cases.c.first_message).where(*_closed())
    if since is not None:
        asked = asked.where(cases.c.closed_at > since)
    async with database.reading() as connection:
        return [Answered(row.id, row.first_message) for row in await connection.execute(asked)]


def teaches(case: Case) -> bool:
    """Whether it is one."""
    return case.state is State.CLOSED and case.answered_at is not None and case.reason not in LEFT_OUT


def _closed() -> tuple[ColumnElement[bool], ...]:
    said = or_(cases.c.reason.is_(None), cases.c.reason.not_in(LEFT_OUT))
    return cases.c.state == State.CLOSED.value, cases.c.answered_at.is_not(None), said
