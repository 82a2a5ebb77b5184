"""All that the desk knows of many customers at once, as their documents tell it."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import facts, identities
from desk.store.customers import groups, roots
from desk.store.database import Database
from desk.store.facts import Fact
from desk.store.identities import Account
from desk.store.statements import chunks
from desk.store.tables import customers
from desk.store.tables import identities as accounts


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """One customer that stands for itself: its accounts linked now, and what other systems say of it."""

    name: str | None
    accounts: tuple[Account, ...]
    facts: tuple[Fact, ...]


async def gathered(database: Database, ids: Collection[str]) -> Mapping[str, Gathered]:
    """By the customers that stand for these; nothing for those that are not known."""
    async with database.reading() as connection:
        members = await groups(connection, set((await roots(connection, ids)).values()))
        linked = await identities.linked_now(connection, members)
        told = await facts.of_groups(connection, members)
        names = await _names(connection, members)
    return {root: Gathered(name=names[root], accounts=tuple(linked[root]), facts=tuple(told[root])) for root in members}


async def linked_customers(database: Database) -> Sequence[str]:
    """All customers that stand for themselves and have an account now."""
    async with database.reading() as connection:
        linked = select(accounts.c.customer).where(accounts.c.withdrawn_at.is_(None)).distinct()
        theirs = (await connection.execute(linked)).scalars().all()
        return sorted(set((await roots(connection, theirs)).values()))


async def _names(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    for some in chunks(ids):
        named = select(customers.c.id, customers.c.name).where(customers.c.id.in_(some))
        found |= {row.id: row.name for row in await connection.execute(named)}
    return found
