"""The organisation's own accounts, who of the staff answers for each, and accounts of others that look like one."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Stop
from desk.foundation.lookalikes import Official, Why, plain
from desk.store import audit, statements
from desk.store.database import Database
from desk.store.people import Person
from desk.store.tables import lookalikes, own_accounts

ACCOUNT = "own account"


class Known(Stop):
    """It is in the inventory already."""


class State(StrEnum):
    """What a person made of an account that looks like an own one."""

    OPEN = "open"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"


class Wanting(StrEnum):
    """What an account lacks."""

    OWNER = "owner"
    OWNER_LEFT = "owner_left"
    SECOND = "second"
    SECOND_LEFT = "second_left"


LACKS = {
    Wanting.OWNER: " has no owner",
    Wanting.OWNER_LEFT: ": its owner, {name}, left",
    Wanting.SECOND: " has no second owner: nobody else can act there when the first is away",
    Wanting.SECOND_LEFT: ": its second owner, {name}, left",
}


class Account(Official, frozen=True, kw_only=True):
    """One account. `owner` and `second` are ids of people; one that is not `official` is of somebody of the staff."""

    official: bool
    owner: str | None = None
    second: str | None = None
    looked_at: datetime | None = None


class Lookalike(msgspec.Struct, frozen=True, kw_only=True):
    """An account that looks like the own one of the id `account`; `author` is its author id in the archive."""

    author: str
    account: str
    why: Why
    seen_at: datetime
    handle: str | None = None
    name: str | None = None
    state: State = State.OPEN


async def add(database: Database, account: Account, *, by: str, at: datetime) -> str:
    """Take it into the inventory; its id. Raises Known where it is there."""
    made = msgspec.structs.replace(account, id=uuid.uuid4().hex, handle=plain(account.handle), looked_at=None)
    async with database.writing() as connection:
        same = (own_accounts.c.source == made.source, own_accounts.c.handle == made.handle)
        if (await connection.execute(select(own_accounts.c.id).where(*same))).first():
            raise Known(f"{made.handle} on {made.source} is in the inventory already")
        await connection.execute(insert(own_accounts), msgspec.structs.asdict(made))
        # What was listed as looking like an own account, and turned out to be one, is listed no more.
        theirs = (func.lower(lookalikes.c.handle) == made.handle, lookalikes.c.author.startswith(f"{made.source}:"))
        await connection.execute(delete(lookalikes).where(*theirs))
        await audit.note(connection, audit.Entry(at=at, by=by, did="made", what=ACCOUNT, subject=made.id))
    return made.id


async def owned(
    database: Database, identifier: str, owner: str | None, second: str | None, *, by: str, at: datetime
) -> bool:
    """Let these answer for it; whether it is there."""
    return await _act(database, identifier, "changed", {"owner": owner, "second": second}, by=by, at=at)


async def remove(database: Database, identifier: str, *, by: str, at: datetime) -> bool:
    """Take it out of the inventory, with what looked like it; whether it was there."""
    return await _act(database, identifier, "removed", None, by=by, at=at)


async def every(database: Database) -> Sequence[Account]:
    """All of them, by source and handle."""
    async with database.reading() as connection:
        return await inventory_within(connection)


async def inventory_within(connection: AsyncConnection) -> Sequence[Account]:
    """The same in that transaction."""
    asked = select(own_accounts).order_by(own_accounts.c.source, own_accounts.c.handle)
    return [_account(row) for row in await connection.execute(asked)]


def wanting(accounts: Sequence[Account], staff: Mapping[str, Person]) -> list[tuple[Account, Wanting, Person | None]]:
    """What each account lacks: nobody answers for it, or somebody who left does, or one person alone. With who left."""
    found: list[tuple[Account, Wanting, Person | None]] = []
    for one in accounts:
        if one.owner is None:
            found.append((one, Wanting.OWNER, None))
        for what, person in ((Wanting.OWNER_LEFT, one.owner), (Wanting.SECOND_LEFT, one.second)):
            if person is not None and not staff[person].active:
                found.append((one, what, staff[person]))
        if one.official and one.owner is not None and one.second in (None, one.owner):
            found.append((one, Wanting.SECOND, None))
    return found


def mistakes(accounts: Sequence[Account], staff: Mapping[str, Person]) -> list[str]:
    """The same, a sentence each."""
    return [
        f"{one.handle} on {one.source}{LACKS[what].format(name=person.name if person else '')}"
        for one, what, person in wanting(accounts, staff)
    ]


async def looked(database: Database, found: Sequence[Lookalike], searched: Sequence[str], at: datetime) -> int:
    """Keep what was found, and that these accounts were searched for up to `at`; how many are new.

    What a person said of one stands, however often it is found; what it is called and when it was seen are the latest.
    """
    async with database.writing() as connection:
        known: set[str] = set()
        for some in statements.chunks([one.author for one in found]):
            there = select(lookalikes.c.author).where(lookalikes.c.author.in_(some))
            known.update((await connection.execute(there)).scalars())
        for one in found:
            made = statements.insert(connection, lookalikes).values(msgspec.structs.asdict(one))
            latest = {name: getattr(one, name) for name in ("account", "why", "seen_at", "handle", "name")}
            newer = lookalikes.c.seen_at <= one.seen_at
            await connection.execute(made.on_conflict_do_update(index_elements=["author"], set_=latest, where=newer))
        for some in statements.chunks(searched):
            await connection.execute(update(own_accounts).where(own_accounts.c.id.in_(some)).values(looked_at=at))
    return len({one.author for one in found} - known)


async def say(database: Database, author: str, state: State, *, by: str, at: datetime) -> bool:
    """What a person makes of it; whether it is listed."""
    async with database.writing() as connection:
        said = await connection.execute(update(lookalikes).where(lookalikes.c.author == author).values(state=state))
        if said.rowcount:
            await audit.note(connection, audit.Entry(at=at, by=by, did=state.value, what="lookalike", subject=author))
    return said.rowcount > 0


async def listed(database: Database, state: State | None = State.OPEN) -> Sequence[Lookalike]:
    """Those of that state, or all, the latest seen first."""
    asked = select(lookalikes).order_by(lookalikes.c.seen_at.desc(), lookalikes.c.author)
    if state is not None:
        asked = asked.where(lookalikes.c.state == state.value)
    async with database.reading() as connection:
        return [_lookalike(row) for row in await connection.execute(asked)]


async def _act(
    database: Database, identifier: str, did: str, values: Mapping[str, str | None] | None, *, by: str, at: datetime
) -> bool:
    one = own_accounts.c.id == identifier
    change = delete(own_accounts).where(one) if values is None else update(own_accounts).where(one).values(values)
    async with database.writing() as connection:
        done = (await connection.execute(change)).rowcount > 0
        if done:
            await audit.note(connection, audit.Entry(at=at, by=by, did=did, what=ACCOUNT, subject=identifier))
    return done


def _account(row: Row[*tuple[Any, ...]]) -> Account:  # Any: rows carry no types
    return Account(**{name: getattr(row, name) for name in Account.__struct_fields__})


def _lookalike(row: Row[*tuple[Any, ...]]) -> Lookalike:  # Any: rows carry no types
    told = {name: getattr(row, name) for name in ("author", "account", "seen_at", "handle", "name")}
    return Lookalike(why=Why(row.why), state=State(row.state), **told)
