"""Where customers are at home: an account that its service has verified to be that place's too is theirs (verified.py)."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import delete, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import Stop
from desk.store import audit
from desk.store.customers import group, roots
from desk.store.database import Database
from desk.store.identities import Evidence, service, unlinked
from desk.store.statements import chunks, insert
from desk.store.tables import identities, websites

MOST = 2_000
"""Characters of an address."""


class Website(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a customer, and who says so."""

    page: str
    by: str
    at: datetime


def page_of(address: str) -> str | None:
    """The page an address names, in one form: host without "www." and path, "example.org" or "example.org/anna".

    Two addresses that differ name two pages: whoever has one page at a host need not have another. None where it is no
    address of a website.
    """
    written = address.strip()
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host, port = (parts.hostname or "").encode("idna").decode().removeprefix("www."), parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in ("https", "http") or "." not in host.strip("."):
        return None
    if len(written) > MOST or any(sign.isspace() for sign in written):
        return None
    asked = f"?{parts.query}" if parts.query else ""
    at = "" if port in (None, 80, 443) else f":{port}"
    return f"{host}{at}{parts.path.rstrip('/')}{asked}"


async def add(database: Database, customer: str, address: str, *, by: str, at: datetime) -> bool:
    """The customer, who is known, is at home there; whether that is new. Raises Stop where that is no address."""
    row = {"customer": customer, "page": _named(address), "by": by, "at": at}
    async with database.writing() as connection:
        new = insert(connection, websites).values(row).on_conflict_do_nothing().returning(websites.c.page)
        is_new = (await connection.execute(new)).first() is not None
        if is_new:
            await audit.note(connection, _entry(at, by, "named a website of", customer))
        return is_new


async def remove(database: Database, customer: str, address: str, *, by: str, at: datetime) -> bool:
    """The customer, and all it stands for, is not at home there, whoever said so; whether anybody did.

    Accounts that were part of it by that place alone are nobody's from now on. Raises Stop where that is no address.
    """
    page = _named(address)
    async with database.writing() as connection:
        members = await group(connection, customer)
        there = (websites.c.customer.in_(members), websites.c.page == page)
        removed = (await connection.execute(delete(websites).where(*there))).rowcount
        if removed:
            await audit.note(connection, _entry(at, by, "removed a website of", customer))
            await _parted(connection, members, page, at)
        return bool(removed)


async def of_customer(database: Database, customer: str) -> Sequence[Website]:
    """Where the customer and all it stands for is at home, and who says so."""
    async with database.reading() as connection:
        members = await group(connection, customer)
        asked = select(websites).where(websites.c.customer.in_(members)).order_by(websites.c.page, websites.c.by)
        return [Website(page=row.page, by=row.by, at=row.at) for row in await connection.execute(asked)]


async def told(connection: AsyncConnection, customer: str, address: str | None, *, by: str, at: datetime) -> None:
    """Another system says where the customer is at home, and nowhere else; what is no address is nowhere."""
    theirs = (websites.c.customer == customer, websites.c.by == by)
    before = (await connection.execute(select(websites.c.page).where(*theirs))).scalar()
    page = None if address is None else page_of(address)
    if page == before:
        return
    await connection.execute(delete(websites).where(*theirs))
    if page is not None:
        await connection.execute(plain_insert(websites), {"customer": customer, "page": page, "by": by, "at": at})
    if before is not None:
        await _parted(connection, await group(connection, customer), before, at)


async def at_home(connection: AsyncConnection, pages: Collection[str]) -> Mapping[str, AbstractSet[str]]:
    """Who is at home at these pages: the customers that stand for those, by page."""
    said = [
        row
        for some in chunks(pages)
        for row in await connection.execute(
            select(websites.c.page, websites.c.customer).where(websites.c.page.in_(some))
        )
    ]
    stands = await roots(connection, {row.customer for row in said})
    found: dict[str, set[str]] = {}
    for row in said:
        found.setdefault(row.page, set()).add(stands[row.customer])
    return found


async def _parted(connection: AsyncConnection, members: Collection[str], page: str, at: datetime) -> None:
    """Accounts are no longer these customers' by that page, unless somebody still says that it is theirs.

    It is the service's word that counts no more, and not a person who says that the account is another's: once the page
    is theirs again, so is the account.
    """
    still = select(websites.c.by).where(websites.c.customer.in_(members), websites.c.page == page)
    if (await connection.execute(still)).first() is not None:
        return
    stands = (identities.c.evidence == Evidence.LINK.value, identities.c.withdrawn_at.is_(None))
    linked = select(identities.c.author, identities.c.link).where(identities.c.customer.in_(members), *stands)
    for author in [row.author for row in await connection.execute(linked) if page_of(row.link) == page]:
        await unlinked(connection, author, by=service(author), at=at)


def _named(address: str) -> str:
    if (page := page_of(address)) is None:
        raise Stop(
            f'"{address[:80]}" is no address of a website; write it like example.org or https://example.org/anna'
        )
    return page


def _entry(at: datetime, by: str, did: str, customer: str) -> audit.Entry:
    return audit.Entry(at=at, by=by, did=did, what="customer", subject=customer)
