"""The rota: who is on duty in which unit when, and who is away. What it means is playbook.rota's to say."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit
from desk.store.database import Database
from desk.store.people import PERSON
from desk.store.tables import absences, people, shifts
from playbook.rota import Absence, Shift


class StoredShift(Shift, frozen=True, kw_only=True):
    """A block of the rota as it is kept."""

    id: str


class StoredAbsence(Absence, frozen=True, kw_only=True):
    """An absence as it is kept."""

    id: str


async def add_shifts(database: Database, made: Sequence[Shift], *, by: str, at: datetime) -> None:
    """Add these, all or none."""
    async with database.writing() as connection:
        for shift in made:
            row = msgspec.structs.asdict(shift) | {"id": uuid.uuid4().hex, "day": shift.day and shift.day.isoformat()}
            await connection.execute(insert(shifts), row)
            await _note(connection, shift.person, "put on the rota", by=by, at=at)


async def remove_shift(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Whether it was there."""
    return await _remove(database, shifts, identifier, "taken off the rota", by=by, at=at)


async def every_shift(database: Database) -> Sequence[StoredShift]:
    """Those of who is there still, by unit and time."""
    asked = select(shifts).join(people, people.c.id == shifts.c.person).where(people.c.active)
    ordered = asked.order_by(shifts.c.unit, shifts.c.weekday, shifts.c.day, shifts.c.starts, shifts.c.id)
    async with database.reading() as connection:
        return [
            StoredShift(
                id=row.id,
                person=row.person,
                unit=row.unit,
                starts=row.starts,
                ends=row.ends,
                weekday=row.weekday,
                day=date.fromisoformat(row.day) if row.day else None,
            )
            for row in await connection.execute(ordered)
        ]


async def add_absence(database: Database, absence: Absence, *, by: str, at: datetime) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(absences), msgspec.structs.asdict(absence) | {"id": uuid.uuid4().hex})
        await _note(connection, absence.person, "away", by=by, at=at)


async def remove_absence(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Whether it was there."""
    return await _remove(database, absences, identifier, "not away", by=by, at=at)


async def every_absence(database: Database, since: datetime) -> Sequence[StoredAbsence]:
    """Those that end after that moment, the earliest first."""
    asked = select(absences).where(absences.c.until > since).order_by(absences.c.since, absences.c.id)
    async with database.reading() as connection:
        return [
            StoredAbsence(id=row.id, person=row.person, since=row.since, until=row.until)
            for row in await connection.execute(asked)
        ]


async def _remove(database: Database, table: Table, identifier: str, did: str, *, by: str, at: datetime) -> bool:
    gone = delete(table).where(table.c.id == identifier).returning(table.c.person)
    async with database.writing() as connection:
        person = (await connection.execute(gone)).scalar()
        if person is not None:
            await _note(connection, person, did, by=by, at=at)
    return person is not None


async def _note(connection: AsyncConnection, person: str, did: str, *, by: str, at: datetime) -> None:
    await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PERSON, subject=person))
