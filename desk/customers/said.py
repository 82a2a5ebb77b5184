"""What the accounts of a customer said, the newest first."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.document import Order, Stored
from core.query import by_accounts
from desk.customers.asked import Customers
from picture.moved import narrowed


async def said(asked: Customers, authors: Sequence[str], *, until: datetime | None = None, most: int) -> list[Stored]:
    """The newest so many, published before `until`; fewer are all there are."""
    if not authors:
        return []
    where = msgspec.structs.replace(narrowed(asked.where, by_accounts(authors)), until=until)
    theirs = frozenset(authors)  # somebody else may go by such an id as a name
    found: list[Stored] = []
    after: str | None = None
    while len(found) < most:
        page = await asked.archive.search(where, order=Order.NEWEST, size=most, after=after)
        found += [one for one in page.mentions if one.enriched.mention.author.id in theirs]
        after = page.after
        if after is None:
            break
    return found
