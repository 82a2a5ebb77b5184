"""Who of the staff took part in answering: what cases, crises and the marks of answers say of a stretch of time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, literal, select, union_all

from desk.store import cases, crises
from desk.store.answering_tables import trust_marks
from desk.store.case_tables import case_events
from desk.store.crisis_tables import crisis_events
from desk.store.database import Database
from desk.store.tables import people


class Act(StrEnum):
    """How somebody took part."""

    ANSWERED = "answered"
    DRAFTED = "drafted"
    APPROVED = "approved"
    COMMENTED = "commented"


_EVENTS = (
    (case_events, cases.Happened.QUEUED.value, Act.ANSWERED),
    (case_events, cases.Happened.DRAFTED.value, Act.DRAFTED),
    (case_events, cases.Happened.CORRECTED.value, Act.DRAFTED),
    (case_events, cases.Happened.APPROVED.value, Act.APPROVED),
    (case_events, cases.Happened.NOTED.value, Act.COMMENTED),
    (crisis_events, crises.Happened.DRAFTED.value, Act.DRAFTED),
    (crisis_events, crises.Happened.APPROVED.value, Act.APPROVED),
    (crisis_events, crises.Happened.NOTED.value, Act.COMMENTED),
)
_MARKS = (
    (trust_marks.c.person, Act.ANSWERED, ("approved", "changed")),
    (trust_marks.c.by, Act.APPROVED, ("approved",)),
)
"""Whose answer was approved, and who approved it; of one that was changed before it is who changed it that is known."""


Moments = ColumnElement[datetime]


async def took_part(database: Database, since: datetime, until: datetime) -> Mapping[str, frozenset[Act]]:
    """What each who works here did in [since, until), by id; those who did nothing are not there.

    Who went to the source to answer did so where an answer was seen there afterwards.
    """

    def within(at: Moments) -> ColumnElement[bool]:
        return (at >= since) & (at < until)

    asked = [
        select(table.c.by.label("person"), literal(act.value).label("act")).where(
            table.c.kind == kind, within(table.c.at)
        )
        for table, kind, act in _EVENTS
    ]
    asked += [
        select(column.label("person"), literal(act.value).label("act")).where(
            trust_marks.c.kind.in_(kinds), within(trust_marks.c.at)
        )
        for column, act, kinds in _MARKS
    ]
    asked.append(_answered(within))
    each = union_all(*asked).subquery()
    here = select(each.c.person, each.c.act).distinct().join(people, people.c.id == each.c.person)
    found: dict[str, set[Act]] = {}
    async with database.reading() as connection:
        for row in await connection.execute(here.where(people.c.active)):
            found.setdefault(row.person, set()).add(Act(row.act))
    return {person: frozenset(acts) for person, acts in found.items()}


def _answered(within: Callable[[Moments], ColumnElement[bool]]) -> Select[tuple[str, str]]:
    seen = case_events.alias()
    later = (seen.c.case == case_events.c.case) & (seen.c.number > case_events.c.number)
    went = case_events.c.kind == cases.Happened.ANSWERING.value
    asked = select(case_events.c.by.label("person"), literal(Act.ANSWERED.value).label("act"))
    return asked.where(
        went,
        within(case_events.c.at),
        select(seen.c.case).where(later, seen.c.kind == cases.Happened.ANSWERED.value).exists(),
    )
