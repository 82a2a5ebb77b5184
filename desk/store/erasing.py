"""Takes mentions and authors out of the desk: on request all of it, and what their source deleted as far as it goes.

What sinks sent is theirs to take back over there: of those that are configured the rows fall due, and the sink drops them
when it has done so; rows of any other sink go at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store import audit, case_erasing, crisis_erasing, tables
from desk.store.backlog_tables import backlog_members
from desk.store.customers import group, roots
from desk.store.database import Database
from desk.store.facts import CUSTOMER, MENTION, called
from desk.store.judgements import AUTHOR
from desk.store.shelf import recall
from desk.store.statements import chunks
from desk.store.tables import (
    alert_hits,
    customer_keys,
    deliveries,
    emerging_members,
    facts,
    identities,
    judgements,
    lookalikes,
    merges,
    mutes,
    websites,
)
from desk.store.touched import touch


async def erase(
    database: Database,
    *,
    mentions: Collection[str],
    authors: Collection[str],
    customers: Sequence[str] = (),
    sinks: Collection[str],
    key: bytes,
) -> int:
    """Everything of these, on request; how many rows. `customers` come with all that they stand for, and their accounts
    among `authors`; `sinks` are those that take back what they sent.

    The audit keeps who did what when, with a hash under `key` in place of the id.
    """
    async with database.writing() as connection:
        count = await _take(connection, dict.fromkeys(mentions), dict.fromkeys(authors))
        count += await _whole(connection, customers)
        for column, ids in ((deliveries.c.mention, mentions), (deliveries.c.author, authors)):
            count += await _delete(connection, deliveries, column, ids, deliveries.c.sink.not_in(sinks))
        count += await case_erasing.erase(connection, mentions, authors, key)
        count += await crisis_erasing.erase(connection, mentions, authors)
        count += await audit.hide(connection, [*mentions, *authors, *customers], key)
    count += await recall(database, mentions=mentions, authors=authors, sinks=sinks)
    await database.wipe()
    return count


async def names_of(database: Database, customers: Collection[str]) -> Sequence[str]:
    """What other systems call these customers, as desk.store.facts.tell asks whether it was erased."""
    async with database.reading() as connection:
        asked = select(customer_keys).where(customer_keys.c.customer.in_(customers))
        return [called(row.system, row.key) for row in await connection.execute(asked)]


async def forget(database: Database, mentions: Mapping[str, datetime], authors: Mapping[str, datetime]) -> int:
    """What was said up to these times, at which they were deleted at their source for good; how many rows.

    What sinks sent is not touched: they follow the deletion themselves.
    """
    async with database.writing() as connection:
        count = await _take(connection, mentions, authors)
    database.stale = database.stale or count > 0
    return count


async def expire(database: Database, before: datetime) -> int:
    """What was said before that time of mentions, whose keep time has ended by then, accounts last seen before and cases closed
    before, and ids in evidence of crises that ended before; how many rows.
    """
    about_mentions = (facts.c.about == MENTION, facts.c.at < before)
    async with database.writing() as connection:
        count = (await connection.execute(delete(judgements).where(judgements.c.at < before))).rowcount
        count += (await connection.execute(delete(facts).where(*about_mentions))).rowcount
        count += (await connection.execute(delete(lookalikes).where(lookalikes.c.seen_at < before))).rowcount
        count += await case_erasing.expire(connection, before)
        count += await crisis_erasing.expire(connection, before)
    database.stale = database.stale or count > 0
    return count


Until = Mapping[str, datetime | None]
"""Ids with the time up to which something of them goes; None where all of it does."""


async def _take(connection: AsyncConnection, mentions: Until, authors: Until) -> int:
    count = await _delete_until(connection, judgements, judgements.c.mention, mentions)
    count += await _delete_until(connection, judgements, judgements.c.author, authors)
    count += await _delete_until(connection, mutes, mutes.c.value, authors, mutes.c.what == AUTHOR)
    count += await _delete_until(connection, facts, facts.c.subject, mentions, facts.c.about == MENTION)
    count += await _delete(connection, alert_hits, alert_hits.c.mention, mentions)
    count += await _delete(connection, alert_hits, alert_hits.c.author, authors)
    count += await _delete(connection, emerging_members, emerging_members.c.mention, mentions)
    count += await _delete(connection, emerging_members, emerging_members.c.author, authors)
    count += await _delete(connection, backlog_members, backlog_members.c.mention, mentions)
    count += await _delete(connection, backlog_members, backlog_members.c.author, authors)
    count += await _delete(connection, lookalikes, lookalikes.c.author, authors)
    return count + await _accounts(connection, authors)


async def _accounts(connection: AsyncConnection, authors: Until) -> int:
    """Their links, and whatever customers lose their last account by it: what was taken away from one is a stranger's."""
    touched: set[str] = set()
    theirs: set[str] = set()
    for some in chunks(authors):
        asked = select(identities.c.customer, identities.c.withdrawn_at).where(identities.c.author.in_(some))
        for row in await connection.execute(asked):
            touched.add(row.customer)
            if row.withdrawn_at is None:
                theirs.add(row.customer)
    await touch(connection, touched)
    count = await _delete_until(connection, identities, identities.c.author, authors)
    for root in sorted(set((await roots(connection, theirs)).values())):
        members = await group(connection, root)
        left = select(identities.c.id).where(identities.c.customer.in_(members), identities.c.withdrawn_at.is_(None))
        if (await connection.execute(left.limit(1))).first() is None:
            count += await _whole(connection, members)
    return count


async def _whole(connection: AsyncConnection, members: Sequence[str]) -> int:
    """The customers, their keys in other systems, what those say of them, and that accounts were theirs once."""
    known = (await connection.execute(select(customer_keys).where(customer_keys.c.customer.in_(members)))).all()
    count = 0
    for row in known:
        theirs = (facts.c.about == CUSTOMER) & (facts.c.system == row.system)
        count += await _delete(connection, facts, facts.c.subject, [row.key], theirs)
    for table, column in (
        (identities, identities.c.customer),
        (customer_keys, customer_keys.c.customer),
        (websites, websites.c.customer),
        (merges, merges.c.customer),
        (merges, merges.c.into),
        (tables.customers, tables.customers.c.id),
    ):
        count += await _delete(connection, table, column, members)
    return count


async def _delete_until(
    connection: AsyncConnection, table: Table, column: ColumnElement[str], ids: Until, *more: ColumnElement[bool]
) -> int:
    count = await _delete(connection, table, column, [one for one, at in ids.items() if at is None], *more)
    until = [{"gone": one, "until": at} for one, at in ids.items() if at is not None]
    if until:
        over = (column == bindparam("gone"), table.c.at <= bindparam("until", type_=table.c.at.type))
        count += (await connection.execute(delete(table).where(*over, *more), until)).rowcount
    return count


async def _delete(
    connection: AsyncConnection,
    table: Table,
    column: ColumnElement[str],
    ids: Collection[str],
    *more: ColumnElement[bool],
) -> int:
    count = 0
    for some in chunks(ids):
        count += (await connection.execute(delete(table).where(column.in_(some), *more))).rowcount
    return count
