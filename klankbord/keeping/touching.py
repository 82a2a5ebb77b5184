"""Marks the customers that what is heard, said and deleted touches: a reader of the log that comes after the archive.

Most accounts are nobody's: they cost one question a batch. Whose mention a customer's is, is remembered on a shelf, since
what is deleted or judged names the mention alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from core.outward import Kept
from core.ports import Item
from core.types import Deletion, Enriched, Failure, Judgement, Mute, Scope
from desk.store import identities, touched
from desk.store.shelf import DeskShelf
from klankbord.configuration import CUSTOMERS
from klankbord.stores import Stores


class Touching:
    """The sink `customers`. Idempotent: a mark that is there already is one still.

    leaves  when the archive lets a mention go, which touches its customer again
    """

    name, takes_history, takes_drills, in_flight = CUSTOMERS, True, False, 1
    tells_arrival = True  # no message arrives at a mark

    def __init__(self, stores: Stores, *, leaves: Callable[[Enriched], datetime]) -> None:
        self._stores, self._leaves = stores, leaves
        self._shelf = DeskShelf(stores.desk, CUSTOMERS, erased=stores.erased)

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        if any(isinstance(item, Mute) and item.word for item in batch):
            await touched.touch_every(self._stores.desk)
        linked = await identities.of_authors(self._stores.desk, _authors(batch))
        heard = [item for item in batch if isinstance(item, Enriched) and item.mention.author.id in linked]
        await self._shelf.put([kept(one, self._leaves) for one in heard])
        named = _named(batch)
        known = await self._shelf.get(named) if named else {}
        told = await identities.of_authors(self._stores.desk, {one.author for one in known.values()})
        await touched.add(self._stores.desk, {one.customer for one in (*linked.values(), *told.values())})
        await self._forget(batch, known)
        return []

    async def _forget(self, batch: Sequence[Item], known: Mapping[str, Kept]) -> None:
        """What is gone for good. Only now: a batch that is repeated finds its marks set."""
        gone = [item for item in batch if isinstance(item, Deletion) and not item.reversible and not item.lifted]
        mentions = [one.target for one in gone if one.scope is Scope.MENTION and one.target in known]
        for one in gone:
            if one.scope is Scope.AUTHOR:
                mentions += [row.mention for row in await self._shelf.of_author(one.target)]
        if mentions:
            await self._shelf.drop(mentions)


def kept(one: Enriched, leaves: Callable[[Enriched], datetime]) -> Kept:
    """What is remembered of a customer's mention: whose it is, and until when."""
    return Kept(mention=one.mention.id, author=one.mention.author.id, value=b"", due_at=leaves(one))


def _authors(batch: Sequence[Item]) -> Collection[str]:
    found = {item.mention.author.id for item in batch if isinstance(item, Enriched)}
    found |= {item.target for item in batch if isinstance(item, Deletion) and item.scope is Scope.AUTHOR}
    return found | {item.author for item in batch if isinstance(item, Mute) and item.author}


def _named(batch: Sequence[Item]) -> list[str]:
    """Mentions that are told of by their id alone."""
    deleted = [item.target for item in batch if isinstance(item, Deletion) and item.scope is Scope.MENTION]
    return deleted + [item.mention for item in batch if isinstance(item, Judgement)]
