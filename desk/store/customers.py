"""Customers, and merging two that are one.

A merge moves nothing: one customer stands in the place of another until that is undone, so that undoing it gives exactly
what was before. The customer that stands for all of a group is its root.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import CTE, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Stop
from desk.store import audit
from desk.store.database import Database
from desk.store.shelf import relinked
from desk.store.statements import chunks
from desk.store.tables import customers, identities, merges
from desk.store.touched import touch


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """One customer. `members` are all customers it stands for, itself first."""

    id: str
    name: str | None
    made_at: datetime
    made_by: str
    members: tuple[str, ...]


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """A customer that another one stands for, `into` which it was merged."""

    id: str
    name: str | None
    into: str
    at: datetime
    by: str


async def add(database: Database, *, name: str | None, by: str, at: datetime) -> str:
    """A new customer; its id."""
    async with database.writing() as connection:
        return await made(connection, name=name, by=by, at=at)


async def made(connection: AsyncConnection, *, name: str | None, by: str, at: datetime) -> str:
    """As `add`, in a transaction that does more."""
    customer = uuid.uuid4().hex
    await connection.execute(insert(customers), {"id": customer, "name": name, "made_at": at, "made_by": by})
    await audit.note(connection, _entry(at, by, "made", customer))
    return customer


async def get(database: Database, customer: str) -> Customer | None:
    """The customer that stands for that one: itself, or the one it was merged into."""
    async with database.reading() as connection:
        root = (await roots(connection, [customer])).get(customer)
        if root is None:
            return None
        row = (await connection.execute(select(customers).where(customers.c.id == root))).one()
        members = await group(connection, root)
    return Customer(id=root, name=row.name, made_at=row.made_at, made_by=row.made_by, members=tuple(members))


async def merge(database: Database, customer: str, into: str, *, by: str, at: datetime) -> None:
    """Let `into` stand for both. Raises Stop where either is unknown, or they are one already."""
    async with database.writing() as connection:
        both = select(customers.c.id).where(customers.c.id.in_([customer, into])).order_by(customers.c.id)
        await connection.execute(both.with_for_update())  # two merges at once must not make a ring
        found = await roots(connection, [customer, into])
        if missing := [one for one in (customer, into) if one not in found]:
            raise Stop(f'there is no customer "{missing[0]}"')
        if found[customer] == found[into]:
            raise Stop(f"customers {customer} and {into} are one already")
        if found[customer] != customer or found[into] != into:
            raise Stop("only customers that stand for themselves are merged: name the ones they were merged into")
        row = {"id": uuid.uuid4().hex, "customer": customer, "into": into, "at": at, "by": by}
        await connection.execute(insert(merges), row)
        await audit.note(connection, _entry(at, by, "merged", customer), _entry(at, by, "merged into", into))
        await relinked(connection, await _accounts(connection, into), at)
        await touch(connection, [customer, into])


async def unmerge(database: Database, customer: str, *, by: str, at: datetime) -> bool:
    """Undo that this customer was merged into another; whether it was."""
    stands = (merges.c.customer == customer, merges.c.undone_at.is_(None))
    async with database.writing() as connection:
        root = (await roots(connection, [customer])).get(customer, customer)
        together = await _accounts(connection, root)
        undone = await connection.execute(update(merges).where(*stands).values(undone_at=at, undone_by=by))
        if undone.rowcount:
            await audit.note(connection, _entry(at, by, "unmerged", customer))
            await relinked(connection, together, at)
            await touch(connection, [customer, root])
        return bool(undone.rowcount)


async def merged(database: Database, customer: str) -> Sequence[Merged]:
    """What the customer stands for beside itself, the latest merged first."""
    async with database.reading() as connection:
        members = await group(connection, customer)
        asked = select(merges, customers.c.name).join(customers, customers.c.id == merges.c.customer)
        stands = asked.where(merges.c.customer.in_(members[1:]), merges.c.undone_at.is_(None))
        rows = (await connection.execute(stands.order_by(merges.c.at.desc(), merges.c.customer))).all()
    return [Merged(id=row.customer, name=row.name, into=row.into, at=row.at, by=row.by) for row in rows]


async def _accounts(connection: AsyncConnection, root: str) -> Sequence[str]:
    """The accounts of all that this customer stands for."""
    members = await group(connection, root)
    theirs = (identities.c.customer.in_(members), identities.c.withdrawn_at.is_(None))
    return (await connection.execute(select(identities.c.author).where(*theirs))).scalars().all()


async def roots(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, str]:
    """Which customer stands for each of these; those that are not known are left out."""
    found: dict[str, str] = {}
    for some in chunks(ids):
        up = _up(some)
        left = ~select(merges.c.id).where(merges.c.customer == up.c.at, merges.c.undone_at.is_(None)).exists()
        found |= {row.start: row.at for row in await connection.execute(select(up.c.start, up.c.at).where(left))}
    return found


def _up(ids: Sequence[str]) -> CTE:
    start = select(customers.c.id.label("start"), customers.c.id.label("at")).where(customers.c.id.in_(ids))
    up = start.cte("up", recursive=True)
    step = select(up.c.start, merges.c.into).join(merges, merges.c.customer == up.c.at)
    return up.union_all(step.where(merges.c.undone_at.is_(None)))


async def group(connection: AsyncConnection, root: str) -> Sequence[str]:
    """All customers that this one stands for, itself first."""
    return (await groups(connection, [root])).get(root, [root])


async def groups(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """All customers that each of these stands for, itself first."""
    found: dict[str, list[str]] = {}
    for some in chunks(ids):
        start = select(customers.c.id.label("root"), customers.c.id.label("id"), literal(0).label("depth"))
        down = start.where(customers.c.id.in_(some)).cte("down", recursive=True)
        step = select(down.c.root, merges.c.customer, down.c.depth + 1).join(down, merges.c.into == down.c.id)
        down = down.union_all(step.where(merges.c.undone_at.is_(None)))
        for row in await connection.execute(select(down).order_by(down.c.depth, down.c.id)):
            found.setdefault(row.root, []).append(row.id)
    return found


def _entry(at: datetime, by: str, did: str, customer: str) -> audit.Entry:
    return audit.Entry(at=at, by=by, did=did, what="customer", subject=customer)
