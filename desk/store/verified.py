"""Accounts become part of customers by verified links, and leave them when their service no longer says so.

The proof is the service's own statement (core.types.VerifiedLink), heard with each message of the account; no website is
ever asked. Where two customers are at home at the same page, nobody can say whose the account is, and it stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Item
from core.types import Enriched, VerifiedLink
from desk.store.customers import roots
from desk.store.database import Database
from desk.store.identities import Evidence, linked, service, unlinked
from desk.store.statements import chunks
from desk.store.tables import identities
from desk.store.websites import at_home, page_of


class Look(msgspec.Struct, frozen=True):
    """What an account's service said of it, and when: the verified links, by page."""

    at: datetime
    pages: Mapping[str, VerifiedLink]


async def follow(
    database: Database, batch: Sequence[Item], *, may_join: Callable[[str], bool], erased: Callable[[str], bool]
) -> None:
    """Make true what these mentions say of their authors. What is no live traffic says nothing of now. Idempotent.

    may_join  whether the policy of an account's source lets it become part of a customer
    erased    whether that author id was erased on request
    """
    looks = {author: look for author, look in _looks(batch).items() if may_join(author)}
    if not looks or not await _concerned(database, looks):
        return
    async with database.writing() as connection:
        owners = await at_home(connection, {page for look in looks.values() for page in look.pages})
        for author, look in sorted(looks.items()):
            if not erased(author):
                await _settle(connection, author, look, owners)


def _looks(batch: Sequence[Item]) -> Mapping[str, Look]:
    """The latest of each author by the source's clock."""
    latest: dict[str, Look] = {}
    for item in batch:
        if not isinstance(item, Enriched) or item.mention.marks or item.mention.author.links is None:
            continue
        author, at = item.mention.author, item.mention.seen_at
        if author.id not in latest or latest[author.id].at <= at:
            latest[author.id] = Look(at, _pages(item.mention.author.links))
    return latest


def _pages(links: Sequence[VerifiedLink]) -> Mapping[str, VerifiedLink]:
    return {page: one for one in links if (page := page_of(one.url)) is not None}


async def _concerned(database: Database, looks: Mapping[str, Look]) -> bool:
    """Whether any of it touches a customer: it hardly ever does."""
    async with database.reading() as connection:
        if await at_home(connection, {page for look in looks.values() for page in look.pages}):
            return True
        for some in chunks(looks):
            stands = (identities.c.withdrawn_at.is_(None), identities.c.evidence == Evidence.LINK.value)
            theirs = select(identities.c.id).where(identities.c.author.in_(some), *stands).limit(1)
            if (await connection.execute(theirs)).first() is not None:
                return True
    return False


async def _settle(connection: AsyncConnection, author: str, look: Look, owners: Mapping[str, AbstractSet[str]]) -> None:
    asked = select(identities).where(identities.c.author == author)
    past = (await connection.execute(asked)).all()
    whose = await roots(connection, {row.customer for row in past})
    stands = next((row for row in past if row.withdrawn_at is None), None)
    if stands is not None:
        if stands.evidence != Evidence.LINK.value or look.at < stands.at:
            return
        page = page_of(stands.link) or ""
        if page in look.pages and whose[stands.customer] in owners.get(page, ()):
            return
        await unlinked(connection, author, by=service(author), at=look.at)
    theirs = sorted((root, page) for page in look.pages for root in owners.get(page, ()))
    if len({root for root, _ in theirs}) != 1:
        return
    customer, page = theirs[0]
    parted = [row for row in past if row.withdrawn_at is not None and whose[row.customer] == customer]
    if any(row.withdrawn_by != service(author) or row.withdrawn_at > look.at for row in parted):
        return  # a person said that it is not theirs; or this was said before it was taken back
    await linked(
        connection,
        author=author,
        customer=customer,
        evidence=Evidence.LINK,
        by=service(author),
        at=look.at,
        proof=look.pages[page],
    )
