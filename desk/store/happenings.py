"""Business events: outages, orders, campaigns, answers to "would you recommend us", as other systems and files tell them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Select, and_, delete, func, or_, select

from desk.store import audit
from desk.store.database import Database
from desk.store.happening_tables import happenings
from desk.store.statements import insert

HAPPENING = "happening"
MOST = 1_000


class Kind(StrEnum):
    OUTAGE = "outage"
    ORDER = "order"
    CAMPAIGN = "campaign"
    NPS = "nps"
    OTHER = "other"


DRAWN = (Kind.OUTAGE, Kind.CAMPAIGN, Kind.OTHER)
"""Kinds of which each stands beside the charts; of the others there are many, and they are counted."""

LASTING = (Kind.OUTAGE, Kind.CAMPAIGN)
"""Kinds that go on until their end is told; of the others one without an end is of one moment."""

BESIDE = 30
"""So many of these are drawn beside one chart of the page."""


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `source` and `key` together say which; a second one with both is the same, as it stands now.

    until   None where it is of one moment; of what lasts, where it is not over
    amount  of `unit`; of an NPS answer the grade, 0 to 10
    """

    source: str
    key: str
    kind: Kind
    since: datetime
    title: str
    until: datetime | None = None
    amount: float | None = None
    unit: str = ""


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders, and their sum by unit, the greatest first; those without an amount are counted alone."""

    orders: int
    sums: tuple[tuple[str, float], ...]


async def put(database: Database, told: Sequence[Happening], *, by: str, at: datetime) -> int:
    """Keep these, each in the place of one with its source and key; how many were not known. All or nothing."""
    rows = {(one.source, one.key): msgspec.structs.asdict(one) | {"at": at, "by": by} for one in told}
    if not rows:
        return 0
    async with database.writing() as connection:
        before = (await connection.execute(select(func.count()).select_from(happenings))).scalar_one()
        new = insert(connection, happenings)
        anew = {name: new.excluded[name] for name in ("kind", "since", "until", "title", "amount", "unit", "at", "by")}
        kept = new.on_conflict_do_update(index_elements=[happenings.c.source, happenings.c.key], set_=anew)
        await connection.execute(kept, list(rows.values()))
        added = (await connection.execute(select(func.count()).select_from(happenings))).scalar_one() - before
        subject = next(iter(rows))[0] if len({source for source, _ in rows}) == 1 else "several"
        await audit.note(connection, audit.Entry(at=at, by=by, did="told", what=HAPPENING, subject=subject))
    return int(added)


async def within(
    database: Database, since: datetime, until: datetime, kinds: Collection[Kind] = tuple(Kind), most: int = MOST
) -> Sequence[Happening]:
    """Those of these kinds that touch [since, until), the earliest first; of many the latest. What lasts and has no end yet goes on."""
    open_still = and_(happenings.c.until.is_(None), happenings.c.kind.in_(LASTING))
    touches = or_(open_still, func.coalesce(happenings.c.until, happenings.c.since) >= since)
    asked = select(happenings).where(happenings.c.kind.in_(list(kinds)), happenings.c.since < until, touches)
    return await _rows(database, asked.order_by(happenings.c.since.desc(), happenings.c.key).limit(most))


async def ordered(database: Database, since: datetime, until: datetime) -> Ordered:
    """All orders of [since, until)."""
    orders = (happenings.c.kind == Kind.ORDER, happenings.c.since >= since, happenings.c.since < until)
    asked = select(happenings.c.unit, func.count(), func.sum(happenings.c.amount)).where(*orders)
    async with database.reading() as connection:
        rows = (await connection.execute(asked.group_by(happenings.c.unit))).all()
    sums = sorted(((unit, float(sum_)) for unit, _, sum_ in rows if sum_ is not None), key=lambda each: -each[1])
    return Ordered(orders=sum(count for _, count, _ in rows), sums=tuple(sums))


async def latest(database: Database, kinds: Collection[Kind] = tuple(Kind), most: int = MOST) -> Sequence[Happening]:
    """The earliest first."""
    asked = select(happenings).where(happenings.c.kind.in_(list(kinds)))
    return await _rows(database, asked.order_by(happenings.c.since.desc(), happenings.c.key).limit(most))


async def remove(database: Database, source: str, key: str, *, by: str, at: datetime) -> bool:
    """Take it away; whether it was there."""
    async with database.writing() as connection:
        one = (happenings.c.source == source, happenings.c.key == key)
        done = (await connection.execute(delete(happenings).where(*one))).rowcount
        if done:
            await audit.note(connection, audit.Entry(at=at, by=by, did="removed", what=HAPPENING, subject=source))
    return bool(done)


async def _rows(database: Database, asked: Select[Any]) -> Sequence[Happening]:  # Any: rows carry no types
    async with database.reading() as connection:
        found = (await connection.execute(asked)).all()
    names = Happening.__struct_fields__
    return [Happening(**{name: getattr(row, name) for name in names} | {"kind": Kind(row.kind)}) for row in found][::-1]
