"""Keeps one document a customer: who is touched is marked at the desk, and counted anew from the archive.

1. Whatever touches a customer leaves a mark in the desk database: acts there in their own transaction, what is heard, said and
   deleted by a reader of the log that comes after the archive (klankbord/keeping/touching.py), time by `Keeping.look_again`.
2. The customers with a mark are counted anew, some at once, and their documents stored. 3. Only then the marks go, but for
those set since. A crash anywhere counts again. Nothing is added up.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from core.customer import CustomerDocument, Joined
from core.document import Filter
from core.query import And, by_accounts, open_alone
from core.time import Clock, now
from desk.store import touched
from desk.store.gathered import Gathered, gathered, linked_customers
from desk.store.shelf import DeskShelf
from klankbord.configuration import CUSTOMERS, Configuration
from klankbord.keeping.persisting import now_and_then, persist
from klankbord.keeping.touching import kept
from klankbord.lending import Report
from klankbord.outward import leaves_of
from klankbord.privacy.leaving import Policies
from klankbord.serving.page import customers_of
from klankbord.stores import Stores
from picture import customer

AT_ONCE = 500
"""Customers counted by one question."""
EVERY = 1.0
"""Seconds between looks for marks: what changes in between is counted once."""
AGAIN_EVERY = 600.0
"""Seconds between looks for what only time changes."""
COUNTED_FOR = timedelta(hours=6)
"""How long a document stands that nothing touches: its weeks move on."""


class Keeping:
    """The documents of this data folder's customers."""

    def __init__(self, configuration: Configuration, stores: Stores, *, clock: Clock = now) -> None:
        self._stores, self._clock = stores, clock
        self._began = clock()
        """What was counted before may be of another configuration: other policies, another week."""
        self._asked = replace(customers_of(configuration, stores), clock=clock)
        self._admits_closed = Policies(configuration).admits_closed
        self._leaves = leaves_of(configuration)
        self._shelf = DeskShelf(stores.desk, CUSTOMERS, erased=stores.erased)

    async def count_touched(self) -> int:
        """Count anew whoever has a mark; how many. Raises Retry where an engine is away: what is not counted keeps its mark."""
        number = 0
        while marks := await touched.waiting(self._stores.desk, AT_ONCE):
            await self._count(marks)
            await touched.done(self._stores.desk, marks)
            number += len(marks)
        return number

    async def look_again(self) -> None:
        """Mark whom time has touched: whose mentions are not kept any longer, whose document is old, missing or left over."""
        while await self._let_go() == AT_ONCE:
            pass
        counted = await self._stores.archive.customers.counted()
        standing = set(await linked_customers(self._stores.desk))
        since = max(self._clock() - COUNTED_FOR, self._began)
        old = {one for one in standing if one not in counted or counted[one] < since}
        await touched.add(self._stores.desk, {*old, *(counted.keys() - standing)})

    async def _let_go(self) -> int:
        """Mark whose mentions came to the end of their keep time and are gone; of how many mentions."""
        ended = await self._shelf.due(self._clock(), AT_ONCE)
        still = await self._stores.archive.several([one.mention for one in ended])
        over = [one for one in ended if one.mention not in still]
        theirs = await self._stores.archive.customers.holding({one.author for one in over})
        await touched.add(self._stores.desk, theirs)
        if over:
            await self._shelf.drop([one.mention for one in over])
        return len(over)

    async def _count(self, ids: Collection[str]) -> None:
        known = await gathered(self._stores.desk, ids)
        accounts = {root: self._joined(one) for root, one in known.items()}
        standing = {root: known[root] for root, theirs in accounts.items() if theirs}
        documents = self._stores.archive.customers
        await documents.drop({*ids, *known} - standing.keys())
        await documents.caught_up()
        await self._remember(accounts, await documents.get(standing))
        made = await self._made(standing, accounts)
        await documents.put(made)
        # Asked after they are written: whoever is erased from now on is found in them.
        late = [one.id for one in made if any(self._stores.erased(account.author) for account in one.accounts)]
        await documents.drop(late)

    async def _made(
        self, standing: Mapping[str, Gathered], accounts: Mapping[str, Sequence[Joined]]
    ) -> list[CustomerDocument]:
        authors = {root: [one.author for one in accounts[root]] for root in standing}
        moment, public = self._clock(), self._public([one for theirs in authors.values() for one in theirs])
        portraits = await replace(self._asked, where=public).portraits(authors, starts=self._asked.weeks())
        return [
            customer.document(
                portraits.get(root),
                customer=root,
                name=one.name,
                accounts=accounts[root],
                facts=[(fact.name, fact.value) for fact in one.facts],
                at=moment,
            )
            for root, one in standing.items()
        ]

    def _joined(self, one: Gathered) -> list[Joined]:
        """Also what was linked before a source's policy changed is nobody's while it says so."""
        return [
            Joined(
                author=account.author,
                source=account.author.partition(":")[0],
                evidence=account.evidence.value,
                linked_at=account.at,
            )
            for account in one.accounts
            if self._asked.joins(account.author) and not self._stores.erased(account.author)
        ]

    def _public(self, authors: Sequence[str]) -> Filter:
        """What dashboards may see of these accounts. Where no policy admits anything else, all that is archived may be."""
        if not self._admits_closed:
            return Filter()
        return Filter(query=And(parts=(by_accounts(authors), open_alone())))

    async def _remember(self, accounts: Mapping[str, Sequence[Joined]], before: Mapping[str, CustomerDocument]) -> None:
        """Whose mentions these are, of accounts that are new in their documents: a deletion names the mention alone."""
        known = {one.author for document in before.values() for one in document.accounts}
        new = sorted({one.author for theirs in accounts.values() for one in theirs} - known)
        for start in range(0, len(new), AT_ONCE):
            some = frozenset(new[start : start + AT_ONCE])
            where = Filter(query=by_accounts(some), irrelevant=True, muted=True, drills=True)
            async for chunk in self._stores.archive.scan(where):
                said = [one.enriched for one in chunk if one.enriched.mention.author.id in some]
                await self._shelf.put([kept(one, self._leaves) for one in said])


async def keep_customers(configuration: Configuration, stores: Stores, stop: asyncio.Event, report: Report) -> None:
    """Until `stop` is set (klankbord.keeping.persisting). The archive beside it goes on."""
    keeping = Keeping(configuration, stores)
    work = now_and_then(keeping.look_again, keeping.count_touched, every=AGAIN_EVERY)
    await persist(work, stop, report, name=CUSTOMERS, broken="their documents wait", every=EVERY)
