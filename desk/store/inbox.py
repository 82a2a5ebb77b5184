"""The saved filters of the inbox: which cases each lists for whom, and how many stand in each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from desk.store.case_tables import case_events, case_messages, cases
from desk.store.cases import Case, Event, Happened, State, event_of, next_of, of_row, urgent
from desk.store.database import Database
from desk.store.statements import chunks
from desk.store.tables import people

LAST = 3
"""So many of an author's last messages are looked for: the latest may be gone."""


class Which(StrEnum):
    """A saved filter."""

    WAITING = "waiting"  # mine, and those that nobody has in my units
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    SOON = "soon"
    OVERDUE = "overdue"
    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


Stamp = tuple[object, ...]

COUNTED = tuple(which for which in Which if which is not Which.CLOSED)


class Looking(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks, and when: `me` as events name them, `units` theirs; None is every unit, and what no unit owns."""

    me: str
    units: frozenset[str] | None
    at: datetime

    @property
    def seen(self) -> ColumnElement[bool]:
        """The cases that they may see: of their units, and those that they have."""
        return true() if self.units is None else or_(cases.c.unit.in_(self.units), cases.c.assignee == self.me)

    def sees(self, case: Case) -> bool:
        """Whether that is one of them."""
        return self.units is None or case.unit in self.units or case.assignee == self.me


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What of a case may stand in the archive: the author's last messages, the latest first, and how many there are of both sides."""

    last: tuple[str, ...]
    messages: int


async def listed(database: Database, which: Which, looking: Looking, most: int) -> Sequence[Case]:
    """Those of the filter, the most urgent first; snoozed ones by when they wake, closed ones the last closed first."""
    asked = select(cases).where(looking.seen, _those(which, looking)).order_by(*_order(which)).limit(most)
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(asked)]


async def counts(database: Database, looking: Looking) -> Mapping[Which, int]:
    """How many stand in each filter but the closed ones."""
    columns = [func.sum(case((_those(which, looking), 1), else_=0)).label(which.value) for which in COUNTED]
    asked = select(*columns).where(looking.seen, cases.c.state != State.CLOSED.value)
    async with database.reading() as connection:
        row = (await connection.execute(asked)).one()
    return {which: getattr(row, which.value) or 0 for which in COUNTED}


async def stamp(database: Database) -> Stamp:
    """Another one whenever something happened to a case that is not closed, or one was closed."""
    asked = select(func.count(), func.sum(cases.c.version), func.sum(cases.c.number))
    async with database.reading() as connection:
        return tuple((await connection.execute(asked.where(cases.c.state != State.CLOSED.value))).one())


async def numbered(database: Database, looking: Looking, numbers: Collection[int]) -> Sequence[Case]:
    """The cases of these numbers that they may see, in whatever filter."""
    found: list[Case] = []
    async with database.reading() as connection:
        for some in chunks(numbers):
            asked = select(cases).where(looking.seen, cases.c.number.in_(some)).order_by(cases.c.number)
            found += [of_row(row) for row in await connection.execute(asked)]
    return found


async def heard(database: Database, ids: Sequence[str]) -> Mapping[str, Heard]:
    """What was heard in each of these cases, by case id."""
    found: dict[str, list[tuple[str, bool]]] = {}
    of, own = case_messages.c.case, case_messages.c.own
    async with database.reading() as connection:
        for some in chunks(ids):
            asked = select(of, case_messages.c.mention, own).where(of.in_(some)).order_by(case_messages.c.at.desc())
            for row in await connection.execute(asked):
                found.setdefault(row.case, []).append((row.mention, row.own))
    return {
        case_id: Heard(last=tuple(mention for mention, ours in said if not ours)[:LAST], messages=len(said))
        for case_id, said in found.items()
    }


async def more_of(database: Database, looking: Looking, case: Case, most: int) -> Sequence[Case]:
    """Other cases of its author that they may see, the latest first."""
    theirs = (looking.seen, cases.c.author == case.author, cases.c.id != case.id)
    asked = select(cases).where(*theirs).order_by(cases.c.opened_at.desc(), cases.c.number.desc()).limit(most)
    async with database.reading() as connection:
        return [of_row(row) for row in await connection.execute(asked)]


async def others_of(database: Database, authors: Collection[str]) -> Sequence[Case]:
    """All that is not closed of these authors, in whatever unit."""
    found: list[Case] = []
    async with database.reading() as connection:
        for some in chunks(authors):
            asked = select(cases).where(cases.c.author.in_(some), cases.c.state != State.CLOSED.value)
            found += [of_row(row) for row in await connection.execute(asked.order_by(cases.c.number))]
    return found


async def answering(database: Database, looking: Looking, ids: Collection[str], since: datetime) -> Mapping[str, Event]:
    """By case id, that somebody else opened it at its source after `since` to answer there; the last who did."""
    found: dict[str, Event] = {}
    kind, of = case_events.c.kind == Happened.ANSWERING.value, case_events.c.case
    async with database.reading() as connection:
        for some in chunks(ids):
            went = (of.in_(some), kind, case_events.c.by != looking.me, case_events.c.at > since)
            for row in await connection.execute(select(case_events).where(*went).order_by(case_events.c.number)):
                found[row.case] = event_of(row)
    return found


async def names(database: Database, ids: Collection[str]) -> Mapping[str, str]:
    """What these people are called, those who left too as long as they are kept."""
    found: dict[str, str] = {}
    async with database.reading() as connection:
        for some in chunks(ids):
            rows = await connection.execute(select(people.c.id, people.c.name).where(people.c.id.in_(some)))
            found |= {row.id: row.name for row in rows}
    return found


def _those(which: Which, looking: Looking) -> ColumnElement[bool]:
    is_open = cases.c.state == State.OPEN.value
    mine, nobodys = cases.c.assignee == looking.me, cases.c.assignee.is_(None)
    due, soon = next_of(cases.c.first_due, cases.c.resolution_due), next_of(cases.c.first_soon, cases.c.resolution_soon)
    match which:
        case Which.WAITING:
            return and_(is_open, or_(mine, nobodys))
        case Which.MINE:
            return and_(is_open, mine)
        case Which.UNCLAIMED:
            return and_(is_open, nobodys)
        case Which.SOON:
            return and_(is_open, soon <= looking.at, due > looking.at)
        case Which.OVERDUE:
            return and_(is_open, due <= looking.at)
        case Which.OPEN:
            return is_open
        case Which.SNOOZED:
            return cases.c.state == State.SNOOZED.value
        case Which.CLOSED:
            return cases.c.state == State.CLOSED.value


def _order(which: Which) -> Sequence[ColumnElement[Any]]:
    """Any: dates and numbers."""
    if which is Which.CLOSED:
        return cases.c.closed_at.desc(), cases.c.number.desc()
    if which is Which.SNOOZED:
        return cases.c.snoozed_until, cases.c.number
    return *urgent(), cases.c.number
