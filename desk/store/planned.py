"""What units are going to publish, so that the others know: posts at a moment, campaigns of several days."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Row

from desk.store import audit
from desk.store.database import Database
from desk.store.practice_tables import planned

PLAN = "plan"
"""What the audit calls it."""


class Kind(StrEnum):
    POST = "post"
    CAMPAIGN = "campaign"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One of them, in [since, until); `account` is where it is published, as people call it."""

    id: str = ""
    kind: Kind
    says: str
    since: datetime
    until: datetime
    by: str
    at: datetime
    unit: str | None = None
    account: str | None = None


async def add(database: Database, plan: Plan) -> Plan:
    """It, with an id."""
    made = msgspec.structs.replace(plan, id=uuid.uuid4().hex)
    async with database.writing() as connection:
        await connection.execute(insert(planned), msgspec.structs.asdict(made))
        await audit.note(connection, audit.Entry(at=plan.at, by=plan.by, did="planned", what=PLAN, subject=made.id))
    return made


async def get(database: Database, identifier: str) -> Plan | None:
    async with database.reading() as connection:
        row = (await connection.execute(select(planned).where(planned.c.id == identifier))).first()
    return None if row is None else _plan(row)


async def remove(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Whether it was there."""
    async with database.writing() as connection:
        gone = await connection.execute(delete(planned).where(planned.c.id == identifier))
        if gone.rowcount:
            await audit.note(connection, audit.Entry(at=at, by=by, did="called off", what=PLAN, subject=identifier))
    return gone.rowcount > 0


async def between(database: Database, since: datetime, until: datetime) -> Sequence[Plan]:
    """Those that touch [since, until), the first first."""
    touching = (planned.c.until > since, planned.c.since < until)
    async with database.reading() as connection:
        rows = await connection.execute(select(planned).where(*touching).order_by(planned.c.since, planned.c.id))
        return [_plan(row) for row in rows]


def _plan(row: Row[*tuple[Any, ...]]) -> Plan:  # Any: rows carry no types
    told = {name: getattr(row, name) for name in Plan.__struct_fields__}
    return Plan(**told | {"kind": Kind(row.kind)})
