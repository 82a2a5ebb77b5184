"""What maturity came to, a row a day on which something changed; and how many first responses came in time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import and_, func, select

from desk.store import statements
from desk.store.case_tables import cases
from desk.store.database import Database
from desk.store.maturity_tables import maturity
from playbook.maturity import Answer, Maturity


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """How it stood from that day on: whether each need was met, by its name."""

    day: date
    score: float
    answers: Mapping[str, Answer]


async def keep(database: Database, found: Maturity, day: date, at: datetime) -> bool:
    """Keep it as that day's, where it is not as it was on that day or the last one before; whether it was kept."""
    answers = {one.name: one.evidence.answer for stand in found.levels for one in stand.needs}
    before = await latest(database, day)
    if before is not None and dict(before.answers) == answers:
        return False
    row = {"day": day.isoformat(), "at": at, "score": found.score, "answers": msgspec.json.encode(answers).decode()}
    async with database.writing() as connection:
        made = statements.insert(connection, maturity).values(row)
        again = {name: row[name] for name in ("at", "score", "answers")}
        await connection.execute(made.on_conflict_do_update(index_elements=["day"], set_=again))
    return True


async def latest(database: Database, until: date | None = None) -> Day | None:
    """The last one kept, or the last up to that day."""
    return next(iter(await history(database, most=1, until=until)), None)


async def history(database: Database, *, most: int = 200, until: date | None = None) -> Sequence[Day]:
    """Those kept, up to that day where one is given, the latest first."""
    asked = select(maturity).order_by(maturity.c.day.desc()).limit(most)
    if until is not None:
        asked = asked.where(maturity.c.day <= until.isoformat())
    async with database.reading() as connection:
        return [
            Day(
                day=date.fromisoformat(row.day),
                score=row.score,
                answers=msgspec.json.decode(row.answers, type=dict[str, Answer]),
            )
            for row in await connection.execute(asked)
        ]


async def answered_in_time(database: Database, since: datetime, until: datetime) -> tuple[int, int]:
    """Of the cases whose first response was due in [since, until): how many had one by then, or were closed by
    then without one; all. As desk.cases.standing counts.
    """
    counts = await _in_time(database, since, until)
    return sum(some for some, _ in counts.values()), sum(every for _, every in counts.values())


async def answered_in_time_by_unit(
    database: Database, since: datetime, until: datetime
) -> Mapping[str, tuple[int, int]]:
    """The same of each unit that owns such cases; those that nobody owns are left out."""
    counts = await _in_time(database, since, until)
    return {unit: pair for unit, pair in counts.items() if unit is not None}


async def _in_time(database: Database, since: datetime, until: datetime) -> Mapping[str | None, tuple[int, int]]:
    done = func.coalesce(cases.c.answered_at, cases.c.closed_at) <= cases.c.first_due
    due = and_(cases.c.first_due >= since, cases.c.first_due < until)
    counted = select(cases.c.unit, func.count().filter(done), func.count()).where(due).group_by(cases.c.unit)
    async with database.reading() as connection:
        return {unit: (some, every) for unit, some, every in await connection.execute(counted)}
