"""A person's acts: each can be taken back, and stands in the audit with who did it. Mistakes raise Reject with a sentence."""

from core.errors import Reject, Stop
from desk.customers.asked import Customers
from desk.store import customers, identities
from desk.store.identities import Evidence

LONGEST_NAME = 80


async def make(asked: Customers, *, name: str, author: str, by: str) -> str:
    """A new customer with that name or account, or both; its id."""
    if len(name) > LONGEST_NAME or not name.isprintable() or not (name or author):
        raise Reject(f"a customer's name is one line of at most {LONGEST_NAME} characters", reason="name")
    if author:
        _may_join(asked, author)
    at = asked.clock()
    async with asked.database.writing() as connection:
        customer = await customers.made(connection, name=name or None, by=by, at=at)
        if author:
            theirs = await identities.linked(
                connection, author=author, customer=customer, evidence=Evidence.PERSON, by=by, at=at
            )
            _is(customer, theirs, author)
    return customer


async def link(asked: Customers, customer: str, author: str, *, by: str) -> None:
    """Make the account part of the customer."""
    _may_join(asked, author)
    root = await standing(asked, customer)
    theirs = await identities.link(
        asked.database, author=author, customer=root, evidence=Evidence.PERSON, by=by, at=asked.clock()
    )
    _is(root, await standing(asked, theirs), author)


async def withdraw(asked: Customers, customer: str, author: str, *, by: str) -> None:
    """The account, which is the customer's, is nobody's from now on."""
    linked = await identities.of_authors(asked.database, [author] if author.isprintable() else [])
    if author in linked:
        _is(await standing(asked, customer), linked[author].customer, author)
    if author not in linked or not await identities.withdraw(asked.database, author, by=by, at=asked.clock()):
        raise Reject(f"{author} is part of no customer", reason="account")


async def merge(asked: Customers, customer: str, into: str, *, by: str) -> None:
    """Let the customer that stands for `into` stand for this one too."""
    stands, root = await standing(asked, customer), await standing(asked, into)
    if stands == root:
        raise Reject("these customers are one already", reason="merge")
    if stands != customer:
        raise Reject("that customer is merged into another one already: part them first", reason="merge")
    try:
        await customers.merge(asked.database, customer, root, by=by, at=asked.clock())
    except Stop as error:  # somebody merged one of them meanwhile
        raise Reject(str(error), reason="merge") from None


async def unmerge(asked: Customers, customer: str, into: str, *, by: str) -> None:
    """Both are as they were before that customer was merged into the other."""
    root = await standing(asked, into)
    merged = {one.id for one in await customers.merged(asked.database, root)}
    if customer not in merged or not await customers.unmerge(asked.database, customer, by=by, at=asked.clock()):
        raise Reject("that customer is merged into no other", reason="merge")


async def standing(asked: Customers, customer: str) -> str:
    """The customer that stands for that one. Raises Reject where there is none."""
    found = await customers.get(asked.database, customer) if customer.isalnum() else None
    if found is None:
        raise Reject("there is no such customer", reason="customer")
    return found.id


def _may_join(asked: Customers, author: str) -> None:
    if not author.isprintable() or not asked.joins(author):
        raise Reject(f'the policy of its source does not let "{author}" become part of a customer', reason="policy")


def _is(customer: str, theirs: str, author: str) -> None:
    if theirs != customer:
        raise Reject(f'"{author}" is part of another customer: take it away from that one first', reason="account")
