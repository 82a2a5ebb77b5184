"""Which account is whose: only by evidence, one customer an account, and what is withdrawn stays to be seen."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from core.outward import Linked
from core.types import VerifiedLink
from desk.store import audit
from desk.store.customers import group, groups, roots
from desk.store.database import Database
from desk.store.shelf import relinked
from desk.store.statements import chunks
from desk.store.tables import customer_keys, customers, identities
from desk.store.touched import touch


class Evidence(StrEnum):
    """Why an account is taken for a customer's."""

    FIELD = "crm field"  # a field of the other system names it
    LINK = "verified link"  # its service has verified that the customer's website is the account's too
    PERSON = "person"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a customer, as it was linked; by which address, where its service verified one, and when it did."""

    author: str
    customer: str
    evidence: Evidence
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    link: str | None = None
    verified_at: datetime | None = None

    @property
    def why(self) -> str:
        """The evidence in words."""
        if self.link is None or self.verified_at is None:
            return self.evidence.value
        return f"{self.evidence.value}: {self.link} (verified at {self.verified_at:%Y-%m-%d %H:%M} UTC)"


async def link(database: Database, *, author: str, customer: str, evidence: Evidence, by: str, at: datetime) -> str:
    """Make the account part of the customer, unless it is somebody's already; the customer it is part of now.

    `customer` is known. Whether the source's policy allows it is the caller's to ask.
    """
    async with database.writing() as connection:
        return await linked(connection, author=author, customer=customer, evidence=evidence, by=by, at=at)


async def linked(
    connection: AsyncConnection,
    *,
    author: str,
    customer: str,
    evidence: Evidence,
    by: str,
    at: datetime,
    proof: VerifiedLink | None = None,
) -> str:
    """As `link`, in a transaction that does more; `proof` is the verified link where that is the evidence."""
    stands = select(identities.c.customer).where(identities.c.author == author, identities.c.withdrawn_at.is_(None))
    if before := (await connection.execute(stands)).scalar():
        return str(before)
    row = {"author": author, "customer": customer, "evidence": evidence.value, "by": by, "at": at}
    verified = {"link": proof.url, "verified_at": proof.at} if proof else {}
    await connection.execute(insert(identities), row | verified | {"id": uuid.uuid4().hex})
    await audit.note(connection, audit.Entry(at=at, by=by, did="linked", what="account", subject=author))
    await relinked(connection, [author], at)
    await touch(connection, [customer])
    return customer


async def withdraw(database: Database, author: str, *, by: str, at: datetime) -> bool:
    """The account is nobody's from now on; whether it was somebody's."""
    async with database.writing() as connection:
        return await unlinked(connection, author, by=by, at=at)


async def unlinked(connection: AsyncConnection, author: str, *, by: str, at: datetime) -> bool:
    """As `withdraw`, in a transaction that does more."""
    stands = (identities.c.author == author, identities.c.withdrawn_at.is_(None))
    done = update(identities).where(*stands).values(withdrawn_at=at, withdrawn_by=by).returning(identities.c.customer)
    theirs = (await connection.execute(done)).scalars().all()
    if theirs:
        await audit.note(connection, audit.Entry(at=at, by=by, did="unlinked", what="account", subject=author))
        await relinked(connection, [author], at)
        await touch(connection, theirs)
    return bool(theirs)


async def parted(connection: AsyncConnection, author: str, customer: str) -> bool:
    """Whether a person took the account away from the customer, or from one that is the same: it is not theirs, whatever a
    field says. What its service took back is no person's word.
    """
    away = (identities.c.withdrawn_at.is_not(None), identities.c.withdrawn_by != service(author))
    asked = select(identities.c.customer).where(identities.c.author == author, *away)
    past = (await connection.execute(asked)).scalars().all()
    if not past:
        return False
    stands = await roots(connection, {*past, customer})
    return any(stands[one] == stands[customer] for one in past)


def service(author: str) -> str:
    """Where an account is, which says what it has verified of it: the first part of its id."""
    return author.partition(":")[0]


async def accounts(database: Database, customer: str) -> Sequence[Account]:
    """Those of the customer and of all it stands for, withdrawn ones too, in the order they were linked."""
    async with database.reading() as connection:
        members = await group(connection, customer)
        asked = select(identities).where(identities.c.customer.in_(members))
        rows = await connection.execute(asked.order_by(identities.c.at, identities.c.author))
        return [_account(row) for row in rows]


async def linked_now(
    connection: AsyncConnection, members: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[Account]]:
    """The accounts linked now to all `members` of each of these customers, by author id."""
    stands = {member: root for root, some in members.items() for member in some}
    found: dict[str, list[Account]] = {root: [] for root in members}
    for some in chunks(stands):
        linked = select(identities).where(identities.c.customer.in_(some), identities.c.withdrawn_at.is_(None))
        for row in await connection.execute(linked):
            found[stands[row.customer]].append(_account(row))
    return {root: sorted(accounts, key=lambda one: one.author) for root, accounts in found.items()}


async def of_authors(database: Database, authors: Collection[str]) -> Mapping[str, Linked]:
    """core.outward.Customers: the customer that stands for each of these accounts; nothing for those that are nobody's."""
    async with database.reading() as connection:
        theirs = await _linked_to(connection, authors)
        stands = await roots(connection, set(theirs.values()))
        known = await _described(connection, set(stands.values()))
    return {author: known[stands[customer]] for author, customer in theirs.items()}


async def keys_of(database: Database, customer: str) -> Mapping[str, str]:
    """The customer's ids in other systems, by system."""
    async with database.reading() as connection:
        return (await _described(connection, {customer}))[customer].keys


async def _linked_to(connection: AsyncConnection, authors: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(authors):
        asked = select(identities.c.author, identities.c.customer)
        stands = asked.where(identities.c.author.in_(some), identities.c.withdrawn_at.is_(None))
        found |= {row.author: row.customer for row in await connection.execute(stands)}
    return found


async def _described(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, Linked]:
    """These customers as sinks know them; where several of a group have a key in one system, the nearest to it counts."""
    members = await groups(connection, ids)
    stands = {member: (root, place) for root, some in members.items() for place, member in enumerate(some)}
    names: dict[str, str | None] = {}
    keys: list[tuple[int, str, str, str]] = []
    for some in chunks(stands):
        named = select(customers.c.id, customers.c.name).where(customers.c.id.in_(some))
        names |= {row.id: row.name for row in await connection.execute(named)}
        for row in await connection.execute(select(customer_keys).where(customer_keys.c.customer.in_(some))):
            root, place = stands[row.customer]
            keys.append((place, root, row.system, row.key))
    theirs: dict[str, dict[str, str]] = {root: {} for root in members}
    for _, root, system, key in sorted(keys, reverse=True):
        theirs[root][system] = key
    return {root: Linked(customer=root, name=names[root], keys=theirs[root]) for root in members}


def _account(row: Row[*tuple[Any, ...]]) -> Account:  # Any: rows carry no types
    return Account(
        author=row.author,
        customer=row.customer,
        evidence=Evidence(row.evidence),
        by=row.by,
        at=row.at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        link=row.link,
        verified_at=row.verified_at,
    )
