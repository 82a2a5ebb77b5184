"""Customers as they are listed: those that stand for themselves, found by a name or by an account."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.customers import groups, roots
from desk.store.database import Database
from desk.store.identities import linked_now
from desk.store.statements import chunks
from desk.store.tables import customers, identities, merges


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One customer with all it stands for.

    name        its own, else that of the nearest one it stands for; None where nobody named any
    accounts    author ids that are linked now, in their order
    changed_at  when the latest of its accounts was linked, or else it was made
    """

    id: str
    name: str | None
    accounts: tuple[str, ...]
    changed_at: datetime


async def standing(database: Database, words: str = "", *, authors: Collection[str] = ()) -> Sequence[Standing]:
    """All of them, the latest changed first; with `words` those that have them in a name, whatever their capitals, and
    those of one of `authors`. What cannot be printed stands in no name, and PostgreSQL refuses some of it.
    """
    if not words.isprintable():
        return []
    async with database.reading() as connection:
        if words:
            ids = set((await roots(connection, await _found(connection, words, authors))).values())
        else:
            merged = select(merges.c.id).where(merges.c.customer == customers.c.id, merges.c.undone_at.is_(None))
            ids = set((await connection.execute(select(customers.c.id).where(~merged.exists()))).scalars())
        found = await _described(connection, sorted(ids))
    return sorted(found, key=lambda one: (-one.changed_at.timestamp(), one.id))


async def accounts_like(database: Database, words: str) -> Sequence[str]:
    """Linked accounts that have these words in their id, whatever their capitals."""
    if not words.isprintable():
        return []
    called = select(identities.c.author).where(identities.c.author.icontains(words, autoescape=True))
    async with database.reading() as connection:
        return list((await connection.execute(called.where(identities.c.withdrawn_at.is_(None)))).scalars())


async def _found(connection: AsyncConnection, words: str, authors: Collection[str]) -> set[str]:
    """Customers, merged ones too, of whom that is said."""
    named = select(customers.c.id).where(customers.c.name.icontains(words, autoescape=True))
    found = set((await connection.execute(named)).scalars())
    for some in chunks(authors):
        theirs = select(identities.c.customer).where(identities.c.author.in_(some))
        found.update((await connection.execute(theirs.where(identities.c.withdrawn_at.is_(None)))).scalars())
    return found


async def _described(connection: AsyncConnection, ids: Sequence[str]) -> list[Standing]:
    members = await groups(connection, ids)
    root_of = {member: root for root, some in members.items() for member in some}
    names: dict[str, str | None] = {}
    made: dict[str, datetime] = {}
    for some in chunks(root_of):
        for row in await connection.execute(select(customers).where(customers.c.id.in_(some))):
            names[row.id] = row.name
            made[root_of[row.id]] = max(row.made_at, made.get(root_of[row.id], row.made_at))
    linked = await linked_now(connection, members)
    return [
        Standing(
            id=root,
            name=next((names[one] for one in members[root] if names[one]), None),
            accounts=tuple(one.author for one in linked[root]),
            changed_at=max([made[root], *(one.at for one in linked[root])]),
        )
        for root in ids
    ]
