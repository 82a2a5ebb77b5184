"""The right to answer on an own account: given to one of the staff, or to a role; its owners have it by themselves."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit
from desk.store.accounts import ACCOUNT
from desk.store.answering_tables import account_rights
from desk.store.database import Database
from desk.store.people import PERSON
from desk.store.roles import EVERYWHERE


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The right on one account, of `person` or else of who holds `role` in `unit`, which may be EVERYWHERE; without `until` for good."""

    account: str
    person: str | None = None
    role: str | None = None
    unit: str = EVERYWHERE
    at: datetime | None = None
    until: datetime | None = None

    def stands(self, at: datetime) -> bool:
        return self.until is None or at < self.until


async def give(database: Database, given: Given, *, by: str, at: datetime) -> None:
    """Give it from now on; given again it ends when it says now. `given` names a person who works here, or a role."""
    row = msgspec.structs.asdict(given) | {"id": uuid.uuid4().hex, "at": at, "by": by}
    async with database.writing() as connection:
        await connection.execute(delete(account_rights).where(*_same(given)))
        await connection.execute(insert(account_rights), row)
        await _noted(connection, given, "gave", by=by, at=at)


async def take(database: Database, given: Given, *, by: str, at: datetime) -> bool:
    """Take it away; whether it was given."""
    async with database.writing() as connection:
        gone = (await connection.execute(delete(account_rights).where(*_same(given)))).rowcount > 0
        if gone:
            await _noted(connection, given, "took", by=by, at=at)
    return gone


async def given_within(connection: AsyncConnection, account: str | None = None) -> Sequence[Given]:
    """What was given on that account, or on all, also where it ended; in that transaction."""
    asked = select(account_rights).order_by(account_rights.c.at, account_rights.c.id)
    if account is not None:
        asked = asked.where(account_rights.c.account == account)
    return [_given(row) for row in await connection.execute(asked)]


def _same(given: Given) -> tuple[ColumnElement[bool], ...]:
    table = account_rights.c
    if given.person is not None:
        return table.account == given.account, table.person == given.person
    return table.account == given.account, table.role == given.role, table.unit == given.unit


async def _noted(connection: AsyncConnection, given: Given, did: str, *, by: str, at: datetime) -> None:
    """In the audit of the account, and of the person where it is one's."""
    to = "to" if did == "gave" else "from"
    whom = "a person" if given.person else f"role {given.role}{f' in {given.unit}' if given.unit else ''}"
    said = f"{did} the right to answer there {to} {whom}"
    entries = [audit.Entry(at=at, by=by, did=said, what=ACCOUNT, subject=given.account)]
    if given.person is not None:
        one = f"{did} the right to answer on {given.account} {to}"
        entries.append(audit.Entry(at=at, by=by, did=one, what=PERSON, subject=given.person))
    await audit.note(connection, *entries)


def _given(row: Row[*tuple[Any, ...]]) -> Given:  # Any: rows carry no types
    return Given(**{name: getattr(row, name) for name in Given.__struct_fields__})
