"""Keeps the items of a tracker true to what rises: each topic is one, whatever is cut short, and what people do there stands.

1. What rises is noted in the desk. 2. What is begun over there is noted before it is: `begun_at` for what must not be done
twice, `writing` for a text. 3. It is done, and noted. Who finds `begun_at` does not know what became of it, waits until the
tracker can tell, and asks by the marker before anything is made again.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.backlog import Seen, State, Tracker
from core.document import Stored
from core.emerging import Emergence, Member, Risen
from core.errors import Reject, Retry
from core.ports import ArchiveReader
from core.time import Clock
from desk.backlog import prints
from desk.backlog.composing import Composer
from desk.backlog.looking import looked
from desk.store import backlog, emerging, people
from desk.store.backlog import Kept, Known
from desk.store.database import Database
from picture.emerged import Emerging, emerged

LOG = logging.getLogger(__name__)

AGAIN = timedelta(hours=6)
"""How long a topic has to be quiet before it counts as rising again."""

REFUSED_AGAIN = timedelta(days=1)
"""When a change that the other side refused is tried again."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """One tracker and what is kept of it. `system` names it; `composer` is asked for at each round, with the names of
    the staff, for it holds the time.
    """

    database: Database
    archive: ArchiveReader
    tracker: Tracker
    system: str
    composer: Callable[[Sequence[str]], Composer]
    clock: Clock
    every: timedelta
    reopens: bool
    report: Callable[[str], None]

    async def once(self) -> None:
        """One round. Whatever one topic meets, the others have their turn; then Retry says that something has to wait, or that one
        was passed over.
        """
        composer, now = self.composer([one.name for one in await people.every(self.database)]), self.clock()
        rising = await self._rising(composer)
        await self._note(rising)
        lately = now - max(AGAIN, 2 * self.every)
        seen = await looked(self.database, self.archive, self.system, now=now, lately=lately)
        waits: Retry | None = None
        for topic, one in seen.kept.items():
            is_rising, is_lost = topic in rising, topic in seen.lost
            if not self._due(one, rising=is_rising, lost=is_lost):
                if topic in seen.slowly and (one.native is None or one.refused is None):
                    await self._save(one, looked_at=now)
                continue
            try:
                shown = rising.get(topic) or await self._told(one, seen.known[topic], composer)
                await self._bring(one, shown, composer, rising=is_rising, lost=is_lost)
            except Reject as error:
                await self._refused(one, str(error))
            except Retry as error:
                waits = waits or error
            except Exception as error:
                LOG.exception("the topic %s is passed over", topic)
                waits = waits or Retry(f"a topic is passed over: {type(error).__name__}")
        await backlog.drop(self.database, [topic for topic in seen.over(now) if topic not in rising])
        if waits:
            raise waits

    async def _rising(self, composer: Composer) -> Mapping[str, Emerging]:
        """What rises now and is to be an item, by its id."""
        found = await emerging.now(self.database)
        if found is None or found.learned < 1:
            return {}
        shown = await emerged(self.archive, found, most=len(found.topics), tells=composer.leaving.texts)
        return {one.id: one for one in shown if composer.concerns(one)}

    async def _note(self, rising: Mapping[str, Emerging]) -> None:
        kept, now = await backlog.several(self.database, list(rising)), self.clock()
        for topic, one in rising.items():
            voices, usual, hours = one.voices, one.usual, one.hours
            if topic not in kept:
                new = Kept(
                    topic=topic,
                    system=self.system,
                    first_at=now,
                    last_at=now,
                    voices=voices,
                    usual=usual,
                    hours=hours,
                )
                await backlog.add(self.database, new)
                await backlog.put_members(self.database, topic, _known(one, ()))
                continue
            before = kept[topic]
            again = now - before.last_at >= AGAIN
            rises = before.rises + again
            if before.system != self.system:
                await self._take_over(before, rises)
            await backlog.note(self.database, topic, last_at=now, rises=rises, voices=voices, usual=usual, hours=hours)

    async def _take_over(self, one: Kept, rises: int) -> None:
        """From another tracker. This one may have had it before: it is asked for the marker before anything is made."""
        nothing = {"native": None, "state": backlog.OPEN, "looked_at": None, "refused": None, "quoted": 0}
        told = {"told_rises": rises, "writing": "", "written": ""}
        await self._save(one, system=self.system, begun_at=one.first_at, **told, **nothing)

    def _due(self, one: Kept, *, rising: bool, lost: bool) -> bool:
        if one.state == backlog.REFUSED:
            return False
        if one.state == backlog.GONE:
            return lost
        if one.native is None:
            return rising or one.begun_at is not None
        looked = one.looked_at
        if one.refused is not None and looked is not None:
            return self.clock() - looked >= REFUSED_AGAIN
        if lost or one.rises > one.told_rises or looked is None:
            return True
        return self.clock() - looked >= self.every and looked < one.last_at + self.every

    async def _told(self, one: Kept, known: Sequence[Known], composer: Composer) -> Emerging | None:
        """A topic that does not rise any more, as far as it still stands."""
        members = tuple(Member(each.mention, each.author, voice=True) for each in known)
        risen = Risen(id=one.topic, members=members, voices=len(members), usual=one.usual, hours=one.hours, trend=())
        found = Emergence(at=one.last_at, learned=1, topics=(risen,))
        shown = await emerged(self.archive, found, most=1, tells=composer.leaving.texts)
        return shown[0] if shown else None

    async def _bring(self, one: Kept, topic: Emerging | None, composer: Composer, *, rising: bool, lost: bool) -> None:
        if one.native is None:
            await self._make(one, topic, composer, rising=rising)
            return
        seen = await self.tracker.look(one.native)
        now = self.clock()
        if seen is None:
            await self._save(one, state=backlog.GONE, looked_at=now)
            return
        await self._save(one, state=_state(seen), looked_at=now, refused=None)
        if one.rises > one.told_rises and not await self._say(one, one.native, seen, composer):
            return
        if lost or seen.state is State.OPEN:
            await self._write(one, one.native, seen, topic, composer, lost=lost)

    async def _make(self, one: Kept, topic: Emerging | None, composer: Composer, *, rising: bool) -> None:
        item = composer.item(one, topic)
        if one.begun_at is not None:
            if self.clock() - one.begun_at < self.tracker.settles:
                return
            native = await self.tracker.find(item.marker, one.begun_at)
            if native is not None:
                await self._save(one, native=native, written=one.writing, begun_at=None)
                return
            if not rising:
                await self._save(one, begun_at=None)
                return
        new = prints.wanted(item, self.tracker).kept
        known = await self._knows(one, topic, composer)
        await self._save(one, begun_at=self.clock(), writing=new, quoted=known)
        native = await self.tracker.make(item)
        await self._save(one, native=native, written=new, begun_at=None, looked_at=self.clock())

    async def _say(self, one: Kept, native: str, seen: Seen, composer: Composer) -> bool:
        """Tell that it rises again, once each time it does; whether that is known to stand there."""
        text, marker = composer.rose_again(one)
        if one.begun_at is not None and self.clock() - one.begun_at < self.tracker.settles:
            return False
        if one.begun_at is None or not await self.tracker.said(native, marker):
            await self._save(one, begun_at=self.clock())
            await self.tracker.comment(native, text, marker)
        if self.reopens and seen.state is State.CLOSED:
            await self.tracker.reopen(native)
        await self._save(one, begun_at=None, told_rises=one.rises)
        return True

    async def _write(
        self, one: Kept, native: str, seen: Seen, topic: Emerging | None, composer: Composer, *, lost: bool
    ) -> None:
        """Bring its text up to date; one that people wrote in is theirs, unless it tells what must go. Then its title goes too, as
        long as it is ours.
        """
        item, there, ours = composer.item(one, topic), prints.there(seen), prints.ours(one)
        if there.text not in {each.text for each in ours} and not lost:
            return
        wanted = prints.wanted(item, self.tracker)
        own_title = there.title in {each.title for each in ours}
        titled = lost and own_title and there.title != wanted.title
        before = there if own_title else there._replace(title=ours[0].title)
        after = wanted if titled else wanted._replace(title=before.title)
        if titled or wanted.text != there.text:
            await self._save(one, written=before.kept, writing=after.kept)
            await self.tracker.write(native, item, titled=titled)
        known = await self._knows(one, topic, composer)
        await self._save(one, written=after.kept, writing=after.kept, quoted=known)

    async def _refused(self, one: Kept, why: str) -> None:
        """What cannot be made is not tried again; what is there is, a day later. The same is said once."""
        if one.native is None:
            await self._save(one, state=backlog.REFUSED, refused=why, begun_at=None)
        else:
            await self._save(one, refused=why, looked_at=self.clock(), begun_at=None, told_rises=one.rises)
        if one.refused != why:
            self.report(f"backlog: {why}")

    async def _knows(self, one: Kept, topic: Emerging | None, composer: Composer) -> int:
        """Keep what it is told from, or what still stands of it where too little does; how many messages that are."""
        if topic:
            known = _known(topic, composer.quoted(topic))
        else:
            before = (await backlog.members(self.database, [one.topic]))[one.topic]
            there = await self.archive.several([each.mention for each in before])
            known = [Known(mention=each.mention, author=each.author) for each in before if each.mention in there]
        await backlog.put_members(self.database, one.topic, known)
        return len(known)

    async def _save(self, one: Kept, **fields: object) -> None:
        await backlog.note(self.database, one.topic, **fields)


def _known(topic: Emerging, quoted: Sequence[Stored]) -> list[Known]:
    places = {one.enriched.mention.id: place for place, one in enumerate(quoted)}
    mentions = [one.enriched.mention for one in topic.mentions]
    return [Known(mention=one.id, author=one.author.id, quoted=places.get(one.id)) for one in mentions]


def _state(seen: Seen) -> str:
    return backlog.OPEN if seen.state is State.OPEN else backlog.CLOSED
