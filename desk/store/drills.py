"""Drills: scripted crises that were played, one at a time, and what each came to."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from desk.store.case_writing import next_number
from desk.store.crisis_tables import drills
from desk.store.database import Database

DRILLS = "drills"
"""What they are numbered as."""


class State(StrEnum):
    PLAYING = "playing"
    FINISHED = "finished"  # played to its end
    CALLED_OFF = "called_off"


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """One drill.

    number    by which people call it
    until     when it ends at the latest, where it is detected no later than it may be
    seen_at   when its player last said that it plays
    reason    why it was called off
    document  JSON of desk.drills.score.Score; "" until it is known
    purged    whether its messages are gone from the archive
    """

    id: str
    number: int
    scenario: str
    monitor: str
    by: str
    began_at: datetime
    until: datetime
    seen_at: datetime
    state: State = State.PLAYING
    ended_at: datetime | None = None
    reason: str | None = None
    document: str = ""
    purged: bool = False


async def begin(
    database: Database, *, scenario: str, monitor: str, by: str, at: datetime, until: datetime
) -> Drill | None:
    """A new one; None where another plays."""
    try:
        async with database.writing() as connection:
            drill = Drill(
                id=uuid.uuid4().hex,
                number=await next_number(connection, DRILLS),
                scenario=scenario,
                monitor=monitor,
                by=by,
                began_at=at,
                until=until,
                seen_at=at,
            )
            await connection.execute(insert(drills), msgspec.structs.asdict(drill))
            return drill
    except IntegrityError:
        return None


async def seen(database: Database, drill: str, *, at: datetime, document: str) -> bool:
    """Say that it plays, and what it came to so far; whether it does still."""
    return await _change(database, drill, seen_at=at, document=document)


async def end(
    database: Database,
    drill: str,
    state: State,
    *,
    at: datetime,
    reason: str | None = None,
    unseen_since: datetime | None = None,
) -> bool:
    """Let it end, where it plays, and its player was not seen since then where that is given; whether it did."""
    return await _change(database, drill, unseen_since, state=state, ended_at=at, reason=reason)


async def purged(database: Database, drill: str) -> None:
    """Its messages are gone."""
    async with database.writing() as connection:
        await connection.execute(update(drills).where(drills.c.id == drill).values(purged=True))


async def playing(database: Database) -> Drill | None:
    """The one that plays."""
    return next(iter(await listed(database, state=State.PLAYING, most=1)), None)


async def get(database: Database, drill: str | int) -> Drill | None:
    """The one of that id or number."""
    named = drills.c.number == drill if isinstance(drill, int) else drills.c.id == drill
    async with database.reading() as connection:
        row = (await connection.execute(select(drills).where(named))).first()
        return None if row is None else _drill(row)


async def listed(
    database: Database, *, state: State | None = None, purged: bool | None = None, most: int = 100
) -> Sequence[Drill]:
    """The latest first; `state` and `purged` narrow where they are not None."""
    where = [drills.c.state == state.value] if state else []
    where += [drills.c.purged.is_(purged)] if purged is not None else []
    asked = select(drills).where(*where).order_by(drills.c.number.desc()).limit(most)
    async with database.reading() as connection:
        return [_drill(row) for row in await connection.execute(asked)]


async def _change(database: Database, drill: str, unseen_since: datetime | None = None, **values: object) -> bool:
    where = [drills.c.id == drill, drills.c.state == State.PLAYING.value]
    where += [drills.c.seen_at <= unseen_since] if unseen_since else []
    async with database.writing() as connection:
        return (await connection.execute(update(drills).where(*where).values(values))).rowcount > 0


def _drill(row: Row[*tuple[Any, ...]]) -> Drill:  # Any: rows carry no types
    return Drill(**{name: getattr(row, name) for name in Drill.__struct_fields__} | {"state": State(row.state)})
