"""Reports that go out at set times, and when each is due next."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Row

from desk.reports.schedule import Schedule
from desk.store import letters
from desk.store.database import Database
from desk.store.statements import insert
from desk.store.tables import letters as owed
from desk.store.tables import reports

REPORT = "report"


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """One report, and when it goes out next."""

    id: str
    schedule: Schedule
    made_at: datetime
    made_by: str
    next_at: datetime


async def put(database: Database, schedule: Schedule, *, by: str, at: datetime, next_at: datetime) -> bool:
    """Keep it under its name; whether it is new."""
    body = schedule.model_dump_json()
    async with database.writing() as connection:
        known = (await connection.execute(select(reports.c.id).where(reports.c.name == schedule.name))).scalar()
        if known is not None:
            await connection.execute(update(reports).where(reports.c.id == known).values(body=body, next_at=next_at))
            return False
        row = {"id": uuid.uuid4().hex, "name": schedule.name, "body": body, "made_at": at, "made_by": by}
        await connection.execute(insert(connection, reports).values(row | {"next_at": next_at}))
        return True


async def every(database: Database) -> Sequence[Scheduled]:
    async with database.reading() as connection:
        return [_scheduled(row) for row in await connection.execute(select(reports).order_by(reports.c.name))]


async def get(database: Database, identifier: str) -> Scheduled | None:
    async with database.reading() as connection:
        row = (await connection.execute(select(reports).where(reports.c.id == identifier))).first()
    return _scheduled(row) if row else None


async def remove(database: Database, name: str) -> bool:
    """Forget it, and what it still had to send."""
    async with database.writing() as connection:
        identifier = (await connection.execute(select(reports.c.id).where(reports.c.name == name))).scalar()
        await connection.execute(delete(owed).where(owed.c.subject == identifier, owed.c.done_at.is_(None)))
        return bool((await connection.execute(delete(reports).where(reports.c.id == identifier))).rowcount)


async def owe_due(database: Database, at: datetime, next_after: Callable[[Schedule, datetime], datetime]) -> int:
    """Owe each report whose time has come, once however many times were missed; how many. All or nothing."""
    async with database.writing() as connection:
        rows = (await connection.execute(select(reports).where(reports.c.next_at <= at))).all()
        for one in map(_scheduled, rows):
            letter = uuid.uuid5(uuid.UUID(one.id), one.next_at.isoformat()).hex
            to = one.schedule.to
            owing = letters.one_each(to, letter=letter, what=REPORT, subject=one.id, body="{}", made_at=at, due_at=at)
            await letters.owe(connection, owing)
            due = next_after(one.schedule, at)
            await connection.execute(update(reports).where(reports.c.id == one.id).values(next_at=due))
    return len(rows)


def _scheduled(row: Row[*tuple[Any, ...]]) -> Scheduled:  # Any: rows carry no types
    return Scheduled(
        id=row.id,
        schedule=Schedule.model_validate_json(row.body),
        made_at=row.made_at,
        made_by=row.made_by,
        next_at=row.next_at,
    )
