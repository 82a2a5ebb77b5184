"""Opens cases of what has to be answered, and follows them: a reader of the log that comes after the archive.

It takes from a batch only which messages changed, and reads their current version from the archive: what was deleted meanwhile
opens nothing. All that it does is done once, however often a batch is repeated (desk/cases/keeping.py).
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.document import Group, Stored
from core.order import of_deletion, of_enriched
from core.ports import Item
from core.time import Clock, now
from core.topics import ENRICHED
from core.types import Deletion, Enriched, Failure, Judgement, Mention, Scope
from desk.cases import keeping, timing
from desk.cases.hearing import IRRELEVANT, OwnAccounts, heard
from desk.cases.promised import Promised
from desk.store import accounts, case_places, judgements
from desk.store.own_replies import Reply
from klankbord.configuration import CASES, Configuration
from klankbord.keeping.beginning import begun
from klankbord.keeping.persisting import persist
from klankbord.lending import Report
from klankbord.rulebook import FileRules
from klankbord.stores import Stores
from playbook.disagreement import OUTCOME
from playbook.sections import Playbook

LOOKS_BACK = timedelta(days=1)
"""What was first seen earlier than that before the very first look opens no case: it was live before there were any."""
STALE = timedelta(days=14)
"""What was first seen so long ago opens no case, however late it is heard."""
DEEPEST = 20
"""Messages that are followed up to the beginning of a conversation."""
_CHANGES = (OUTCOME, IRRELEVANT, Group.TOPIC.value, Group.SENTIMENT.value)
"""Judgements that may do something to a case."""
EVERY = 1.0
"""Seconds between looks at what is due."""


class Cases:
    """The sink `cases`. Idempotent: what is known opens, joins and answers nothing again."""

    name, takes_history, takes_drills, in_flight = CASES, False, False, 1
    tells_arrival = True  # no message arrives at a case

    def __init__(self, configuration: Configuration, stores: Stores, *, clock: Clock = now) -> None:
        self._stores, self._desk, self._archive, self._clock = stores, stores.desk, stores.archive, clock
        self._rules = FileRules(configuration.playbook)
        self._playbook = Playbook()
        self._promised = Promised(self._playbook)
        self._began = False
        self._since: datetime | None = None

    def promised(self) -> Promised:
        """What the playbook in force promises. Raises Retry where none could be read since the start: nothing is decided without."""
        playbook = self._rules.in_force()
        if playbook is not self._playbook:
            self._playbook, self._promised = playbook, Promised(playbook)
        return self._promised

    async def write(self, batch: Sequence[Item]) -> Sequence[tuple[int, Failure]]:
        await self._begin()
        promised = self.promised()
        own = OwnAccounts(await accounts.every(self._desk), promised.accounts)
        concerned = await self._concerned(batch, promised, own)
        current = await self._archive.several(concerned) if concerned else {}
        muted = {one.author for one in await judgements.muted(self._desk) if one.author} if concerned else set()
        # As they were published: a source may give the latest first, and what follows up comes after what it follows.
        for stored in sorted(current.values(), key=lambda one: one.enriched.mention.created_at):
            await self._hear(stored, promised, own, muted)
        for item in batch:
            if isinstance(item, Deletion):
                await self._gone(item)
        return []

    async def fire(self) -> None:
        """Let happen what is due by now. Raises Retry where the desk is away."""
        while await timing.fire(self._desk, self.promised, self._clock()):
            pass

    async def _begin(self) -> None:
        """Whether this is the very first look is known by what this reader has committed, and after a move by the cases that came along;
        when that was is kept from then on.
        """
        if not self._began:
            rows = [row for row in await self._stores.log.state() if (row.topic, row.group) == (ENRICHED, CASES)]
            first = not any(row.committed for row in rows) and not await case_places.any_opened(self._desk)
            self._since = begun(self._stores.folder.cases, first=first, at=self._clock() - LOOKS_BACK)
            self._began = True

    async def _concerned(self, batch: Sequence[Item], promised: Promised, own: OwnAccounts) -> Sequence[str]:
        """Ids of the mentions that may do something to a case. Most do nothing: nobody has to answer them, and their author has no case."""
        heard = [item for item in batch if isinstance(item, Enriched)]
        with_cases = await case_places.authors_with_cases(self._desk, [one.mention.author.id for one in heard])
        with_cases |= {one.mention.author.id for one in heard if promised.answers(one.routing.outcome)}
        found = [one.mention.id for one in heard if one.mention.author.id in with_cases or own.answered(one.mention)]
        said = [item for item in batch if isinstance(item, Judgement) and item.name in _CHANGES]
        return list(dict.fromkeys([*found, *(one.mention for one in said)]))

    async def _gone(self, item: Deletion) -> None:
        """What hides and may come back stays in its cases."""
        if item.reversible or item.lifted:
            return
        order, at = of_deletion(item), self._clock()
        if item.scope is Scope.AUTHOR:
            await keeping.withdraw_author(self._desk, item.target, order, at=at)
        elif await case_places.known(self._desk, [item.target]):
            await keeping.withdraw(self._desk, item.target, order, at=at)

    async def _hear(self, stored: Stored, promised: Promised, own: OwnAccounts, muted: set[str]) -> None:
        mention, at = stored.enriched.mention, self._clock()
        if not own.wrote(mention):
            thread = await self._thread(mention)
            since = max(filter(None, [self._since, at - STALE]))
            told = heard(stored, thread, promised, muted=muted, since=since)
            await keeping.hear(self._desk, told, promised, at=at, erased=self._stores.erased)
        elif own.answered(mention):
            reply = Reply(
                mention=mention.id,
                author=mention.author.id,
                thread=await self._thread(mention),
                at=mention.created_at,
                order=of_enriched(stored.enriched),
                reply_to=mention.reply_to,
                to_author=await self._answered(mention, own),
            )
            await keeping.answer(self._desk, reply, at=at, erased=self._stores.erased)

    async def _answered(self, mention: Mention, own: OwnAccounts) -> str | None:
        """Whose message it answers, as far as that is known: where it follows on one of ours, whose that answers."""
        above = mention.reply_to
        for _ in range(DEEPEST):
            stored = await self._archive.get(above) if above else None
            if stored is None:
                break
            if not own.wrote(stored.enriched.mention):
                return stored.enriched.mention.author.id
            above = stored.enriched.mention.reply_to
        return None

    async def _thread(self, mention: Mention) -> str:
        """The conversation that it belongs to: as its source says, else as a message above it knows, else the first one above it."""
        thread, first, above = mention.thread, mention.id, mention.reply_to
        for _ in range(DEEPEST):
            if thread is not None or above is None:
                break
            first, thread = above, await case_places.thread_of(self._desk, above)
            stored = await self._archive.get(above) if thread is None else None
            thread = stored.enriched.mention.thread if stored else thread
            above = stored.enriched.mention.reply_to if stored else None
        return thread or first


async def keep_cases(cases: Cases, stop: asyncio.Event, report: Report) -> None:
    """Let happen what is due until `stop` is set (klankbord.keeping.persisting)."""
    broken = "nobody is told what is due for now"
    await persist(cases.fire, stop, report, name=CASES, broken=broken, every=EVERY)
