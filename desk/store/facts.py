"""What other systems say of customers and of cases: the latest by their own clock counts, however late it comes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.outward import WEBSITE, Told
from desk.store import websites
from desk.store.customers import group, made
from desk.store.database import Database
from desk.store.identities import Evidence, linked, parted
from desk.store.statements import chunks, insert
from desk.store.tables import customer_keys, facts
from desk.store.touched import touch

CUSTOMER, MENTION = "customer", "mention"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a system says."""

    system: str
    name: str
    value: str
    at: datetime


async def tell(
    database: Database, told: Sequence[Told], *, may_join: Callable[[str], bool], erased: Callable[[str], bool]
) -> None:
    """Keep these; of what was erased on request nothing.

    may_join  whether the policy of an account's source lets it become part of a customer
    erased    whether that author or mention id, or customer as `called`, was erased on request

    A customer whose accounts are told and may be joined is made where that system's id of it is new; what is said of any
    other unknown customer is not kept.
    """

    def joins(author: str) -> bool:
        return may_join(author) and not erased(author)

    async with database.writing() as connection:
        for one in told:
            if one.mention is not None and not erased(one.mention):
                await _keep(connection, one, MENTION, one.mention)
            if one.customer is not None and (known := await _known(connection, one, joins, erased)):
                if await _is_news(connection, one, one.customer):
                    await touch(connection, [known])
                await _keep(connection, one, CUSTOMER, one.customer)
                await _at_home(connection, one, known)


def called(system: str, key: str) -> str:
    """A customer as that system knows it, no id of an author or a mention."""
    return f"customer {system} {key}"


async def of_customer(database: Database, customer: str) -> Sequence[Fact]:
    """What is said of the customer and of all it stands for, by system and name; the latest where two say the same."""
    async with database.reading() as connection:
        return (await of_groups(connection, {customer: await group(connection, customer)}))[customer]


async def of_groups(connection: AsyncConnection, members: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[Fact]]:
    """As `of_customer`, of many customers by all that each stands for."""
    stands = {member: root for root, some in members.items() for member in some}
    theirs = (customer_keys.c.system == facts.c.system) & (customer_keys.c.key == facts.c.subject)
    latest: dict[str, dict[tuple[str, str], Row[*tuple[Any, ...]]]] = {root: {} for root in members}
    for some in chunks(stands):
        asked = select(customer_keys.c.customer, facts).join(facts, theirs)
        told = asked.where(customer_keys.c.customer.in_(some), facts.c.about == CUSTOMER)
        for row in await connection.execute(told):
            known = latest[stands[row.customer]]
            if (before := known.get((row.system, row.name))) is None or before.at <= row.at:
                known[row.system, row.name] = row
    return {
        root: [_fact(row) for _, row in sorted(known.items()) if row.value is not None]
        for root, known in latest.items()
    }


async def of_mentions(database: Database, mentions: Collection[str]) -> Mapping[str, Sequence[Fact]]:
    """What is said of the cases of these mentions, by system and name."""
    found: dict[str, list[Fact]] = {}
    async with database.reading() as connection:
        for some in chunks(mentions):
            asked = select(facts).where(facts.c.about == MENTION, facts.c.subject.in_(some), facts.c.value.is_not(None))
            for row in await connection.execute(asked.order_by(facts.c.system, facts.c.name)):
                found.setdefault(row.subject, []).append(_fact(row))
    return found


async def _known(
    connection: AsyncConnection, told: Told, joins: Callable[[str], bool], erased: Callable[[str], bool]
) -> str | None:
    """The customer here that has that system's id, and which the accounts it tells become part of."""
    theirs = (customer_keys.c.system == told.system, customer_keys.c.key == told.customer)
    customer = (await connection.execute(select(customer_keys.c.customer).where(*theirs))).scalar()
    accounts = [author for author in told.accounts if joins(author)]
    if customer is None and accounts and not erased(called(told.system, str(told.customer))):
        customer = await made(connection, name=None, by=told.system, at=told.at)
        key = {"customer": customer, "system": told.system, "key": told.customer}
        await connection.execute(plain_insert(customer_keys), key)
    if customer is None:
        return None
    for author in accounts:
        if not await parted(connection, author, customer):
            await linked(
                connection, author=author, customer=customer, evidence=Evidence.FIELD, by=told.system, at=told.at
            )
    return str(customer)


async def _at_home(connection: AsyncConnection, told: Told, customer: str) -> None:
    """What counts of what that system said so far of the customer's website, by its own clock."""
    if WEBSITE not in told.facts:
        return
    theirs = (facts.c.system == told.system, facts.c.about == CUSTOMER, facts.c.subject == told.customer)
    latest = select(facts.c.value).where(*theirs, facts.c.name == WEBSITE)
    address = (await connection.execute(latest)).scalar()
    await websites.told(connection, customer, address, by=told.system, at=told.at)


async def _is_news(connection: AsyncConnection, told: Told, subject: str) -> bool:
    """Whether it says something else of a customer than what is kept: systems repeat themselves."""
    theirs = (facts.c.system == told.system, facts.c.about == CUSTOMER, facts.c.subject == subject)
    kept = {row.name: row.value for row in await connection.execute(select(facts).where(*theirs))}
    return any(kept.get(name) != value for name, value in told.facts.items())


async def _keep(connection: AsyncConnection, told: Told, about: str, subject: str) -> None:
    if not told.facts:
        return
    same = {"system": told.system, "about": about, "subject": subject, "at": told.at}
    new = insert(connection, facts)
    later = new.on_conflict_do_update(
        index_elements=list(facts.primary_key),
        set_={"value": new.excluded.value, "at": new.excluded.at},
        where=new.excluded.at >= facts.c.at,
    )
    await connection.execute(later, [same | {"name": name, "value": value} for name, value in told.facts.items()])


def _fact(row: Row[*tuple[Any, ...]]) -> Fact:  # Any: rows carry no types
    return Fact(system=row.system, name=row.name, value=row.value, at=row.at)
