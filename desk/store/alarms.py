"""The watch list: how each watched monitor stands by the last look at what arrived. Figures alone, never a mention."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.engine import Row

from desk.store.alarm_tables import alarms
from desk.store.database import Database
from desk.store.statements import insert
from picture.detector import Level

LOUD = (Level.ALARM, Level.WATCH)
"""Those that are shown, the gravest first."""


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One monitor by the last look.

    since     arrival time at which what is out of the ordinary began; None while calm or learning
    window    minutes that decided; `seen` arrived in them where `expected` would be usual
    odds      one in so many such windows would hold as much by itself
    weighed   what else weighed in: negative, reach, velocity
    """

    monitor: str
    level: str
    looked_at: datetime
    since: datetime | None = None
    window: int = 0
    seen: int = 0
    expected: float = 0.0
    odds: float = 1.0
    weighed: tuple[str, ...] = ()

    @property
    def times(self) -> float | None:
        """Times as many as usual; None where none would be."""
        return self.seen / self.expected if self.expected else None


async def put(database: Database, rows: Sequence[Alarm]) -> None:
    """Let exactly these stand there. Of one monitor the later look stays, whoever of several looked."""
    listed = [_row(one) for one in rows]
    async with database.writing() as connection:
        await connection.execute(delete(alarms).where(alarms.c.monitor.not_in([one.monitor for one in rows])))
        if not listed:
            return
        new = insert(connection, alarms)
        later = {column.name: new.excluded[column.name] for column in alarms.c if not column.primary_key}
        into = new.on_conflict_do_update(
            index_elements=[alarms.c.monitor], set_=later, where=alarms.c.looked_at <= new.excluded.looked_at
        )
        await connection.execute(into, listed)


async def every(database: Database) -> Sequence[Alarm]:
    """All of them: the gravest level first, then the least likely, then by name."""
    async with database.reading() as connection:
        found = [_alarm(row) for row in await connection.execute(select(alarms))]
    return sorted(found, key=lambda one: (_grave(one.level), -one.odds, one.monitor))


def _grave(level: str) -> int:
    return LOUD.index(Level(level)) if level in LOUD else len(LOUD)


def _row(one: Alarm) -> dict[str, object]:
    return msgspec.structs.asdict(one) | {"weighed": msgspec.json.encode(one.weighed).decode()}


def _alarm(row: Row[*tuple[Any, ...]]) -> Alarm:  # Any: rows carry no types
    return Alarm(
        monitor=row.monitor,
        level=row.level,
        looked_at=row.looked_at,
        since=row.since,
        window=row.window,
        seen=row.seen,
        expected=row.expected,
        odds=row.odds,
        weighed=msgspec.json.decode(row.weighed, type=tuple[str, ...]),
    )
