"""All that the desk database holds of somebody: every row of their accounts, their messages, the customer that they are, and the
cases made of it.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.store.case_tables import case_messages, cases
from desk.store.crisis_tables import crisis_evidence
from desk.store.customers import groups, roots
from desk.store.database import Database
from desk.store.held_masks import Value, row_told
from desk.store.held_tables import HOLDS, By, Ids
from desk.store.statements import chunks
from desk.store.tables import customer_keys, deliveries, identities

PROGRAM = "klankbord"

Rows = Sequence[Mapping[str, Value]]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for and what that leads to, with the rows of each table that has any, by its name.

    systems  the names by which programs act; whoever else did something is of the staff
    """

    authors: tuple[str, ...]
    mentions: tuple[str, ...]
    customers: tuple[str, ...]
    cases: tuple[str, ...]
    systems: frozenset[str]
    tables: dict[str, Rows]


async def hold(
    database: Database, *, authors: Collection[str], mentions: Collection[str], customer: str | None
) -> Held:
    """What is held of these accounts and messages, and of the customer. Another customer that an account is part of counts too."""
    async with database.reading() as connection:
        ids = await _ids(connection, authors, mentions, customer)
        systems = await _systems(connection)
        found = {table.name: await _rows(connection, table, some, ids, systems) for table, some in HOLDS.items()}
        found[crisis_evidence.name] = await _evidence(connection, frozenset((*ids.authors, *ids.mentions)))
    return Held(
        authors=tuple(ids.authors),
        mentions=tuple(ids.mentions),
        customers=tuple(ids.customers),
        cases=tuple(ids.cases),
        systems=systems,
        tables={name: rows for name, rows in found.items() if rows},
    )


async def accounts_of(database: Database, customer: str) -> Sequence[str]:
    """All accounts that are linked to the customer and to what it stands for; not those that were taken away."""
    async with database.reading() as connection:
        members = await _members(connection, [customer])
        linked = (identities.c.customer.in_(members), identities.c.withdrawn_at.is_(None))
        asked = select(identities.c.author).where(*linked).distinct()
        return (await connection.execute(asked.order_by(identities.c.author))).scalars().all()


async def _systems(connection: AsyncConnection) -> frozenset[str]:
    keys, sent = select(customer_keys.c.system), select(deliveries.c.sink)
    return frozenset({PROGRAM, *(await connection.execute(keys.union(sent))).scalars().all()})


async def _ids(
    connection: AsyncConnection, authors: Collection[str], mentions: Collection[str], customer: str | None
) -> Ids:
    linked = [] if customer is None else [customer]
    for some in chunks(authors):
        now = (identities.c.author.in_(some), identities.c.withdrawn_at.is_(None))
        asked = select(identities.c.customer).where(*now).distinct()
        linked += (await connection.execute(asked)).scalars().all()
    known: set[str] = set()
    for some in chunks(authors):
        known.update((await connection.execute(select(cases.c.id).where(cases.c.author.in_(some)))).scalars().all())
    for some in chunks(mentions):
        theirs = (case_messages.c.mention.in_(some), ~case_messages.c.own)
        known.update((await connection.execute(select(case_messages.c.case).where(*theirs))).scalars().all())
    members = await _members(connection, linked)
    return Ids(sorted(authors), sorted(mentions), sorted(members), sorted(known))


async def _members(connection: AsyncConnection, linked: Collection[str]) -> set[str]:
    found = set((await roots(connection, linked)).values()) if linked else set()
    return {member for some in (await groups(connection, found)).values() for member in some} if found else set()


async def _rows(
    connection: AsyncConnection, table: Table, how: Sequence[By], ids: Ids, systems: frozenset[str]
) -> Rows:
    key = [column.name for column in table.primary_key]
    found: dict[tuple[object, ...], Mapping[str, Value]] = {}
    for by in how:
        for some in chunks(getattr(ids, by.ids)):
            for row in await connection.execute(select(table).where(by.where(some))):
                place = tuple(getattr(row, name) for name in key)
                found[place] = row_told(table, {**row._mapping}, ids, systems)  # noqa: SLF001 - SQLAlchemy's public name
    return [found[place] for place in sorted(found, key=str)]


async def _evidence(connection: AsyncConnection, theirs: frozenset[str]) -> Rows:
    """The entries of evidence that name them, each with the crisis and the number of the evidence."""
    rows = await connection.execute(select(crisis_evidence).where(crisis_evidence.c.document != ""))
    return [
        {"crisis": row.crisis, "number": row.number, "at": row.at.isoformat(), "part": part, "entry": one["id"]}
        for row in rows
        for part in ("messages", "authors")
        for one in msgspec.json.decode(row.document).get(part, ())
        if one["id"] in theirs or one.get("author") in theirs
    ]
