"""The sink that keeps a CRM or ticket system true: it is told which mentions changed, and brings the other side there.

1. Read what is true now, what was sent, and whose the authors are. What the other side has already is passed over.
2. Bring the contacts there. 3. Note durably what is about to be made: after a crash the other side is asked by the external
key. 4. Send in the largest batches it takes, and store what it answered. 5. Take away what is gone, and forget it.
Any of it may be done again; one at a time, so that a mention's versions arrive in order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from core.document import Stored
from core.errors import Reject
from core.outward import ACCOUNT, FOLLOWS, Kept, Linked, Outward, version
from core.ports import Item, Measured
from core.time import Clock, milliseconds
from core.types import Deletion, Enriched, Failure, Judgement, Scope
from sinks import _crm_words as words
from sinks._arrival import arrived
from sinks._crm_plan import Act, Sent, begin, decide, owner, sent
from sinks._crm_port import Contact, Crm, Done, Matter
from sinks._crm_settings import Sending

Record = TypeVar("Record")

REFUSED = "refused"
AGAIN = timedelta(days=1)
"""When what could not be taken away is tried again."""

MOST_REMEMBERED = 10_000
"""Contacts whose native ids are kept in memory."""


@dataclass
class CrmSink:
    """core.ports.Sink over one Crm. `look_again` and `listen` are for the task that runs beside it."""

    crm: Crm
    settings: Sending
    outward: Outward
    clock: Clock
    measured: Measured
    takes_history: bool = field(default=False, init=False)
    takes_drills: bool = field(default=False, init=False)
    in_flight: int = field(default=1, init=False)
    tells_arrival: bool = field(default=True, init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.outward.name
        self._follows = False
        self._alone = asyncio.Lock()
        self._contacts: dict[str, str] = {}

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        """Reconcile what these items are about; what was refused is answered at the last item of its mention."""
        await self.follow()
        last: dict[str, int] = {}
        away: set[str] = set()
        for place, item in enumerate(batch):
            for mention in await self._about(item):
                last[mention] = place
                (away.add if isinstance(item, Deletion) and item.reversible else away.discard)(mention)
        refused = await self._reconcile(list(last), away)
        return [(last[failure.key], failure) for failure in refused]

    async def follow(self) -> None:
        """Say on the shelf that whose the accounts are is followed, before anything is passed over for being nobody's."""
        if not self._follows:
            await self.outward.shelf.put([Kept(mention=FOLLOWS, author="", value=b"")])
            self._follows = True

    async def look_again(self) -> None:
        """Reconcile all whose rows are due; one that stays due is not looked at twice."""
        await self.follow()
        seen: set[str] = set()
        while rows := await self.outward.shelf.due(self.clock(), len(seen) + self.crm.most):
            due = [row for row in rows if row.mention not in seen]
            if not due:
                return
            mentions = [row.mention for row in due if not row.mention.startswith(ACCOUNT)]
            if refused := await self._reconcile(mentions, set()):
                await self.outward.set_aside(refused)
            for row in due:
                if row.mention.startswith(ACCOUNT):
                    await self._account(row)
            seen.update(row.mention for row in due)

    async def _account(self, row: Kept) -> None:
        """Its customer changed: reconcile all that it wrote and all that was sent of it."""
        wrote = [*await self.outward.written_by(row.author), *await self._sent_of(row.author)]
        if refused := await self._reconcile(list(dict.fromkeys(wrote)), set(), late=True):
            await self.outward.set_aside(refused)
        await self.outward.shelf.settle(row)

    async def _sent_of(self, author: str) -> Sequence[str]:
        rows = await self.outward.shelf.of_author(author)
        return [row.mention for row in rows if not row.mention.startswith(ACCOUNT)]

    async def _about(self, item: Item) -> Sequence[str]:
        match item:
            case Enriched(mention=mention):
                return [mention.id]
            case Deletion(scope=Scope.MENTION, target=target):
                return [target]
            case Deletion(scope=Scope.AUTHOR, target=author):
                return await self._sent_of(author)
            case Judgement(mention=judged):
                return [judged]
            case _:
                return []

    async def _reconcile(self, mentions: Sequence[str], away: set[str], *, late: bool = False) -> list[Failure]:
        """`late` says that these are not sent because they arrived."""
        refused: list[Failure] = []
        for start in range(0, len(mentions), self.crm.most):
            async with self._alone:
                refused += await self._some(mentions[start : start + self.crm.most], away, late=late)
        return refused

    async def _some(self, mentions: Sequence[str], away: set[str], *, late: bool) -> list[Failure]:
        current = await self.outward.current(mentions)
        rows = await self.outward.shelf.get(mentions)
        authors = sorted({stored.enriched.mention.author.id for stored in current.values()})
        linked = await self.outward.customers(authors)
        puts: list[_Put] = []
        removes: list[Kept] = []
        stays: list[Kept] = []
        ends: list[str] = []
        for mention in mentions:
            stored, row = current.get(mention), rows.get(mention)
            whose = None if stored is None else owner(stored, linked.get(_author(stored)), self.settings)
            over = stored is not None and self.outward.leaves(stored.enriched) <= self.clock()
            act = decide(stored, sent(row), whose, self.settings, name=self.name, over=over)
            if act is Act.PUT and stored is not None:
                puts.append(_Put(stored, sent(row), begin(sent(row), milliseconds(self.clock())), whose))
            elif act is Act.REMOVE and row is not None:
                removes.append(row)
            elif row is not None and row.due_at is not None and row.due_at <= self.clock():
                if stored is None or over:
                    ends.append(mention)
                else:
                    stays.append(self._row(stored, sent(row) or Sent()))
        refused = [*await self._put(puts, late=late), *await self._remove(removes, away)]
        await self.outward.shelf.put(stays)
        await self.outward.shelf.drop(ends)
        return refused

    async def _put(self, puts: Sequence["_Put"], *, late: bool) -> list[Failure]:
        if not puts:
            return []
        contacts = await self._belongings(puts)
        await self.outward.shelf.put([self._row(put.stored, put.begun) for put in puts if put.begun != put.before])
        ready = [put for put in puts if contacts[put.customer].refused is None]
        done = await _each(self.crm.put, [self._matter(put, contacts[put.customer]) for put in ready])
        new = [
            put.stored.enriched.mention
            for put, one in zip(ready, done, strict=True)
            if put.first and one.refused is None and not late
        ]
        arrived(self.measured, self.name, new, self.clock())
        homeless = [put for put in puts if contacts[put.customer].refused is not None]
        taken, refused = [], [_failure(put.mention, contacts[put.customer]) for put in homeless]
        for put, one in zip(ready, done, strict=True):
            if one.refused is not None:
                refused.append(_failure(put.mention, one))
                self._contacts.pop(put.customer or "", None)
                taken.append(self._row(put.stored, put.begun))
                continue
            contact = contacts[put.customer].native or None
            known = {"native": one.native, "version": version(put.stored), "customer": put.customer, "contact": contact}
            taken.append(self._row(put.stored, replace(put.begun, **known)))
        await self.outward.shelf.put(taken)
        return refused

    async def _belongings(self, puts: Sequence["_Put"]) -> Mapping[str | None, Done]:
        """The contacts these belong to, by customer; those that belong to nobody under None."""
        found: dict[str | None, Done] = {None: Done()}
        wanted: dict[str, Contact] = {}
        for put in puts:
            if put.whose is not None:
                customer = put.whose.customer
                native = put.whose.keys.get(self.name)
                known = self._contacts.get(customer)
                if known is not None and native in (None, known):
                    found[customer] = Done(native=known)
                else:
                    called = put.whose.name or customer
                    wanted[customer] = Contact(customer=customer, name=words.cut(called, 80), native=native)
        done = await _each(self.crm.contacts, list(wanted.values())) if wanted else []
        for customer, one in zip(wanted, done, strict=True):
            found[customer] = one
            if one.refused is None:
                while len(self._contacts) >= MOST_REMEMBERED:
                    self._contacts.pop(next(iter(self._contacts)))
                self._contacts[customer] = one.native
        return found

    def _matter(self, put: "_Put", contact: Done) -> Matter:
        about = words.facts(put.stored, self.outward.link)
        was = put.begun.contact
        return Matter(
            mention=put.mention,
            key=f"{put.mention} {version(put.stored)} {put.begun.begun} {contact.native}",
            subject=words.subject(put.stored.enriched),
            text=words.text(put.stored, about),
            facts=about,
            at=put.stored.enriched.mention.created_at,
            native=put.begun.native or None,
            contact=contact.native or None,
            left=was if was != contact.native else None,
        )

    async def _remove(self, rows: Sequence[Kept], away: set[str]) -> list[Failure]:
        if not rows:
            return []
        natives = {row.mention: (sent(row) or Sent()).native for row in rows}
        if unknown := [mention for mention, native in natives.items() if not native]:
            natives |= await self.crm.find(unknown)
        there = [row for row in rows if natives[row.mention]]
        done = await _each(self.crm.remove, [natives[row.mention] for row in there])
        refused = {row.mention: one for row, one in zip(there, done, strict=True) if one.refused is not None}
        gone = [row for row in rows if row.mention not in refused]
        hidden = msgspec.json.encode(Sent(hidden=True))
        await self.outward.shelf.put(
            [replace(row, due_at=self.clock() + AGAIN) for row in rows if row.mention in refused]
        )
        await self.outward.shelf.put([replace(row, value=hidden) for row in gone if row.mention in away])
        await self.outward.shelf.drop([row.mention for row in gone if row.mention not in away])
        return [_failure(mention, one) for mention, one in refused.items()]

    def _row(self, stored: Stored, now: Sent) -> Kept:
        mention = stored.enriched.mention
        due_at = self.outward.leaves(stored.enriched)
        return Kept(mention=mention.id, author=mention.author.id, value=msgspec.json.encode(now), due_at=due_at)


@dataclass(frozen=True)
class _Put:
    """One mention that is to be brought there, what is remembered of it before and while it is sent, and whose it is."""

    stored: Stored
    before: Sent | None
    begun: Sent
    whose: Linked | None

    @property
    def mention(self) -> str:
        return self.stored.enriched.mention.id

    @property
    def first(self) -> bool:
        """Whether the other side never had it."""
        return self.before is None or not (self.before.version or self.before.hidden)

    @property
    def customer(self) -> str | None:
        return self.whose.customer if self.whose else None


async def _each(act: Callable[[Sequence[Record]], Awaitable[Sequence[Done]]], records: Sequence[Record]) -> list[Done]:
    """What became of each. A batch that is refused whole is halved until what it is refused for stands alone."""
    if not records:
        return []
    try:
        return list(await act(records))
    except Reject as error:
        if len(records) == 1:
            return [Done(refused=str(error))]
    middle = len(records) // 2
    return [*await _each(act, records[:middle]), *await _each(act, records[middle:])]


def _failure(mention: str, one: Done) -> Failure:
    return Failure(reason=REFUSED, detail=one.refused or "", key=mention)


def _author(stored: Stored) -> str:
    return stored.enriched.mention.author.id
