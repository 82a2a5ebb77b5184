"""What the desk database has of who may answer: read anew at each question, in the transaction of whoever asks, so that what was taken away
is gone there too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.answering.permitted import Known, Outcome, Policy, Rules, permitted
from desk.store.account_rights import Given, given_within
from desk.store.accounts import Account, inventory_within
from desk.store.database import Database
from desk.store.policies import acknowledged_within, current_within
from desk.store.roles import by_person, held_within
from desk.store.tables import people, training_records
from desk.store.trainings import Record


async def may_answer(
    connection: AsyncConnection,
    person: str | None,
    account: str,
    rules: Rules,
    at: datetime,
    *,
    unit: str | None = None,
) -> Outcome:
    """Whether that person may answer on that account (ids) at that moment. None is an operator, who is nobody of the staff.

    Ask in the transaction that sends: what somebody took away and committed before this is seen. In a file nothing is taken away while it
    lasts; PostgreSQL may commit a taking beside it, which then came after the sending.
    """
    known = await known_within(connection, person=person or "", account=account)
    return permitted(known.of(person or "", account), account, rules, at, unit=unit)


async def known(database: Database) -> Known:
    """Of everybody and every account."""
    async with database.reading() as connection:
        return await known_within(connection)


async def known_within(connection: AsyncConnection, *, person: str | None = None, account: str | None = None) -> Known:
    """Of one person or everybody, and one account or all, in that transaction; a query for each kind of fact."""
    policy = await current_within(connection)
    return Known(
        staff=await _staff(connection, person),
        policy=Policy(policy.version, policy.published_at) if policy and policy.published_at else None,
        acknowledged=frozenset(await acknowledged_within(connection, policy.version, person))
        if policy
        else frozenset(),
        records=await _records(connection, person),
        held=by_person(await held_within(connection, person)),
        accounts=await _accounts(connection, account),
        given=await _given(connection, account),
    )


async def _staff(connection: AsyncConnection, person: str | None) -> frozenset[str]:
    asked = select(people.c.id).where(people.c.active, *_of(people.c.id, person))
    return frozenset((await connection.execute(asked)).scalars())


async def _records(connection: AsyncConnection, person: str | None) -> Mapping[str, Sequence[Record]]:
    found: dict[str, list[Record]] = {}
    asked = select(training_records).where(*_of(training_records.c.person, person))
    for row in await connection.execute(asked):
        one = Record(**{name: getattr(row, name) for name in Record.__struct_fields__})
        found.setdefault(row.person, []).append(one)
    return found


async def _accounts(connection: AsyncConnection, account: str | None) -> Mapping[str, Account]:
    return {one.id: one for one in await inventory_within(connection) if account in (None, one.id)}


async def _given(connection: AsyncConnection, account: str | None) -> Mapping[str, Sequence[Given]]:
    found: dict[str, list[Given]] = {}
    for one in await given_within(connection, account):
        found.setdefault(one.account, []).append(one)
    return found


def _of(column: ColumnElement[str], person: str | None) -> Sequence[ColumnElement[bool]]:
    return () if person is None else (column == person,)
