"""Answers that lie ready at cases: statements of a crisis that a person may copy and send. Nothing here publishes one."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import cases
from desk.store.cases import State
from desk.store.crises import Answer, answer_of
from desk.store.crisis_tables import case_drafts, crisis_answers, crisis_cases
from desk.store.database import Database
from desk.store.statements import insert

MINUTE = timedelta(minutes=1)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that lies ready: the statement of that crisis, language and number, laid there by whoever applied it."""

    case: str
    crisis: str
    language: str
    number: int
    text: str
    by: str
    at: datetime


async def of_case(database: Database, case: str) -> Sequence[Draft]:
    """What lies ready at a case, the latest first."""
    asked = select(case_drafts).where(case_drafts.c.case == case)
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(case_drafts.c.at.desc(), case_drafts.c.number.desc()))
        return [Draft(**{name: getattr(row, name) for name in Draft.__struct_fields__}) for row in rows]


async def progress(database: Database, crisis: str, answer: Answer) -> tuple[int, int]:
    """How many of the cases have that answer, and how many are still to have it."""
    async with database.reading() as connection:
        got = select(func.count()).select_from(case_drafts).where(_of(crisis, answer.statements))
        wanting = select(func.count()).select_from(_wanting(crisis, answer).subquery())
        return await connection.scalar(got) or 0, await connection.scalar(wanting) or 0


async def going_round(database: Database) -> Sequence[tuple[str, Answer]]:
    """Answers that have yet to reach cases, with the crisis of each, the oldest first."""
    asked = select(crisis_answers).where(crisis_answers.c.done_at.is_(None)).order_by(crisis_answers.c.at)
    async with database.reading() as connection:
        return [(row.crisis, answer_of(row)) for row in await connection.execute(asked)]


async def wanting(connection: AsyncConnection, crisis: str, answer: Answer, most: int) -> Sequence[tuple[str, str]]:
    """Cases that are to have it next: id and first message, who belongs there longest first."""
    return [(row.id, row.first_message) for row in await connection.execute(_wanting(crisis, answer).limit(most))]


async def room(connection: AsyncConnection, crisis: str, answer: Answer, at: datetime) -> int:
    """How many cases may have it now, so that no minute has more than it may."""
    lately = (case_drafts.c.crisis == crisis, case_drafts.c.at > at - MINUTE)
    done = await connection.scalar(select(func.count()).select_from(case_drafts).where(*lately)) or 0
    return max(0, answer.a_minute - done)


async def lay(connection: AsyncConnection, draft: Draft) -> None:
    """Lay it ready; what lies there stays as it is."""
    new = insert(connection, case_drafts).values(msgspec.structs.asdict(draft))
    await connection.execute(new.on_conflict_do_nothing())


def _of(crisis: str, statements: Mapping[str, int]) -> ColumnElement[bool]:
    return and_(
        case_drafts.c.crisis == crisis,
        or_(*(and_(case_drafts.c.language == one, case_drafts.c.number == each) for one, each in statements.items())),
    )


def _wanting(crisis: str, answer: Answer) -> Select[tuple[str, str]]:
    has = exists().where(case_drafts.c.case == crisis_cases.c.case, _of(crisis, answer.statements))
    theirs = (crisis_cases.c.crisis == crisis, crisis_cases.c.detached_at.is_(None))
    asked = select(cases.c.id, cases.c.first_message).join(crisis_cases, crisis_cases.c.case == cases.c.id)
    return asked.where(*theirs, cases.c.state != State.CLOSED.value, ~has).order_by(crisis_cases.c.at, cases.c.number)
