"""Customers as a list: the newest heard first or the most heard, page by page."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from core.customer import CustomerDocument
from core.document import Filter, Group
from core.errors import Reject
from core.query import Field, FieldName
from core.time import milliseconds
from desk.customers.asked import Customers, called
from desk.store.standing import Standing, accounts_like, standing
from picture.portrait import Portrait
from picture.sentiment import Sentiment

MOST_SORTED = 500
"""Customers whose figures are asked for one list: more than these stand in the order of their stored documents, or of when
they were last linked."""
_MOST_CALLED = 100


class Order(StrEnum):
    """What stands first."""

    ACTIVITY = "activity"  # who was heard last
    VOLUME = "volume"  # who was heard most
    LINKED = "linked"  # who was linked last


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One customer. `said` is None where nothing of it is archived; `recent` its sentiment in the last weeks; `withheld` how
    many more accounts are linked that who asks may not be told of.
    """

    id: str
    name: str
    accounts: tuple[str, ...]
    withheld: int
    said: Portrait | None
    recent: Sentiment | None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page. `order` is the one they stand in, which is LINKED where there are too many for the one asked for.

    stored  whether it is that of figures that were stored a moment ago; those told are of now all the same
    after  continues the list behind the last; None at its end
    """

    rows: tuple[Row, ...]
    total: int
    order: Order
    stored: bool = False
    after: str | None = None


async def listed(asked: Customers, words: str, *, order: Order, size: int, after: str = "") -> Listing:
    """One page of those that have the words in a name or an account. Raises Reject where `after` is no mark of a list."""
    found = await standing(asked.database, words, authors=await _called(asked, words) if words else ())
    many = len(found) > MOST_SORTED
    if many and asked.documents is None:
        order = Order.LINKED
    figures = {} if many else await _figures(asked, found)
    stored = await asked.documents.get([one.id for one in found]) if many and asked.documents else {}
    known: Mapping[str, Portrait | CustomerDocument] = figures or stored
    places = sorted((-_rank(one, known.get(one.id), order), one.id, one) for one in found)
    left = [place for place in places if not after or place[:2] > _mark(after)]
    shown = [one for _, _, one in left[:size]]
    if many:
        figures = await _figures(asked, shown)
    last = left[size - 1] if len(left) > size else None
    return Listing(
        rows=tuple(_row(asked, one, figures.get(one.id)) for one in shown),
        total=len(found),
        order=order,
        stored=bool(stored),
        after=None if last is None else f"{-last[0]} {last[1]}",
    )


async def _figures(asked: Customers, customers: Sequence[Standing]) -> dict[str, Portrait]:
    """Their portraits, with the last weeks as one stretch."""
    weeks = asked.weeks()
    accounts = {one.id: one.accounts for one in customers}
    return dict(await asked.portraits(accounts, starts=[weeks[0], weeks[-1]])) if customers else {}


def _row(asked: Customers, one: Standing, said: Portrait | None) -> Row:
    accounts = tuple(author for author in one.accounts if asked.names(author))
    return Row(
        id=one.id,
        name=called(one.id, one.name, said, accounts),
        accounts=accounts,
        withheld=len(one.accounts) - len(accounts),
        said=said,
        recent=said.trend[0][1] if said else None,
    )


async def _called(asked: Customers, words: str) -> Sequence[str]:
    """Accounts that have this in their id, or for a name or a handle; only those that who asks may be told of."""
    who = Field(name=FieldName.AUTHOR, value=words.removeprefix("@").casefold())
    found = await asked.archive.terms(Filter(query=who), by=Group.AUTHOR, size=_MOST_CALLED)
    every = [*(author for author, _ in found), *await accounts_like(asked.database, words)]
    return [author for author in every if asked.names(author)]


def _rank(one: Standing, said: Portrait | CustomerDocument | None, order: Order) -> int:
    match order:
        case Order.LINKED:
            return milliseconds(one.changed_at)
        case Order.VOLUME:
            return said.mentions if said else 0
        case Order.ACTIVITY:
            return milliseconds(said.last_at) if said and said.last_at else 0


def _mark(after: str) -> tuple[int, str]:
    rank, _, customer = after.partition(" ")
    try:
        return -int(rank), customer
    except ValueError:
        raise Reject("that is no place in the list of customers", reason="after") from None
