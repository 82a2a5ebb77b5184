"""The training ledger: who did which training when, and until when that holds."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select

from desk.store import audit, statements
from desk.store.database import Database
from desk.store.people import PERSON
from desk.store.tables import people, training_records


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One training that somebody did. Without `valid_until` it holds for good."""

    person: str
    training: str
    done_at: datetime
    valid_until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.done_at <= at and (self.valid_until is None or at < self.valid_until)


async def record(database: Database, records: Sequence[Record], *, by: str, at: datetime) -> int:
    """Write these down, all or none; how many are new or have another end."""
    new = 0
    async with database.writing() as connection:
        for one in records:
            mine = [
                getattr(training_records.c, name) == getattr(one, name) for name in ("person", "training", "done_at")
            ]
            known = (await connection.execute(select(training_records).where(*mine))).first()
            if known is not None and known.valid_until == one.valid_until:
                continue
            made = statements.insert(connection, training_records).values(msgspec.structs.asdict(one))
            again = made.on_conflict_do_update(
                index_elements=["person", "training", "done_at"], set_={"valid_until": one.valid_until}
            )
            await connection.execute(again)
            did = f"did training {one.training}"
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=PERSON, subject=one.person))
            new += 1
    return new


async def latest(database: Database) -> Sequence[Record]:
    """Of everybody here and each training the time that holds longest, the first to end first, what holds for good last."""
    asked = select(training_records).join(people, people.c.id == training_records.c.person).where(people.c.active)
    async with database.reading() as connection:
        rows = await connection.execute(asked.order_by(training_records.c.done_at))
        each: dict[tuple[str, str], Record] = {}
        for row in rows:
            one = Record(person=row.person, training=row.training, done_at=row.done_at, valid_until=row.valid_until)
            before = each.get((one.person, one.training))
            each[one.person, one.training] = one if before is None else max(before, one, key=_end)
    return sorted(each.values(), key=lambda one: (_end(one), one.training, one.person))


def _end(one: Record) -> tuple[bool, float]:
    return one.valid_until is None, one.valid_until.timestamp() if one.valid_until else 0.0
