"""Evidence that was promised at an event and has to be gathered: frozen once, whoever gathers it first."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select, update

from desk.store.crises import ringing_of
from desk.store.crisis_tables import crises, crisis_evidence
from desk.store.database import Database

LONGEST = timedelta(days=7)
"""How long a stretch is asked of the archive: the last of a crisis that goes on for longer."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What drove these monitors in [since, until) is to be frozen for the event of that number; of a drill, drill records too."""

    crisis: str
    number: int
    since: datetime
    until: datetime
    monitors: tuple[str, ...]
    drill: str | None = None


async def waiting(database: Database) -> Sequence[Wanted]:
    """What was promised and is not there yet, the oldest first."""
    asked = (
        select(crisis_evidence.c.crisis, crisis_evidence.c.number, crisis_evidence.c.at, crises.c.since, crises.c.drill)
        .join(crises, crises.c.id == crisis_evidence.c.crisis)
        .where(crisis_evidence.c.frozen_at.is_(None))
        .order_by(crisis_evidence.c.at, crisis_evidence.c.number)
    )
    async with database.reading() as connection:
        rows = (await connection.execute(asked)).all()
        return [
            Wanted(
                crisis=row.crisis,
                number=row.number,
                since=max(row.since, row.at - LONGEST),
                until=max(row.at, row.since),
                monitors=tuple(one.monitor for one in await ringing_of(connection, row.crisis)),
                drill=row.drill or None,
            )
            for row in rows
        ]


async def frozen(database: Database, wanted: Wanted, document: Callable[[], str], *, at: datetime) -> bool:
    """Whether it was not there yet: what is frozen stays as it was.

    `document` is asked once the row is this transaction's: what was erased before that has to be left out of it. An erasure that
    began later waits for the row (desk.store.crisis_erasing), and takes out what it finds.
    """
    one = (crisis_evidence.c.crisis == wanted.crisis, crisis_evidence.c.number == wanted.number)
    promised = (*one, crisis_evidence.c.frozen_at.is_(None))
    async with database.writing() as connection:
        mine = select(crisis_evidence.c.number).where(*promised).with_for_update()
        if (await connection.execute(mine)).first() is None:
            return False
        await connection.execute(update(crisis_evidence).where(*one).values(document=document(), frozen_at=at))
        return True
