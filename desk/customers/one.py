"""One customer with all that is known: accounts with their evidence, what other systems say, and its portrait."""

from collections.abc import Mapping, Sequence

import msgspec

from desk.customers.asked import Customers, called
from desk.store import customers, facts, identities, websites
from desk.store.customers import Customer, Merged
from desk.store.facts import Fact
from desk.store.identities import Account
from desk.store.websites import Website
from desk.web.view import View
from picture.portrait import Portrait


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One customer.

    linked     its accounts that who asks may be told of, those of what it stands for too, the first linked first
    withdrawn  what was taken away from it, the latest first, where the account is not linked again
    withheld   how many linked accounts who asks may not be told of: they are in no figure here
    keys       its ids in other systems, by system, whose facts these are
    said       its portrait; None where nothing is archived of what counts
    """

    customer: Customer
    name: str
    linked: tuple[Account, ...]
    withdrawn: tuple[Account, ...]
    withheld: int
    merged: tuple[Merged, ...]
    keys: Mapping[str, str]
    facts: tuple[Fact, ...]
    websites: tuple[Website, ...]
    said: Portrait | None


async def known(asked: Customers, customer: str) -> Known | None:
    """The customer that stands for that one; None where there is none."""
    found = await customers.get(asked.database, customer) if customer.isalnum() else None  # an id is
    if found is None:
        return None
    every = await identities.accounts(asked.database, found.id)
    stand = [one for one in every if one.withdrawn_at is None]
    linked = tuple(one for one in stand if asked.names(one.author))
    ids = [one.author for one in linked]
    said = (await asked.portraits({found.id: ids}, starts=asked.weeks())).get(found.id)
    merged = tuple(await customers.merged(asked.database, found.id))
    name = found.name or next((one.name for one in merged if one.name), None)
    return Known(
        customer=found,
        name=called(found.id, name, said, ids),
        linked=linked,
        withdrawn=_withdrawn([one for one in every if asked.names(one.author)]),
        withheld=len(stand) - len(linked),
        merged=merged,
        keys=await identities.keys_of(asked.database, found.id),
        facts=tuple(await facts.of_customer(asked.database, found.id)),
        websites=tuple(await websites.of_customer(asked.database, found.id)),
        said=said,
    )


def mentions_link(authors: Sequence[str]) -> str:
    """The search on the page that lists what these accounts said; "" where there is none."""
    view = View(range="all")
    if len(authors) == 1:
        return view.link("/search", author=authors[0])
    if not authors or any('"' in author for author in authors):  # which the query language cannot say
        return ""
    return view.link("/search", q=" OR ".join(f'author:"{author}"' for author in authors))


def _withdrawn(accounts: Sequence[Account]) -> tuple[Account, ...]:
    linked = {one.author for one in accounts if one.withdrawn_at is None}
    last = {one.author: one for one in accounts if one.withdrawn_at is not None and one.author not in linked}
    return tuple(reversed(last.values()))
